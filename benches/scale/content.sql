-- Fills a migrated, empty database with :posts posts of some hundred words, a hundredth as many authors and a
-- tenth as many tags: one post in ten is a draft; one author has written a tenth of them all, and one tag is on
-- a tenth of them, the others are even. As what makes it stands in no log and is checked by nothing, only an
-- operator may do so.
\set ON_ERROR_STOP on
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
DROP INDEX post_search_by_words;
DROP INDEX post_bigrams_indexed;

-- An id that is of its time, as those of the program are, and the same each time.
CREATE FUNCTION pg_temp.id(kind int, n int) RETURNS uuid LANGUAGE sql IMMUTABLE
    AS $$ SELECT ('0000000' || kind || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid $$;

INSERT INTO authors (id, slug, name, created_at, updated_at)
SELECT pg_temp.id(1, n), 'author-' || n, 'Author ' || n, now(), now() FROM generate_series(0, :posts / 100 - 1) AS n;
INSERT INTO tags (id, slug, name, created_at, updated_at)
SELECT pg_temp.id(2, n), 'tag-' || n, 'Tag ' || n, now(), now() FROM generate_series(0, :posts / 10 - 1) AS n;

INSERT INTO posts (id, slug, path, title, content, excerpt, word_count, status, published_at, created_at, updated_at)
SELECT pg_temp.id(3, n), 'post-' || n, '/post-' || n, 'Title ' || (n::bigint * 7919 % :posts),
       (SELECT string_agg('word' || ((n::bigint * 31 + k * k * 17) % 5000), ' ') FROM generate_series(1, 120) AS k),
       'What the post is about, in a sentence or two, as long as they are.', 120,
       (CASE WHEN n % 10 = 0 THEN 'draft' ELSE 'published' END)::post_status, at, at, at
  FROM generate_series(1, :posts) AS n, LATERAL (SELECT timestamptz '2026-01-01Z' - n * interval '1 minute') AS time (at);

INSERT INTO post_authors (post_id, author_id, position, status, listed_at)
SELECT pg_temp.id(3, n), pg_temp.id(1, CASE WHEN n % 10 = 1 THEN 0 ELSE n % (:posts / 100) END), 0,
       (CASE WHEN n % 10 = 0 THEN 'draft' ELSE 'published' END)::post_status,
       timestamptz '2026-01-01Z' - n * interval '1 minute'
  FROM generate_series(1, :posts) AS n;
-- Three of each, of which the first is the same on a tenth of the posts.
INSERT INTO post_tags (post_id, tag_id, position, status, listed_at)
SELECT pg_temp.id(3, n),
       pg_temp.id(2, CASE WHEN place = 0 AND n % 10 = 2 THEN 0 ELSE 1 + (n + place * 7) % (:posts / 10 - 1) END), place,
       (CASE WHEN n % 10 = 0 THEN 'draft' ELSE 'published' END)::post_status,
       timestamptz '2026-01-01Z' - n * interval '1 minute'
  FROM generate_series(1, :posts) AS n, generate_series(0, 2) AS place;
INSERT INTO post_search
SELECT posts.id, status, listed_at, visible_until, 'und', array_to_tsvector(ARRAY['und1title', 'und1' || word]), words
  FROM posts,
       LATERAL (SELECT split_part(title, ' ', 2)) AS titled (word),
       LATERAL (
           SELECT array_to_tsvector(ARRAY['und/', 'und1title', 'und1' || word])
               || search_marked(to_tsvector('simple', title || ' ' || content), 'und/')) AS told (words);
INSERT INTO post_bigrams SELECT post_id, search_bigrams(words), TRUE FROM post_search;
CREATE INDEX post_bigrams_indexed ON post_bigrams USING gin (bigrams) WHERE is_indexed;
CREATE INDEX post_search_by_words ON post_search USING gin (words);
SET session_replication_role = origin;
VACUUM ANALYZE;
