-- Takes all of up.sql back. Every post is indexed anew.
DROP FUNCTION search_queries(text, text[]);
DROP FUNCTION search_stems_of_words(text, text[]);
DROP INDEX post_search_by_language;
TRUNCATE post_search;
ALTER TABLE post_search RENAME COLUMN title TO summary;
ALTER TABLE post_search ALTER COLUMN words SET STORAGE EXTENDED;
ALTER TABLE post_search SET (toast_tuple_target = 1024);

CREATE FUNCTION search_marked(stems tsquery, mark text) RETURNS tsquery
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT regexp_replace(stems::text, '''([^'']+)''', '''' || mark || '\1''', 'g')::tsquery $$;

-- The query of a search for posts in any language, in which each language has its own words; of
-- them those that have one of the words `ranking` where it counts for the rank, those that have none
-- there, or both if `is_ranked` is NULL. NULL if there is nothing to look for but words that the
-- languages leave out; the log need not tell of those.
CREATE FUNCTION search_query(asked text, ranking text, is_ranked boolean) RETURNS tsquery
    LANGUAGE plpgsql STABLE
    SET client_min_messages = warning
    AS $$
DECLARE
    known record;
    part tsquery;
    counting tsquery;
    matching tsquery;
BEGIN
    FOR known IN SELECT * FROM search_languages() LOOP
        part := search_marked(
            to_tsquery(known.configuration, search_words(known.language, asked)), known.language || '/');
        CONTINUE WHEN numnode(part) = 0;
        -- Not to have a word is not enough: the post is in the language.
        IF strpos(part::text, '!') > 0 THEN
            part := format('''%s/''', known.language)::tsquery && part;
        END IF;
        IF is_ranked IS NOT NULL THEN
            counting := search_marked(
                to_tsquery(known.configuration, search_words(known.language, ranking)),
                known.language || '+');
            IF is_ranked THEN
                CONTINUE WHEN numnode(counting) = 0;
                part := part && counting;
            ELSIF numnode(counting) > 0 THEN
                part := part && !! counting;
            END IF;
        END IF;
        matching := coalesce(matching || part, part);
    END LOOP;
    RETURN matching;
END
    $$;

-- The words that a search is ranked by, as the languages have them.
CREATE FUNCTION search_rank_query(ranking text) RETURNS tsquery
    LANGUAGE sql STABLE
    SET client_min_messages = warning
    AS $$
        SELECT string_agg(DISTINCT stems::text, ' | ')::tsquery
          FROM search_languages() AS known,
               to_tsquery(known.configuration, search_words(known.language, ranking)) AS stems
         WHERE numnode(stems) > 0
    $$;

-- Fills the row of a post. What is searched of a text is bounded, for a tsvector is.
CREATE OR REPLACE FUNCTION fill_post_search(post posts) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    language CONSTANT text := search_language(post.locale);
    -- Without the targets of links, tags and entities.
    body CONSTANT text := regexp_replace(
        left(post.content, 150000), '\]\([^()\s]*\)|</?[a-zA-Z!][^<>]*>|&#?[a-zA-Z0-9]+;', ' ', 'g');
    headings CONSTANT text := (
        SELECT left(string_agg(line[1], ' '), 1000)
          FROM regexp_matches(body, '^#{1,6}[ \t]+(.+)$', 'gn') AS line);
    summary tsvector;
    words tsvector;
BEGIN
    summary := setweight(search_stems(language, post.title), 'A')
        || setweight(search_stems(language, post.excerpt), 'B')
        || setweight(search_stems(language, coalesce(headings, '')), 'C');
    BEGIN
        words := search_marked(
            search_stems(language, concat_ws(E'\n', post.title, post.excerpt, body)), language || '/');
    EXCEPTION WHEN program_limit_exceeded THEN
        -- A text of nothing but other words: some of it will do.
        words := search_marked(
            search_stems(language, concat_ws(E'\n', post.title, post.excerpt, left(body, 20000))),
            language || '/');
    END;
    words := words
        || search_marked(strip(summary), language || '+')
        || format('''%s/''', language)::tsvector;
    INSERT INTO post_search
        VALUES (post.id, post.status, post.listed_at, post.visible_until, language, summary, words)
        ON CONFLICT ON CONSTRAINT post_search_pkey DO UPDATE
            SET language = excluded.language, summary = excluded.summary, words = excluded.words;
END
    $$;
CREATE OR REPLACE FUNCTION fill_post_search() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM fill_post_search(NEW);
    RETURN NULL;
END
    $$;
DROP FUNCTION search_part(tsvector, text);

DROP INDEX post_search_by_words;
DO $$
BEGIN
    PERFORM fill_post_search(posts) FROM posts;
END
$$;
CREATE INDEX post_search_by_words ON post_search USING gin (words);
