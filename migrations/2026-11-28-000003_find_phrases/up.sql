-- Phrases are found by an index of the pairs of neighbouring stems of each post. Before, every post with all of
-- a phrase's words had to be looked at, and that is most of them where the words are common. Filling it takes two
-- milliseconds a post.

-- A number of 16 bits for a stem.
CREATE FUNCTION search_hash(given text) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT get_byte(digest, 0) * 256 + get_byte(digest, 1)
          FROM sha256(convert_to(given, 'UTF8')) AS digest
    $$;

-- The pairs of neighbouring stems ("es/cancion"), as numbers of 16 bits by those of both and their distance, each
-- once and in order. Words that the language leaves out take a place and part no neighbours. Some pairs have the
-- same number: who has that of a phrase has to be looked at, and there are few.
CREATE FUNCTION search_bigrams(words tsvector) RETURNS smallint[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        WITH placed AS MATERIALIZED (
            SELECT hash, place
              FROM (
                    SELECT search_hash(substr(lexeme, strpos(lexeme, '/') + 1)) AS hash, positions
                      FROM unnest(words) WHERE positions IS NOT NULL OFFSET 0
                   ) AS stems,
                   unnest(positions) AS place
        ), neighbours AS (
            SELECT place, lead(place) OVER (ORDER BY place) AS next
              FROM (SELECT DISTINCT place FROM placed) AS places
        )
        SELECT ARRAY(
            SELECT DISTINCT (one.hash * 31 + other.hash + (next - neighbours.place) * 1009) % 65536 - 32768
              FROM neighbours
                   JOIN placed AS one ON one.place = neighbours.place
                   JOIN placed AS other ON other.place = neighbours.next
            ORDER BY 1)::smallint[]
    $$;

-- The pairs of a post's words. They are written with the words and come into the index later: that takes as
-- long as all else of a post. So they have a table of their own, of which nothing else is indexed anew then.
CREATE TABLE post_bigrams (
    post_id uuid CONSTRAINT post_bigrams_pkey PRIMARY KEY
        CONSTRAINT post_bigrams_post_fkey REFERENCES posts (id) ON UPDATE CASCADE ON DELETE CASCADE,
    bigrams smallint[] NOT NULL,
    is_indexed boolean NOT NULL DEFAULT FALSE
);
-- They do not get smaller by compression, and are looked for in the index.
ALTER TABLE post_bigrams ALTER COLUMN bigrams SET STORAGE EXTERNAL;
ALTER TABLE post_bigrams ALTER COLUMN bigrams SET STATISTICS 0;
INSERT INTO post_bigrams SELECT post_id, search_bigrams(words), TRUE FROM post_search;
CREATE INDEX post_bigrams_indexed ON post_bigrams USING gin (bigrams) WHERE is_indexed;
CREATE INDEX post_bigrams_to_index ON post_bigrams (post_id) WHERE NOT is_indexed;

-- Fills the pairs of a post whose words are filled.
CREATE FUNCTION fill_post_bigrams(post uuid) RETURNS void
    LANGUAGE sql
    AS $$
        INSERT INTO post_bigrams
            SELECT post_id, search_bigrams(words) FROM post_search WHERE post_id = post
            ON CONFLICT ON CONSTRAINT post_bigrams_pkey DO UPDATE
                SET bigrams = excluded.bigrams, is_indexed = FALSE
    $$;

-- Whoever writes a post may fill its rows of both indexes in the same statement, and names the post; an
-- import fills those of many, and says so for as long.
CREATE OR REPLACE FUNCTION fill_post_search() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF coalesce(current_setting('imprenta.fills_search', true), '') NOT IN ('on', NEW.id::text) THEN
        PERFORM fill_post_search(NEW);
        PERFORM fill_post_bigrams(NEW.id);
    END IF;
    RETURN NULL;
END
    $$;
