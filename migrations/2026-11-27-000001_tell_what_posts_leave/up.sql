-- The log of changes tells what kept answers were made from and is no more: who keeps answers can see
-- what there is now, but not what a post has left.
ALTER TABLE content_changes
    -- The authors and tags that a post has no more.
    ADD COLUMN left_owners uuid[] NOT NULL DEFAULT '{}',
    -- Whether its authors or tags, or their order, are others.
    ADD COLUMN is_relinked boolean NOT NULL DEFAULT false,
    -- Whether its date or its end are others.
    ADD COLUMN is_redated boolean NOT NULL DEFAULT false,
    -- Whether its title, or the name of an author or a tag, is another.
    ADD COLUMN is_renamed boolean NOT NULL DEFAULT false;

DROP FUNCTION log_content_change(text, uuid, boolean, boolean, boolean, boolean, boolean);
-- Notes a change, once for each subject in a transaction.
CREATE FUNCTION log_content_change(
    kind text, changed uuid, created boolean, deleted boolean,
    published_before boolean, published_now boolean, live boolean,
    relinked boolean DEFAULT false, redated boolean DEFAULT false, renamed boolean DEFAULT false, left_owner uuid DEFAULT NULL
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
                was_published = was_published AND NOT created, is_published = published_now,
                is_relinked = is_relinked OR relinked, is_redated = is_redated OR redated,
                is_renamed = is_renamed OR renamed,
                left_owners = array_remove(left_owners || left_owner, NULL)
            WHERE subject_id = changed AND number >= begun;
        IF FOUND THEN
            RETURN;
        END IF;
    END IF;
    INSERT INTO content_changes (subject_type, subject_id, is_new, is_gone, was_published, is_published, is_live,
            is_relinked, is_redated, is_renamed, left_owners)
        VALUES (kind, changed, created, deleted, published_before, published_now, live,
            relinked, redated, renamed, array_remove(ARRAY[left_owner], NULL))
        RETURNING number INTO given;
    IF begun IS NULL THEN
        PERFORM set_config('imprenta.first_change', given::text, true);
    END IF;
END
    $$;

-- Whether this transaction has noted that it made something, so that what comes with it needs no note.
CREATE FUNCTION is_noted_as_new(made uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$
DECLARE
    begun bigint := nullif(current_setting('imprenta.first_change', true), '')::bigint;
BEGIN
    RETURN begun IS NOT NULL AND EXISTS (
        SELECT FROM content_changes WHERE subject_id = made AND number >= begun AND is_new AND NOT is_gone);
END
    $$;

CREATE OR REPLACE FUNCTION log_post_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            PERFORM log_content_change('post', NEW.id, true, false, false, NEW.status = 'published', true);
        WHEN 'UPDATE' THEN
            PERFORM log_content_change('post', NEW.id, false, false,
                OLD.status = 'published', NEW.status = 'published', TG_ARGV[0] = 'live',
                renamed => OLD.title <> NEW.title,
                redated => (OLD.listed_at, OLD.visible_until) IS DISTINCT FROM (NEW.listed_at, NEW.visible_until));
        ELSE
            PERFORM log_content_change('post', OLD.id, false, true, OLD.status = 'published', false, true);
    END CASE;
    RETURN NULL;
END
    $$;

-- A post whose authors or tags are others. What it has left is noted of public posts that are deleted,
-- too: their links go with them.
CREATE OR REPLACE FUNCTION log_post_link_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    was_public boolean;
    is_there boolean;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT is_noted_as_new(NEW.post_id) THEN
            PERFORM log_content_change('post', NEW.post_id, false, false,
                NEW.status = 'published', NEW.status = 'published', true, relinked => true);
        END IF;
        RETURN NULL;
    END IF;
    was_public := OLD.status = 'published';
    is_there := EXISTS (SELECT FROM posts WHERE id = OLD.post_id);
    IF is_there OR was_public THEN
        PERFORM log_content_change('post', OLD.post_id, false, NOT is_there,
            was_public, is_there AND was_public, true,
            relinked => true, left_owner => (to_jsonb(OLD) ->> TG_ARGV[0])::uuid);
    END IF;
    RETURN NULL;
END
    $$;
DROP TRIGGER post_authors_log_change ON post_authors;
CREATE CONSTRAINT TRIGGER post_authors_log_change
    AFTER INSERT OR DELETE OR UPDATE OF author_id, position ON post_authors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change('author_id');
DROP TRIGGER post_tags_log_change ON post_tags;
CREATE CONSTRAINT TRIGGER post_tags_log_change
    AFTER INSERT OR DELETE OR UPDATE OF tag_id, position ON post_tags
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change('tag_id');

CREATE OR REPLACE FUNCTION log_owner_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM log_content_change(TG_ARGV[0], OLD.id, false, true, false, false, true);
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM log_content_change(TG_ARGV[0], NEW.id, true, false, false, false, true);
    ELSE
        PERFORM log_content_change(TG_ARGV[0], NEW.id, false, false, false, false, true,
            renamed => OLD.name <> NEW.name);
    END IF;
    RETURN NULL;
END
    $$;

-- A post that is found by a former slug or path, or is no more.
CREATE FUNCTION log_post_name_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    named uuid;
    is_public boolean;
BEGIN
    FOREACH named IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.post_id]
        WHEN 'DELETE' THEN ARRAY[OLD.post_id]
        ELSE ARRAY[OLD.post_id, NEW.post_id] END
    LOOP
        -- With the post itself, its names go, too.
        SELECT status = 'published' INTO is_public FROM posts WHERE id = named;
        IF FOUND AND NOT is_noted_as_new(named) THEN
            PERFORM log_content_change('post', named, false, false, is_public, is_public, true);
        END IF;
    END LOOP;
    RETURN NULL;
END
    $$;
CREATE CONSTRAINT TRIGGER former_slugs_log_change
    AFTER INSERT OR DELETE OR UPDATE OF post_id ON former_slugs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_name_change();
CREATE CONSTRAINT TRIGGER redirects_log_change
    AFTER INSERT OR DELETE OR UPDATE OF post_id ON redirects
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_name_change();
