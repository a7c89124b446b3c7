-- The tables of pgbench at scale 2, and a history such as its runs leave.
SELECT setseed(0.5);
CREATE TABLE pgbench_branches (bid int PRIMARY KEY, bbalance int, filler text);
CREATE TABLE pgbench_tellers (tid int PRIMARY KEY, bid int, tbalance int, filler text);
CREATE TABLE pgbench_accounts (aid int PRIMARY KEY, bid int, abalance int, filler text);
CREATE TABLE pgbench_history (tid int, bid int, aid int, delta int, mtime timestamp, filler text);
INSERT INTO pgbench_branches SELECT i, 0, repeat(' ', 88) FROM generate_series(1, 2) i;
INSERT INTO pgbench_tellers SELECT i, 1 + i % 2, (random() * 1000)::int, repeat(' ', 84) FROM generate_series(1, 20) i;
INSERT INTO pgbench_accounts
SELECT i, 1 + i / 100001, ((random() - 0.5) * 10000)::int, repeat(' ', 84) FROM generate_series(1, 200000) i;
INSERT INTO pgbench_history
SELECT 1 + (random() * 19)::int, 1 + (random())::int, 1 + (200000 * random() ^ 2)::int % 200000, ((random() - 0.5) * 10000)::int,
       timestamp '2026-01-01' + make_interval(secs => i * 7), NULL
  FROM generate_series(1, 60000) i;
