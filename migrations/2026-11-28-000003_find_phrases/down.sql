-- Takes all of up.sql back.
CREATE OR REPLACE FUNCTION fill_post_search() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF coalesce(current_setting('imprenta.fills_search', true), '') NOT IN ('on', NEW.id::text) THEN
        PERFORM fill_post_search(NEW);
    END IF;
    RETURN NULL;
END
    $$;
DROP FUNCTION fill_post_bigrams(uuid);
DROP TABLE post_bigrams;
DROP FUNCTION search_bigrams(tsvector);
DROP FUNCTION search_hash(text);
