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

DROP FUNCTION settled_change();
DROP FUNCTION tell_of_changes();
DROP FUNCTION begin_content_changes();
