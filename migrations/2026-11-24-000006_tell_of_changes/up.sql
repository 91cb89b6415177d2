-- What was changed, in the order in which it was committed: what followers of the content have read
-- up to, and where they go on after they were away.
--
-- Triggers write it, so imports, mutations and SQL written by hand all stand in it. They run when a
-- transaction is about to be committed and then wait for one another, so that a number that can be
-- seen is never followed by a lower one. NOTIFY makes its transactions wait in the same way.
CREATE TABLE content_changes (
    number bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT content_changes_pkey PRIMARY KEY,
    committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Without a foreign key: what is deleted stands here, too.
    subject_type text COLLATE "C" NOT NULL
        CONSTRAINT content_changes_subject_type_check CHECK (subject_type IN ('post', 'author', 'tag')),
    subject_id uuid NOT NULL,
    is_new boolean NOT NULL,
    is_gone boolean NOT NULL,
    -- For posts: whether it was published before the transaction, and is after it.
    was_published boolean NOT NULL,
    is_published boolean NOT NULL,
    -- Whether more has changed than what is being worked on beside the published text.
    is_live boolean NOT NULL
);
CREATE INDEX content_changes_by_subject ON content_changes (subject_id, number);

-- Notes a change, once for each subject in a transaction.
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
        -- Until the end of the transaction.
        PERFORM pg_advisory_xact_lock(6814, 1);
        PERFORM pg_notify('imprenta_content', '');
    ELSE
        UPDATE content_changes
            SET is_new = is_new OR created, is_gone = deleted, is_published = published_now, is_live = is_live OR live
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

CREATE FUNCTION log_post_change() RETURNS trigger
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

-- A post whose authors or tags are others.
CREATE FUNCTION log_post_link_change() RETURNS trigger
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

-- A profile or a tag.
CREATE FUNCTION log_owner_change() RETURNS trigger
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

CREATE CONSTRAINT TRIGGER posts_log_change
    AFTER INSERT OR DELETE OR UPDATE OF slug, path, title, content, excerpt, word_count, status,
        published_at, created_at, updated_at, version, front_matter, unpublish_at, locale, meta_title,
        meta_description, canonical_url, faq ON posts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_change('live');
CREATE CONSTRAINT TRIGGER posts_log_draft AFTER UPDATE OF draft_version ON posts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.draft_version IS DISTINCT FROM NEW.draft_version)
    EXECUTE FUNCTION log_post_change('draft');
CREATE CONSTRAINT TRIGGER post_authors_log_change
    AFTER INSERT OR DELETE OR UPDATE OF author_id, position ON post_authors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change();
CREATE CONSTRAINT TRIGGER post_tags_log_change
    AFTER INSERT OR DELETE OR UPDATE OF tag_id, position ON post_tags
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_post_link_change();
CREATE CONSTRAINT TRIGGER authors_log_change AFTER INSERT OR DELETE OR UPDATE ON authors
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_owner_change('author');
CREATE CONSTRAINT TRIGGER tags_log_change AFTER INSERT OR DELETE OR UPDATE ON tags
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION log_owner_change('tag');

-- Tells whose access has ended or become another one, so that what is held open for them is looked
-- at again.
CREATE FUNCTION tell_of_access() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_notify('imprenta_access', to_jsonb(OLD) ->> TG_ARGV[0]);
    RETURN NULL;
END
    $$;
CREATE TRIGGER users_tell_of_access AFTER UPDATE OF role, active, author_id ON users
    FOR EACH ROW
    WHEN ((OLD.role, OLD.active, OLD.author_id) IS DISTINCT FROM (NEW.role, NEW.active, NEW.author_id))
    EXECUTE FUNCTION tell_of_access('id');
CREATE TRIGGER users_tell_of_end AFTER DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION tell_of_access('id');
CREATE TRIGGER sessions_tell_of_access AFTER UPDATE OF ended_at ON sessions
    FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL) EXECUTE FUNCTION tell_of_access('user_id');
CREATE TRIGGER api_keys_tell_of_access AFTER UPDATE OF revoked_at, scopes ON api_keys
    FOR EACH ROW EXECUTE FUNCTION tell_of_access('user_id');
