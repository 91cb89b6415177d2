-- Since when a post was public before another time was planned for it.
ALTER TABLE posts ADD COLUMN former_published_at timestamptz;
