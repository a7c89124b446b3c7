-- A forum: few members write most of the posts, and few posts get most of the comments.
SELECT setseed(0.25);
CREATE TABLE topics (id int PRIMARY KEY, title text, closed boolean);
CREATE TABLE members (id int PRIMARY KEY, name text, country text, joined date, karma int, about text);
CREATE TABLE posts (id int PRIMARY KEY, author int, topic int, created timestamp, score int, views int, body text);
CREATE TABLE comments (id int PRIMARY KEY, post int, author int, created timestamp, score int, body text);
CREATE TABLE votes (post int, member int, cast_at timestamp, weight int);
INSERT INTO topics SELECT i, 'topic ' || i, i % 7 = 0 FROM generate_series(1, 300) i;
INSERT INTO members
SELECT i, 'member ' || md5(i::text), (ARRAY['de','fr','us','in','br','jp','ke'])[1 + (6.99 * random() ^ 2)::int % 7],
       date '2015-01-01' + (random() * 4000)::int, (1000 * random() ^ 4)::int, repeat(md5(i::text), 3)
  FROM generate_series(1, 20000) i;
INSERT INTO posts
SELECT i, 1 + (19999 * random() ^ 3)::int, 1 + (299 * random() ^ 2)::int, timestamp '2020-01-01' + make_interval(mins => i * 30),
       (500 * random() ^ 5)::int, (10000 * random() ^ 3)::int, repeat(md5(random()::text), 1 + (random() * 12)::int)
  FROM generate_series(1, 50000) i;
INSERT INTO comments
SELECT i, 1 + (49999 * random() ^ 2)::int, 1 + (19999 * random() ^ 3)::int, timestamp '2020-01-01' + make_interval(mins => i * 10),
       (50 * random() ^ 4)::int, repeat(md5(random()::text), 1 + (random() * 4)::int)
  FROM generate_series(1, 150000) i;
INSERT INTO votes
SELECT 1 + (49999 * random() ^ 2)::int, 1 + (19999 * random())::int, timestamp '2020-01-01' + make_interval(mins => i * 5),
       1 - 2 * (random() > 0.8)::int
  FROM generate_series(1, 200000) i;
