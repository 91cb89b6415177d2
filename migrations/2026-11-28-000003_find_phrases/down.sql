-- Takes all of up.sql back.
DROP TABLE post_bigrams;
DROP FUNCTION search_bigrams(tsvector);
DROP FUNCTION search_hash(text);

-- Fills the row of a post. What is searched of a text is bounded, for a tsvector is.
CREATE OR REPLACE FUNCTION fill_post_search(post posts) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    language CONSTANT text := search_language(post.locale);
    -- Without the targets of links, tags and entities.
    body CONSTANT text := regexp_replace(
        left(post.content, 150000),
        '\]\([^() \t\n\v\f\r]*\)|</?[a-zA-Z!][^<>]*>|&#?[a-zA-Z0-9]+;', ' ', 'g');
    headings CONSTANT text := (
        SELECT left(string_agg(line[1], ' '), 1000)
          FROM regexp_matches(body, '^#{1,6}[ \t]+(.+)$', 'gn') AS line);
    title CONSTANT tsvector := search_part(search_stems(language, post.title), language || '1');
    parts CONSTANT tsvector := title
        || search_part(search_stems(language, post.excerpt), language || '2')
        || search_part(search_stems(language, coalesce(headings, '')), language || '3')
        || format('''%s/''', language)::tsvector;
    words tsvector;
BEGIN
    BEGIN
        words := parts || search_marked(
            search_stems(language, concat_ws(E'\n', post.title, post.excerpt, body)), language || '/');
    EXCEPTION WHEN program_limit_exceeded THEN
        -- A text of nothing but other words: some of it will do.
        words := parts || search_marked(
            search_stems(language, concat_ws(E'\n', post.title, post.excerpt, left(body, 20000))),
            language || '/');
    END;
    INSERT INTO post_search
        VALUES (post.id, post.status, post.listed_at, post.visible_until, language, title, words)
        ON CONFLICT ON CONSTRAINT post_search_pkey DO UPDATE
            SET language = excluded.language, title = excluded.title, words = excluded.words;
END
    $$;
