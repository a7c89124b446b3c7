-- Devices that report: values hang on the model, and time and position in the table go together.
SELECT setseed(0.75);
CREATE TABLE sites (id int PRIMARY KEY, city text, region int);
CREATE TABLE models (id int PRIMARY KEY, maker text, kind text, rated double precision);
CREATE TABLE devices (id int PRIMARY KEY, site int, model int, installed date, active boolean, note text);
CREATE TABLE readings (device int, taken timestamp, value double precision, quality smallint, raw bytea);
CREATE TABLE alarms (id bigint PRIMARY KEY, device int, raised timestamp, severity int, message text);
INSERT INTO sites SELECT i, 'city ' || i % 40, i % 9 FROM generate_series(1, 120) i;
INSERT INTO models SELECT i, 'maker ' || i % 6, (ARRAY['heat','flow','power'])[1 + i % 3], 10 * i FROM generate_series(1, 25) i;
INSERT INTO devices
SELECT i, 1 + (119 * random() ^ 2)::int, 1 + (24 * random())::int, date '2019-01-01' + i, random() > 0.1, repeat('n', i % 60)
  FROM generate_series(1, 3000) i;
INSERT INTO readings
SELECT 1 + (2999 * random() ^ 1.5)::int, timestamp '2026-01-01' + make_interval(secs => i * 12), 100 * random() ^ 3,
       (random() * 3)::int, decode(md5(i::text), 'hex')
  FROM generate_series(1, 300000) i;
INSERT INTO alarms
SELECT i, 1 + (2999 * random() ^ 4)::int, timestamp '2026-01-01' + make_interval(secs => i * 90), (5 * random() ^ 3)::int,
       'limit passed: ' || md5(i::text)
  FROM generate_series(1, 40000) i;
