-- What was answered to a request that may come again.
CREATE TABLE idempotency_keys (
    -- Whose key it is: two clients may choose the same.
    viewer text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    -- SHA-256 of the request that it was first used for.
    request_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- The answer, encrypted, for it may hold a token; NULL only within the transaction that makes it.
    answer bytea,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (viewer, key),
    CONSTRAINT idempotency_keys_viewer_check CHECK (octet_length(viewer) <= 255),
    CONSTRAINT idempotency_keys_key_check CHECK (octet_length(key) BETWEEN 1 AND 255),
    CONSTRAINT idempotency_keys_request_hash_check CHECK (octet_length(request_hash) = 32)
);
CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);
