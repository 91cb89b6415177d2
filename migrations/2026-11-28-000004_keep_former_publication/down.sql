ALTER TABLE posts DROP COLUMN former_published_at;
