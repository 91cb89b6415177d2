-- Loses revisions, working drafts, preview links, and what is in the trash whose slug or path another
-- post has taken since; the rest of the trash becomes drafts.
DROP TABLE preview_links, merged_tags, post_revisions, post_contents;
ALTER TABLE authors DROP COLUMN version;
ALTER TABLE tags DROP COLUMN version;
DELETE FROM posts WHERE status = 'trashed' AND EXISTS (
    SELECT FROM posts AS other
    WHERE other.id <> posts.id AND (other.slug = posts.slug OR other.path = posts.path)
        AND (other.status <> 'trashed' OR other.id < posts.id));
DROP INDEX posts_with_draft, posts_due_to_end, posts_due_to_publish, posts_slug_key, posts_path_key;
ALTER TABLE posts
    DROP COLUMN locale,
    DROP COLUMN meta_title,
    DROP COLUMN meta_description,
    DROP COLUMN canonical_url,
    DROP COLUMN faq,
    DROP COLUMN draft_version;
UPDATE posts SET status = 'draft' WHERE status = 'trashed';
ALTER TABLE posts
    ADD CONSTRAINT posts_slug_key UNIQUE (slug),
    ADD CONSTRAINT posts_path_key UNIQUE (path);
