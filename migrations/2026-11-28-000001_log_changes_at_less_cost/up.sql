-- What the log of changes takes of a transaction, which is half of what its commit takes. PL/pgSQL evaluates
-- an assignment by itself, and plans and executes a query for PERFORM: so functions are called by assignments
-- to `nothing`.

CREATE OR REPLACE FUNCTION begin_content_changes() RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    nothing text;
BEGIN
    -- Whoever reads the log may still hold it, for what was committed on this connection before.
    IF NOT pg_try_advisory_xact_lock(6815, pg_backend_pid()) THEN
        PERFORM pg_advisory_xact_lock(6815, pg_backend_pid());
    END IF;
    -- NOTIFY makes its transactions commit one after the other. The program tells of its own changes
    -- when they are durable, in the same message as COMMIT; others do not.
    IF current_setting('imprenta.tells', true) = 'after its commit' THEN
        nothing := set_config('imprenta.untold', 'content', false);
    ELSE
        nothing := pg_notify('imprenta_content', '');
    END IF;
END
    $$;

CREATE OR REPLACE FUNCTION tell_of_changes() RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    nothing text;
BEGIN
    IF current_setting('imprenta.untold', true) = 'content' THEN
        nothing := set_config('imprenta.untold', '', false);
        nothing := pg_notify('imprenta_content', '');
    END IF;
END
    $$;

CREATE OR REPLACE FUNCTION log_content_change(
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
    nothing text;
BEGIN
    IF begun IS NULL THEN
        nothing := begin_content_changes();
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
        nothing := set_config('imprenta.first_change', given::text, true);
    END IF;
END
    $$;

CREATE OR REPLACE FUNCTION log_post_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    nothing text;
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN
            nothing := log_content_change('post', NEW.id, true, false, false, NEW.status = 'published', true);
            nothing := set_config('imprenta.newest_post', NEW.id::text, true);
        WHEN 'UPDATE' THEN
            nothing := log_content_change('post', NEW.id, false, false,
                OLD.status = 'published', NEW.status = 'published', TG_ARGV[0] = 'live',
                renamed => OLD.title <> NEW.title,
                redated => (OLD.listed_at, OLD.visible_until) IS DISTINCT FROM (NEW.listed_at, NEW.visible_until));
        ELSE
            nothing := log_content_change('post', OLD.id, false, true, OLD.status = 'published', false, true);
    END CASE;
    RETURN NULL;
END
    $$;

CREATE OR REPLACE FUNCTION log_post_link_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    was_public boolean;
    is_there boolean;
    nothing text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- The links of the post that was noted last need no look at what else was.
        IF current_setting('imprenta.newest_post', true) IS DISTINCT FROM NEW.post_id::text THEN
            IF NOT is_noted_as_new(NEW.post_id) THEN
                nothing := log_content_change('post', NEW.post_id, false, false,
                    NEW.status = 'published', NEW.status = 'published', true, relinked => true);
            END IF;
        END IF;
        RETURN NULL;
    END IF;
    was_public := OLD.status = 'published';
    is_there := EXISTS (SELECT FROM posts WHERE id = OLD.post_id);
    IF is_there OR was_public THEN
        nothing := log_content_change('post', OLD.post_id, false, NOT is_there,
            was_public, is_there AND was_public, true,
            relinked => true, left_owner => (to_jsonb(OLD) ->> TG_ARGV[0])::uuid);
    END IF;
    RETURN NULL;
END
    $$;
