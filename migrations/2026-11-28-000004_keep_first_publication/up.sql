-- When a post was public first, once another time is planned for it. Else `published_at` says that.
ALTER TABLE posts ADD COLUMN first_published_at timestamptz;
