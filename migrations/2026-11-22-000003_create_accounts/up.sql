CREATE TYPE user_role AS ENUM ('reader', 'author', 'editor', 'admin');

CREATE TABLE users (
    id uuid CONSTRAINT users_pkey PRIMARY KEY,
    email text COLLATE "C" NOT NULL,
    -- One account an address, whatever its case. The program admits ASCII addresses only, so this
    -- is the same under every locale.
    email_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (lower(email)) STORED
        CONSTRAINT users_email_key UNIQUE,
    name text COLLATE human_order NOT NULL,
    role user_role NOT NULL,
    active boolean NOT NULL DEFAULT true,
    -- A PHC string, or bcrypt's of an older system. NULL: nobody can log in with a password.
    password_hash text,
    -- The public profile that this person writes under.
    author_id uuid
        CONSTRAINT users_author_id_key UNIQUE
        CONSTRAINT users_author_id_fkey REFERENCES authors ON DELETE SET NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    last_log_in_at timestamptz,
    CONSTRAINT users_email_check CHECK (octet_length(email) BETWEEN 3 AND 255),
    CONSTRAINT users_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT users_password_hash_check CHECK (octet_length(password_hash) <= 1024)
);
CREATE INDEX users_by_created_at ON users (created_at, id);
-- The last active admin stays: see who else there is without reading all.
CREATE INDEX users_active_admins ON users (id) WHERE active AND role = 'admin';

-- As long as there are any, a refused log-in takes as long as the dearest of them, which bcrypt's
-- fifth and sixth letters tell. The condition is that of the statement, letter by letter.
CREATE INDEX users_with_older_hash ON users (substr(password_hash, 5, 2))
    WHERE password_hash NOT LIKE '$argon2id$v=19$m=19456,t=2,p=1$%';

-- A log-in and what was renewed from it: one family of refresh tokens.
CREATE TABLE sessions (
    id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT sessions_user_id_fkey REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    -- When the newest refresh token ends, and the session with it.
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sessions_by_user_id ON sessions (user_id) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_expires_at ON sessions (expires_at);

CREATE TABLE refresh_tokens (
    -- SHA-256 of the token, which is stored nowhere.
    digest bytea CONSTRAINT refresh_tokens_pkey PRIMARY KEY,
    session_id uuid NOT NULL
        CONSTRAINT refresh_tokens_session_id_fkey REFERENCES sessions ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    -- Used once. Kept, so that a second use is known for what it is.
    spent_at timestamptz,
    CONSTRAINT refresh_tokens_digest_check CHECK (octet_length(digest) = 32)
);
CREATE INDEX refresh_tokens_by_session_id ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_by_expires_at ON refresh_tokens (expires_at);

CREATE TABLE password_resets (
    digest bytea CONSTRAINT password_resets_pkey PRIMARY KEY,
    user_id uuid NOT NULL
        CONSTRAINT password_resets_user_id_fkey REFERENCES users ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    CONSTRAINT password_resets_digest_check CHECK (octet_length(digest) = 32)
);
CREATE INDEX password_resets_by_user_id ON password_resets (user_id);
CREATE INDEX password_resets_by_expires_at ON password_resets (expires_at);

CREATE TABLE api_keys (
    id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT api_keys_user_id_fkey REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    digest bytea NOT NULL CONSTRAINT api_keys_digest_key UNIQUE,
    -- As OAuth 2 writes them (RFC 6749, section 3.3): words with a space between.
    scopes text COLLATE "C" NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    CONSTRAINT api_keys_name_check CHECK (char_length(name) BETWEEN 1 AND 255),
    CONSTRAINT api_keys_digest_check CHECK (octet_length(digest) = 32),
    CONSTRAINT api_keys_scopes_check
        CHECK (scopes ~ '^content:(read|read-drafts|write)( content:(read|read-drafts|write))*$')
);
CREATE INDEX api_keys_by_user_id ON api_keys (user_id, created_at, id);

-- Attempts within a window of time, counted before they are made, so that many at once count too.
CREATE TABLE attempts (
    -- What is counted: `log-in-account:…`, `log-in-address:…`.
    subject text COLLATE "C" CONSTRAINT attempts_pkey PRIMARY KEY,
    count integer NOT NULL,
    window_ends_at timestamptz NOT NULL,
    CONSTRAINT attempts_subject_check CHECK (octet_length(subject) <= 255)
);
CREATE INDEX attempts_by_window_ends_at ON attempts (window_ends_at);

-- Who did what, when and from where. Rows are only ever added.
CREATE TABLE audit_events (
    id uuid CONSTRAINT audit_events_pkey PRIMARY KEY,
    occurred_at timestamptz NOT NULL,
    action text COLLATE "C" NOT NULL,
    -- Who did it: an account, perhaps by one of its API keys; neither: a visitor or the program
    -- itself. Without foreign keys: the log outlives what it tells of.
    actor text COLLATE "C" NOT NULL,
    user_id uuid,
    api_key_id uuid,
    -- What it was done to.
    subject_type text COLLATE "C",
    subject_id uuid,
    address text,
    request_id text,
    details jsonb NOT NULL DEFAULT '{}',
    CONSTRAINT audit_events_action_check CHECK (octet_length(action) BETWEEN 1 AND 64),
    CONSTRAINT audit_events_actor_check CHECK (actor IN ('anonymous', 'user', 'api-key', 'system')),
    CONSTRAINT audit_events_request_id_check CHECK (octet_length(request_id) <= 128),
    CONSTRAINT audit_events_details_check CHECK (octet_length(details::text) <= 4096)
);
CREATE INDEX audit_events_by_occurred_at ON audit_events (occurred_at, id);
CREATE INDEX audit_events_by_action ON audit_events (action, occurred_at, id);
CREATE INDEX audit_events_by_user_id ON audit_events (user_id, occurred_at, id);
CREATE INDEX audit_events_by_subject_id ON audit_events (subject_id, occurred_at, id);
