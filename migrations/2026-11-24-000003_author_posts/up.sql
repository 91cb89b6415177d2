-- What search engines and other sites are told of a post, and the language that it is in.
-- `draft_version` is the revision that is being worked on while readers see the one of `version`;
-- NULL if they are the same.
ALTER TABLE posts
    ADD COLUMN locale text COLLATE "C",
    ADD COLUMN meta_title text,
    ADD COLUMN meta_description text,
    ADD COLUMN canonical_url text,
    ADD COLUMN faq jsonb NOT NULL DEFAULT '[]',
    ADD COLUMN draft_version integer,
    ADD CONSTRAINT posts_locale_check CHECK (locale ~ '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' AND octet_length(locale) <= 35),
    ADD CONSTRAINT posts_meta_title_check CHECK (char_length(meta_title) BETWEEN 1 AND 255),
    ADD CONSTRAINT posts_meta_description_check CHECK (char_length(meta_description) BETWEEN 1 AND 300),
    ADD CONSTRAINT posts_canonical_url_check CHECK (canonical_url ~ '^https?://' AND char_length(canonical_url) <= 2048),
    ADD CONSTRAINT posts_faq_check CHECK (
        jsonb_typeof(faq) = 'array'
        AND NOT jsonb_path_exists(faq, '$[*] ? (@.type() != "object" || !(@.question.type() == "string") || !(@.answer.type() == "string"))')),
    ADD CONSTRAINT posts_draft_version_check CHECK (draft_version > version);

-- Counts the changes of a profile and of a tag, so that a second editor overwrites nothing unseen.
ALTER TABLE authors
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT authors_version_check CHECK (version >= 1);
ALTER TABLE tags
    ADD COLUMN version integer NOT NULL DEFAULT 1,
    ADD CONSTRAINT tags_version_check CHECK (version >= 1);

-- What is in the trash holds no slug and no path.
ALTER TABLE posts DROP CONSTRAINT posts_slug_key, DROP CONSTRAINT posts_path_key;
CREATE UNIQUE INDEX posts_slug_key ON posts (slug) WHERE status <> 'trashed';
CREATE UNIQUE INDEX posts_path_key ON posts (path) WHERE status <> 'trashed';
-- What is to happen when its time has come.
CREATE INDEX posts_due_to_publish ON posts (published_at) WHERE status = 'scheduled';
CREATE INDEX posts_due_to_end ON posts (unpublish_at)
    WHERE status = 'published' AND unpublish_at IS NOT NULL;
-- Few at a time; who deletes an author or a tag looks at all of them.
CREATE INDEX posts_with_draft ON posts (id) WHERE draft_version IS NOT NULL;

-- The texts of a post's revisions, each once: a revision that changes the title alone adds none.
CREATE TABLE post_contents (
    post_id uuid NOT NULL
        CONSTRAINT post_contents_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    -- SHA-256 of the text.
    hash bytea NOT NULL,
    content text NOT NULL,
    CONSTRAINT post_contents_pkey PRIMARY KEY (post_id, hash),
    CONSTRAINT post_contents_hash_check CHECK (octet_length(hash) = 32),
    CONSTRAINT post_contents_content_check CHECK (octet_length(content) <= 1048576)
);

-- Every save of a post. Rows are only ever added.
CREATE TABLE post_revisions (
    post_id uuid NOT NULL
        CONSTRAINT post_revisions_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    number integer NOT NULL,
    -- Whose save it was; NULL: the program's. Without a foreign key: the history outlives accounts.
    editor_id uuid,
    created_at timestamptz NOT NULL,
    note text,
    -- All but the text, as JSON; byte for byte what the hash was made of.
    snapshot text NOT NULL,
    content_hash bytea NOT NULL,
    -- SHA-256 of this revision and of the hash of the one before it.
    hash bytea NOT NULL,
    CONSTRAINT post_revisions_pkey PRIMARY KEY (post_id, number),
    CONSTRAINT post_revisions_content_fkey FOREIGN KEY (post_id, content_hash)
        REFERENCES post_contents (post_id, hash),
    CONSTRAINT post_revisions_number_check CHECK (number >= 1),
    CONSTRAINT post_revisions_note_check CHECK (char_length(note) BETWEEN 1 AND 500),
    CONSTRAINT post_revisions_hash_check CHECK (octet_length(hash) = 32)
);

-- Tags that have become part of another one: revisions still name them.
CREATE TABLE merged_tags (
    id uuid CONSTRAINT merged_tags_pkey PRIMARY KEY,
    tag_id uuid NOT NULL CONSTRAINT merged_tags_tag_id_fkey REFERENCES tags ON DELETE CASCADE,
    created_at timestamptz NOT NULL
);
CREATE INDEX merged_tags_by_tag_id ON merged_tags (tag_id);

-- Leave to read one post as it is being worked on. The token is signed and stored nowhere.
CREATE TABLE preview_links (
    id uuid CONSTRAINT preview_links_pkey PRIMARY KEY,
    post_id uuid NOT NULL
        CONSTRAINT preview_links_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX preview_links_by_post_id ON preview_links (post_id, created_at, id);
CREATE INDEX preview_links_by_expires_at ON preview_links (expires_at);
