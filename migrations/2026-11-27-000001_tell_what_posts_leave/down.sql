DROP TRIGGER redirects_log_change ON redirects;
DROP TRIGGER former_slugs_log_change ON former_slugs;
DROP FUNCTION log_post_name_change();

CREATE OR REPLACE FUNCTION log_owner_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM log_content_change(TG_ARGV[0], OLD.id, false, true, false, false, true);
    ELSE
        PERFORM log_content_change(TG_ARGV[0], NEW.id, TG_OP = 'INSERT', false, false, false, true);
    END IF;
    RETURN NULL;
END
    $$;

DROP TRIGGER post_authors_log_change ON post_authors;
DROP TRIGGER post_tags_log_change ON post_tags;
CREATE OR REPLACE FUNCTION log_post_link_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        PERFORM log_content_change('post', NEW.post_id, false, false,
            NEW.status = 'published', NEW.status = 'published', true);
    -- With the post itself, its links go, too.
    ELSIF EXISTS (SELECT FROM posts WHERE id = OLD.post_id) THEN
        PERFORM log_content_change('post', OLD.post_id, false, false,
            OLD.status = 'published', OLD.status = 'published', true);
    END IF;
    RETURN NULL;
END
    $$;
CREATE CONSTRAINT TRIGGER post_authors_log_change
    AFTER INSERT OR DELETE OR UPDATE OF author_id, position ON post_authors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change();
CREATE CONSTRAINT TRIGGER post_tags_log_change
    AFTER INSERT OR DELETE OR UPDATE OF tag_id, position ON post_tags
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change();

CREATE OR REPLACE FUNCTION log_post_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            PERFORM log_content_change('post', NEW.id, true, false, false, NEW.status = 'published', true);
        WHEN 'UPDATE' THEN
            PERFORM log_content_change('post', NEW.id, false, false,
                OLD.status = 'published', NEW.status = 'published', TG_ARGV[0] = 'live');
        ELSE
            PERFORM log_content_change('post', OLD.id, false, true, OLD.status = 'published', false, true);
    END CASE;
    RETURN NULL;
END
    $$;

DROP FUNCTION is_noted_as_new(uuid);
DROP FUNCTION log_content_change(text, uuid, boolean, boolean, boolean, boolean, boolean, boolean, boolean, boolean, uuid);
CREATE FUNCTION log_content_change(
    kind text, changed uuid, created boolean, deleted boolean,
    published_before boolean, published_now boolean, live boolean
) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    -- The first number of this transaction.
    begun bigint := nullif(current_setting('imprenta.first_change', true), '')::bigint;
    given bigint;
BEGIN
    IF begun IS NULL THEN
        PERFORM begin_content_changes();
    ELSE
        -- A new post and its links may be told of in any order: one statement adds them all.
        UPDATE content_changes
            SET is_new = is_new OR created, is_gone = deleted, is_live = is_live OR live,
                was_published = was_published AND NOT created, is_published = published_now
            WHERE subject_id = changed AND number >= begun;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO content_changes (subject_type, subject_id, is_new, is_gone, was_published, is_published, is_live)
        VALUES (kind, changed, created, deleted, published_before, published_now, live)
        RETURNING number INTO given;
    IF begun IS NULL THEN
        PERFORM set_config('imprenta.first_change', given::text, true);
    END IF;
END
    $$;

ALTER TABLE content_changes
    DROP COLUMN left_owners,
    DROP COLUMN is_relinked,
    DROP COLUMN is_redated,
    DROP COLUMN is_renamed;
