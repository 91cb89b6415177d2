-- Posts that were thrown away and can be had back. Alone in its migration: PostgreSQL uses a new
-- value of an enum only after the transaction that adds it.
ALTER TYPE post_status ADD VALUE IF NOT EXISTS 'trashed';
