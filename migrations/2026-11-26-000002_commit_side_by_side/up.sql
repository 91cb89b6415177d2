-- Transactions that change content no longer wait for one another until each is on the disk: many are
-- made durable by one write. So a number may be seen before a lower one. Whoever reads the log waits
-- instead, for those who have taken a number and are not done.

-- Begins the changes of a transaction, before it takes its first number. The lock is its own, named
-- after its process, and is held until its end: by then, what it has written can be seen. 6814 is for
-- names, by their hashes.
CREATE FUNCTION begin_content_changes() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(6815, pg_backend_pid());
    -- NOTIFY makes its transactions commit one after the other. The program tells of its own changes
    -- when they are durable, in the same message as COMMIT; others do not.
    IF current_setting('imprenta.tells', true) = 'after its commit' THEN
        PERFORM set_config('imprenta.untold', 'content', false);
    ELSE
        PERFORM pg_notify('imprenta_content', '');
    END IF;
END
    $$;

-- Tells of changes that were just committed.
CREATE FUNCTION tell_of_changes() RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF current_setting('imprenta.untold', true) = 'content' THEN
        PERFORM set_config('imprenta.untold', '', false);
        PERFORM pg_notify('imprenta_content', '');
    END IF;
END
    $$;

-- The highest number so far, when no lower one is to come any more. What is up to it can be seen by the
-- next statement, for this one's snapshot is older.
CREATE FUNCTION settled_change() RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    -- First: whoever takes a later lock takes a later number, too.
    highest CONSTANT bigint := (
        SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM content_changes_number_seq);
    process integer;
BEGIN
    FOR process IN
        SELECT objid::bigint
          FROM pg_locks
         WHERE locktype = 'advisory' AND classid = 6815 AND objsubid = 2
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND mode = 'ExclusiveLock' AND granted AND pid <> pg_backend_pid()
    LOOP
        PERFORM pg_advisory_xact_lock_shared(6815, process);
    END LOOP;
    RETURN highest;
END
    $$;

CREATE OR REPLACE FUNCTION log_content_change(
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

-- Whoever writes a post may fill its row of the index in the same statement, and names the post; an
-- import fills those of many, and says so for as long.
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
