-- Titles and names sort as people expect ("Ábaco" beside "abacus"), the same on every machine.
-- A PostgreSQL built without ICU falls back to byte order rather than failing to start.
DO $$
BEGIN
    CREATE COLLATION human_order (provider = icu, locale = 'und');
EXCEPTION WHEN OTHERS THEN
    CREATE COLLATION human_order FROM "C";
END
$$;

CREATE TYPE post_status AS ENUM ('draft', 'scheduled', 'published', 'archived');

CREATE TABLE authors (
    id uuid CONSTRAINT authors_pkey PRIMARY KEY,
    slug text COLLATE "C" NOT NULL CONSTRAINT authors_slug_key UNIQUE,
    name text COLLATE human_order NOT NULL,
    -- Lower-case name in byte order: what a prefix search walks.
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED,
    bio text NOT NULL DEFAULT '',
    avatar_url text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT authors_slug_check CHECK (slug ~ '^[a-z0-9-]{1,255}$'),
    CONSTRAINT authors_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT authors_bio_check CHECK (octet_length(bio) <= 65536),
    CONSTRAINT authors_avatar_url_check CHECK (char_length(avatar_url) <= 2048)
);
CREATE INDEX authors_by_name ON authors (name, id);
CREATE INDEX authors_by_name_key ON authors (name_key);
CREATE INDEX authors_by_created_at ON authors (created_at, id);

CREATE TABLE tags (
    id uuid CONSTRAINT tags_pkey PRIMARY KEY,
    slug text COLLATE "C" NOT NULL CONSTRAINT tags_slug_key UNIQUE,
    name text COLLATE human_order NOT NULL,
    -- "Rust" and "rust" are one tag.
    name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(name)) STORED
        CONSTRAINT tags_name_key_key UNIQUE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tags_slug_check CHECK (slug ~ '^[a-z0-9-]{1,255}$'),
    CONSTRAINT tags_name_check CHECK (char_length(name) BETWEEN 1 AND 255)
);
CREATE INDEX tags_by_name ON tags (name, id);

CREATE TABLE posts (
    id uuid CONSTRAINT posts_pkey PRIMARY KEY,
    slug text COLLATE "C" NOT NULL CONSTRAINT posts_slug_key UNIQUE,
    -- Where the post lives on the site: a leading slash, none at the end.
    path text COLLATE "C" NOT NULL CONSTRAINT posts_path_key UNIQUE,
    title text COLLATE human_order NOT NULL,
    content text NOT NULL,
    -- Given by the author, else derived from the content when the post is saved.
    excerpt text NOT NULL,
    word_count integer NOT NULL,
    status post_status NOT NULL,
    published_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1,
    -- What an imported file said beyond the fields above.
    front_matter jsonb NOT NULL DEFAULT '{}',
    -- The time a post is listed under: its publication, or its creation until it has one.
    listed_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(published_at, created_at)) STORED,
    -- What the link tables repeat; see their foreign keys.
    CONSTRAINT posts_listing_key UNIQUE (id, status, listed_at),
    CONSTRAINT posts_slug_check CHECK (slug ~ '^[a-z0-9-]{1,255}$'),
    CONSTRAINT posts_path_check CHECK (path ~ '^/.*[^/]$' AND char_length(path) <= 1024),
    CONSTRAINT posts_title_check CHECK (char_length(title) BETWEEN 1 AND 255),
    CONSTRAINT posts_content_check CHECK (octet_length(content) <= 1048576),
    CONSTRAINT posts_excerpt_check CHECK (char_length(excerpt) <= 1000),
    CONSTRAINT posts_word_count_check CHECK (word_count >= 0),
    CONSTRAINT posts_version_check CHECK (version >= 1),
    CONSTRAINT posts_published_at_check CHECK (status <> 'published' OR published_at IS NOT NULL),
    CONSTRAINT posts_front_matter_check CHECK (jsonb_typeof(front_matter) = 'object')
);
-- One index for each order of the public list.
CREATE INDEX posts_published_by_listed_at ON posts (listed_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_created_at ON posts (created_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_updated_at ON posts (updated_at, id) WHERE status = 'published';
CREATE INDEX posts_published_by_title ON posts (title, id) WHERE status = 'published';

-- The links repeat the post's status and listing time, so that the newest posts of an author or a
-- tag are a short walk of one index however many there are. The foreign key on all three columns
-- keeps the copies equal: no trigger, no window in which they differ.
CREATE TABLE post_authors (
    post_id uuid NOT NULL,
    author_id uuid NOT NULL
        CONSTRAINT post_authors_author_id_fkey REFERENCES authors ON DELETE RESTRICT,
    -- 0 is the first author.
    position integer NOT NULL,
    status post_status NOT NULL,
    listed_at timestamptz NOT NULL,
    CONSTRAINT post_authors_pkey PRIMARY KEY (post_id, position),
    CONSTRAINT post_authors_author_id_key UNIQUE (author_id, post_id),
    CONSTRAINT post_authors_position_check CHECK (position >= 0),
    CONSTRAINT post_authors_post_fkey FOREIGN KEY (post_id, status, listed_at)
        REFERENCES posts (id, status, listed_at) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX post_authors_published ON post_authors (author_id, listed_at, post_id)
    WHERE status = 'published';

CREATE TABLE post_tags (
    post_id uuid NOT NULL,
    tag_id uuid NOT NULL
        CONSTRAINT post_tags_tag_id_fkey REFERENCES tags ON DELETE CASCADE,
    position integer NOT NULL,
    status post_status NOT NULL,
    listed_at timestamptz NOT NULL,
    CONSTRAINT post_tags_pkey PRIMARY KEY (post_id, position),
    CONSTRAINT post_tags_tag_id_key UNIQUE (tag_id, post_id),
    CONSTRAINT post_tags_position_check CHECK (position >= 0),
    CONSTRAINT post_tags_post_fkey FOREIGN KEY (post_id, status, listed_at)
        REFERENCES posts (id, status, listed_at) ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX post_tags_published ON post_tags (tag_id, listed_at, post_id)
    WHERE status = 'published';

-- Slugs that posts had before: they still find them, as long as no post has them now.
CREATE TABLE former_slugs (
    slug text COLLATE "C" CONSTRAINT former_slugs_pkey PRIMARY KEY,
    post_id uuid NOT NULL
        CONSTRAINT former_slugs_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    CONSTRAINT former_slugs_slug_check CHECK (slug ~ '^[a-z0-9-]{1,255}$')
);
CREATE INDEX former_slugs_by_post_id ON former_slugs (post_id);

-- Former addresses. They point at the post, not at another path: no chain, no loop.
CREATE TABLE redirects (
    path text COLLATE "C" CONSTRAINT redirects_pkey PRIMARY KEY,
    post_id uuid NOT NULL
        CONSTRAINT redirects_post_id_fkey REFERENCES posts ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    CONSTRAINT redirects_path_check CHECK (path ~ '^/.*[^/]$' AND char_length(path) <= 1024)
);
CREATE INDEX redirects_by_post_id ON redirects (post_id);
