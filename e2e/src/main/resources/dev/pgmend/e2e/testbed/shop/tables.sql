-- The tables of TPC-H, and three of those that every shop has beside them. Keys come after the rows.

CREATE TABLE region (
  r_regionkey int NOT NULL,
  r_name      text NOT NULL,
  r_comment   text NOT NULL
);

CREATE TABLE nation (
  n_nationkey int NOT NULL,
  n_name      text NOT NULL,
  n_regionkey int NOT NULL,
  n_comment   text NOT NULL
);

CREATE TABLE supplier (
  s_suppkey   int NOT NULL,
  s_name      text NOT NULL,
  s_address   text NOT NULL,
  s_nationkey int NOT NULL,
  s_phone     text NOT NULL,
  s_acctbal   numeric(12, 2) NOT NULL,
  s_comment   text NOT NULL
);

CREATE TABLE customer (
  c_custkey    int NOT NULL,
  c_name       text NOT NULL,
  c_address    text NOT NULL,
  c_nationkey  int NOT NULL,
  c_phone      text NOT NULL,
  c_acctbal    numeric(12, 2) NOT NULL,
  c_mktsegment text NOT NULL,
  c_comment    text NOT NULL
);

CREATE TABLE part (
  p_partkey     int NOT NULL,
  p_name        text NOT NULL,
  p_mfgr        text NOT NULL,
  p_brand       text NOT NULL,
  p_type        text NOT NULL,
  p_size        int NOT NULL,
  p_container   text NOT NULL,
  p_retailprice numeric(12, 2) NOT NULL,
  p_comment     text NOT NULL
);

CREATE TABLE partsupp (
  ps_partkey    int NOT NULL,
  ps_suppkey    int NOT NULL,
  ps_availqty   int NOT NULL,
  ps_supplycost numeric(12, 2) NOT NULL,
  ps_comment    text NOT NULL
);

CREATE TABLE orders (
  o_orderkey      bigint NOT NULL,
  o_custkey       int NOT NULL,
  o_orderstatus   text NOT NULL,
  o_totalprice    numeric(12, 2) NOT NULL,
  o_orderdate     date NOT NULL,
  o_orderpriority text NOT NULL,
  o_clerk         text NOT NULL,
  o_shippriority  int NOT NULL,
  o_comment       text NOT NULL
);

-- A key of its own, as object-relational mappers make it: so l_orderkey leads no key.
CREATE TABLE lineitem (
  l_id            bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  l_orderkey      bigint NOT NULL,
  l_partkey       int NOT NULL,
  l_suppkey       int NOT NULL,
  l_linenumber    int NOT NULL,
  l_quantity      int NOT NULL,
  l_extendedprice numeric(12, 2) NOT NULL,
  l_discount      numeric(4, 2) NOT NULL,
  l_tax           numeric(4, 2) NOT NULL,
  l_returnflag    text NOT NULL,
  l_linestatus    text NOT NULL,
  l_shipdate      date NOT NULL,
  l_commitdate    date NOT NULL,
  l_receiptdate   date NOT NULL,
  l_shipinstruct  text NOT NULL,
  l_shipmode      text NOT NULL,
  l_comment       text NOT NULL
);

-- Parcels under way; what was delivered is purged. They come and go so fast that autovacuum has to
-- come early, or the depots' index-only scan would be given up between two of its visits.
CREATE TABLE shipments (
  id           bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  depot        text NOT NULL,
  tracking     text NOT NULL,
  weight_grams int NOT NULL,
  delivered    boolean NOT NULL DEFAULT false
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.02);

-- Events that other services are still to be told of.
CREATE TABLE outbox (
  id         bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  topic      text NOT NULL,
  state      text NOT NULL,
  attempts   int NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What customers want help with.
CREATE TABLE tickets (
  id        bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
  agent     text NOT NULL,
  opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  subject   text NOT NULL,
  body      text NOT NULL,
  replies   int NOT NULL DEFAULT 0
);
