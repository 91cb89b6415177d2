-- Loses when posts expire: they are public again, and stay so.
DROP INDEX post_tags_by_listed_at;
DROP INDEX post_authors_by_listed_at;
DROP INDEX posts_unpublished_by_title;
DROP INDEX posts_unpublished_by_updated_at;
DROP INDEX posts_unpublished_by_created_at;
DROP INDEX posts_unpublished_by_listed_at;
DROP INDEX posts_by_title;
DROP INDEX posts_by_updated_at;
DROP INDEX posts_by_created_at;
DROP INDEX posts_by_listed_at;

DROP INDEX post_tags_published;
DROP INDEX post_authors_published;
DROP INDEX posts_published_by_title;
DROP INDEX posts_published_by_updated_at;
DROP INDEX posts_published_by_created_at;
DROP INDEX posts_published_by_listed_at;
ALTER TABLE post_tags DROP CONSTRAINT post_tags_post_fkey;
ALTER TABLE post_authors DROP CONSTRAINT post_authors_post_fkey;
ALTER TABLE posts
    DROP CONSTRAINT posts_listing_key,
    DROP CONSTRAINT posts_unpublish_at_check,
    DROP COLUMN visible_until,
    DROP COLUMN unpublish_at;
ALTER TABLE post_tags DROP COLUMN visible_until;
ALTER TABLE post_authors DROP COLUMN visible_until;

ALTER TABLE posts ADD CONSTRAINT posts_listing_key UNIQUE (id, status, listed_at);
ALTER TABLE post_authors
    ADD CONSTRAINT post_authors_post_fkey FOREIGN KEY (post_id, status, listed_at)
        REFERENCES posts (id, status, listed_at) ON UPDATE CASCADE ON DELETE CASCADE;
ALTER TABLE post_tags
    ADD CONSTRAINT post_tags_post_fkey FOREIGN KEY (post_id, status, listed_at)
        REFERENCES posts (id, status, listed_at) ON UPDATE CASCADE ON DELETE CASCADE;
CREATE INDEX posts_published_by_listed_at ON posts (listed_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_created_at ON posts (created_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_updated_at ON posts (updated_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_title ON posts (title, id) WHERE status = 'published';
CREATE INDEX post_authors_published ON post_authors (author_id, listed_at, post_id)
    WHERE status = 'published';
CREATE INDEX post_tags_published ON post_tags (tag_id, listed_at, post_id)
    WHERE status = 'published';
