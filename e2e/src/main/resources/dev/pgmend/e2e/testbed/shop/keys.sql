-- Keys, and the indexes that a careful owner gives them.

ALTER TABLE region ADD PRIMARY KEY (r_regionkey);
ALTER TABLE nation ADD PRIMARY KEY (n_nationkey);
ALTER TABLE supplier ADD PRIMARY KEY (s_suppkey);
ALTER TABLE customer ADD PRIMARY KEY (c_custkey);
ALTER TABLE part ADD PRIMARY KEY (p_partkey);
ALTER TABLE partsupp ADD PRIMARY KEY (ps_partkey, ps_suppkey);
ALTER TABLE orders ADD PRIMARY KEY (o_orderkey);
ALTER TABLE lineitem ADD PRIMARY KEY (l_id);
ALTER TABLE shipments ADD PRIMARY KEY (id);
ALTER TABLE outbox ADD PRIMARY KEY (id);
ALTER TABLE tickets ADD PRIMARY KEY (id);

CREATE INDEX partsupp_suppkey_idx ON partsupp (ps_suppkey);
CREATE INDEX orders_custkey_idx ON orders (o_custkey);
CREATE INDEX lineitem_orderkey_idx ON lineitem (l_orderkey);
CREATE INDEX lineitem_partkey_suppkey_idx ON lineitem (l_partkey, l_suppkey);
CREATE INDEX customer_phone_idx ON customer (c_phone);
CREATE INDEX shipments_depot_tracking_idx ON shipments (depot, tracking);
CREATE INDEX outbox_state_idx ON outbox (state);
CREATE INDEX outbox_created_at_idx ON outbox (created_at);
CREATE INDEX tickets_agent_opened_at_idx ON tickets (agent, opened_at);

ALTER TABLE nation ADD FOREIGN KEY (n_regionkey) REFERENCES region;
ALTER TABLE supplier ADD FOREIGN KEY (s_nationkey) REFERENCES nation;
ALTER TABLE customer ADD FOREIGN KEY (c_nationkey) REFERENCES nation;
ALTER TABLE partsupp ADD FOREIGN KEY (ps_partkey) REFERENCES part;
ALTER TABLE partsupp ADD FOREIGN KEY (ps_suppkey) REFERENCES supplier;
ALTER TABLE orders ADD FOREIGN KEY (o_custkey) REFERENCES customer;
ALTER TABLE lineitem ADD FOREIGN KEY (l_orderkey) REFERENCES orders;
ALTER TABLE lineitem ADD FOREIGN KEY (l_partkey, l_suppkey) REFERENCES partsupp;
