-- What posts are searched by, in a table of its own: reads that do not search never come across it,
-- and filling it for posts that are there keeps writers waiting, not readers. That takes two
-- milliseconds a post.

-- The words of a text, in lower case, without accents and parted by single spaces: what is searched
-- and what is searched for meet in this form. The PostgreSQL extension "unaccent" need not be there.
-- Whatever may not be a letter or a digit parts words, said by code points, because what a server
-- takes for a letter depends on its locale.
CREATE FUNCTION search_text(given text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT CASE
            WHEN octet_length(given) = char_length(given) THEN
                regexp_replace(lower(given COLLATE human_order) COLLATE "C", '[^a-z0-9]+', ' ', 'g')
            ELSE
                regexp_replace(
                    normalize(
                        regexp_replace(
                            normalize(lower(given COLLATE human_order), NFD) COLLATE "C",
                            '[\u0300-\u036f]+', '', 'g'),
                        NFC),
                    '[\u0001-\u002f\u003a-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u02b0-\u02ff\u2000-\u2bff\u3000-\u3004\u3008-\u303f\ufe00-\ufe6f\uff00-\uff0f\ufff0-\uffff]+',
                    ' ', 'g')
        END
    $$;

-- The languages whose words are brought to their stems, each with the configuration that does it.
-- "und" (BCP 47: undetermined) is what stands for all others.
CREATE FUNCTION search_languages() RETURNS TABLE (language text, configuration regconfig)
    LANGUAGE sql STABLE PARALLEL SAFE ROWS 9
    AS $$
        VALUES ('und', 'pg_catalog.simple'::regconfig), ('ca', 'pg_catalog.catalan'),
            ('de', 'pg_catalog.german'), ('en', 'pg_catalog.english'), ('es', 'pg_catalog.spanish'),
            ('fr', 'pg_catalog.french'), ('it', 'pg_catalog.italian'), ('nl', 'pg_catalog.dutch'),
            ('pt', 'pg_catalog.portuguese')
    $$;

-- The language of those for a BCP 47 tag, by what stands before its first hyphen.
CREATE FUNCTION search_language(locale text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT coalesce(
            (SELECT language FROM search_languages() WHERE language = lower(split_part(locale, '-', 1))),
            'und')
    $$;

-- What the stemmer of a language is given. Spanish words in -ión lose their accent with the others,
-- and with it the stem that they share with their plurals.
CREATE FUNCTION search_words(language text, given text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
        SELECT CASE language WHEN 'es' THEN regexp_replace(given, 'ion\M', 'ión', 'g') ELSE given END
    $$;

-- The stems of a text in a language, with their places.
CREATE FUNCTION search_stems(language text, given text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
        SELECT to_tsvector(configuration, search_words(known.language, search_text(given)))
          FROM search_languages() AS known WHERE known.language = search_stems.language
    $$;

-- Stems with something before each. None of them holds a quotation mark.
CREATE FUNCTION search_marked(stems tsvector, mark text) RETURNS tsvector
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$ SELECT replace(' ' || stems::text, ' ''', ' ''' || mark)::tsvector $$;
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

CREATE TABLE post_search (
    post_id uuid CONSTRAINT post_search_pkey PRIMARY KEY,
    -- As the links do, it repeats the post's status and the time it is public.
    status post_status NOT NULL,
    listed_at timestamptz NOT NULL,
    visible_until timestamptz NOT NULL,
    -- The language that the words are in; "und" for one that has no stems here.
    language text COLLATE "C" NOT NULL,
    -- The stems of title, excerpt and headings: short, for it is read for what is ranked.
    summary tsvector NOT NULL,
    -- All of its stems, each with the language before it ("es/cancion"): so the index alone tells
    -- which posts have a word in their own language. Those of the summary once more ("es+cancion"):
    -- so it tells, too, which of them need ranking. And the language alone ("es/").
    words tsvector NOT NULL,
    CONSTRAINT post_search_post_fkey FOREIGN KEY (post_id, status, listed_at, visible_until)
        REFERENCES posts (id, status, listed_at, visible_until) ON UPDATE CASCADE ON DELETE CASCADE
)
-- Leaves room for a change of the status, which then need not enter every word anew; and the words
-- go to where a look at the row does not come across them.
WITH (fillfactor = 90, toast_tuple_target = 1024);
ALTER TABLE post_search ALTER COLUMN summary SET STORAGE MAIN;

-- Fills the row of a post. What is searched of a text is bounded, for a tsvector is.
CREATE FUNCTION fill_post_search(post posts) RETURNS void
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

-- The words of a text, as they are written there but for accents, that a search found it by.
CREATE FUNCTION search_matches(language text, given text, asked text) RETURNS text[]
    LANGUAGE sql STABLE
    SET client_min_messages = warning
    AS $$
        SELECT ARRAY(
            SELECT DISTINCT found[1] FROM regexp_matches(
                ts_headline(
                    known.configuration,
                    -- Each word once: there are far fewer of those.
                    (SELECT string_agg(DISTINCT word, ' ')
                       FROM string_to_table(search_words(language, search_text(given)), ' ') AS word),
                    to_tsquery(known.configuration, search_words(language, asked)),
                    'HighlightAll=true, StartSel="<", StopSel=">"'),
                '<([^>]+)>', 'g') AS found)
          FROM search_languages() AS known WHERE known.language = search_matches.language
    $$;

CREATE FUNCTION fill_post_search() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM fill_post_search(NEW);
    RETURN NULL;
END
    $$;
CREATE TRIGGER posts_search_of_new AFTER INSERT ON posts
    FOR EACH ROW EXECUTE FUNCTION fill_post_search();
CREATE TRIGGER posts_search_of_changed AFTER UPDATE OF title, excerpt, content, locale ON posts
    FOR EACH ROW
    WHEN ((OLD.title, OLD.excerpt, OLD.content, OLD.locale)
        IS DISTINCT FROM (NEW.title, NEW.excerpt, NEW.content, NEW.locale))
    EXECUTE FUNCTION fill_post_search();

DO $$
BEGIN
    PERFORM fill_post_search(posts) FROM posts;
END
$$;
CREATE INDEX post_search_by_words ON post_search USING gin (words);
