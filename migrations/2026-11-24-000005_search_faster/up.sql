-- What ranks is marked in the index, so that it tells by itself which posts have a word in their
-- title, their excerpt, their headings or only in their text; and rows are narrow, for a search looks
-- at many of them. What was indexed is made into that, without a look at the posts.

-- The stems of a part of a post once more, each with the language and a digit for the part before it.
CREATE FUNCTION search_part(stems tsvector, mark text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT search_marked(strip(stems), mark) $$;

ALTER TABLE post_search SET (toast_tuple_target = 256);
-- Uncompressed: a phrase is looked for in the words of many posts.
ALTER TABLE post_search ALTER COLUMN words SET STORAGE EXTERNAL;
-- In one go, for it writes the table anew.
ALTER TABLE post_search
    ALTER COLUMN words TYPE tsvector USING
        ts_delete(words, tsvector_to_array(search_part(summary, language || '+')))
            || search_part(ts_filter(summary, '{a}'), language || '1')
            || search_part(ts_filter(summary, '{b}'), language || '2')
            || search_part(ts_filter(summary, '{c}'), language || '3'),
    ALTER COLUMN summary TYPE tsvector USING search_part(ts_filter(summary, '{a}'), language || '1');
-- The stems of the title, as `words` has them: short, for it is read for what is ranked. Those of the
-- title ("es1cancion"), the excerpt ("es2cancion") and the headings ("es3cancion") are in `words`
-- beside all stems with their places ("es/cancion") and the language alone ("es/").
ALTER TABLE post_search RENAME COLUMN summary TO title;
-- Which languages there are: a search looks for the words of those alone.
CREATE INDEX post_search_by_language ON post_search (language);

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

-- An import fills the rows of many posts at once, by itself, and says so for as long.
CREATE OR REPLACE FUNCTION fill_post_search() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('imprenta.fills_search', true) IS DISTINCT FROM 'on' THEN
        PERFORM fill_post_search(NEW);
    END IF;
    RETURN NULL;
END
    $$;

-- What the words of a text add to its vector: the stems of each with their places from its own on,
-- and how many places it takes. With another word behind it, a word tells that even if it has no
-- stems.
CREATE FUNCTION search_stems_of_words(language text, words text[])
    RETURNS TABLE (stems text[], places integer[], length integer)
    LANGUAGE sql STABLE
    SET client_min_messages = warning
    AS $$
        SELECT found.stems[:cardinality(found.stems) - 1],
               found.places[:cardinality(found.stems) - 1],
               found.places[cardinality(found.stems)]
          FROM search_languages() AS known,
               unnest(words) WITH ORDINALITY AS each (word, number),
               LATERAL (
                   SELECT array_agg(lexeme ORDER BY place) AS stems,
                          array_agg(place - 1 ORDER BY place) AS places
                     FROM unnest(to_tsvector(
                              known.configuration, search_words(known.language, word || ' 0'))),
                          unnest(positions) AS place) AS found
         WHERE known.language = search_stems_of_words.language
         ORDER BY number
    $$;

DROP FUNCTION search_rank_query(text);
DROP FUNCTION search_query(text, text, boolean);
DROP FUNCTION search_marked(tsquery, text);

-- A search in the words of each language that posts are in, and so each of its terms that a post is
-- to have. Empty where the language leaves all words out; the log need not tell of those.
CREATE FUNCTION search_queries(asked text, terms text[])
    RETURNS TABLE (language text, matching text, term_queries text[])
    LANGUAGE sql STABLE
    SET client_min_messages = warning
    AS $$
        SELECT known.language,
               to_tsquery(known.configuration, search_words(known.language, asked))::text,
               ARRAY(
                   SELECT to_tsquery(known.configuration, search_words(known.language, term))::text
                     FROM unnest(terms) WITH ORDINALITY AS each (term, place) ORDER BY place)
          FROM search_languages() AS known
         -- By one step of the index for each, however many posts are in it.
         WHERE known.language = (
                   SELECT post_search.language FROM post_search
                    WHERE post_search.language >= known.language COLLATE "C"
                    ORDER BY post_search.language LIMIT 1)
         ORDER BY known.language
    $$;
