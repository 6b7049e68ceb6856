-- Who is signed in, and how often somebody guessed. Ids, links and addresses are kept as SHA-256 hashes only: who reads
-- the table cannot sign in with it.
CREATE TABLE sessions (
    id_hash BYTEA PRIMARY KEY CONSTRAINT sessions_id_hash_is_sha256 CHECK (octet_length(id_hash) = 32),
    debtor_id UUID NOT NULL REFERENCES debtors(id) ON DELETE CASCADE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_seen_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_sessions_debtor ON sessions (debtor_id);
CREATE INDEX idx_sessions_created ON sessions (created_at);

CREATE TABLE identity_attempts (
    link_hash BYTEA PRIMARY KEY CONSTRAINT identity_attempts_link_hash_is_sha256 CHECK (octet_length(link_hash) = 32),
    failures INTEGER NOT NULL DEFAULT 0 CONSTRAINT identity_attempts_failures_not_negative CHECK (failures >= 0),
    window_failures INTEGER NOT NULL DEFAULT 0
        CONSTRAINT identity_attempts_window_failures_not_negative CHECK (window_failures >= 0),
    window_started_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL
);

CREATE TABLE client_attempts (
    address_hash BYTEA PRIMARY KEY CONSTRAINT client_attempts_address_hash_is_sha256 CHECK (octet_length(address_hash) = 32),
    failures INTEGER NOT NULL CONSTRAINT client_attempts_failures_not_negative CHECK (failures >= 0),
    window_started_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_client_attempts_window ON client_attempts (window_started_at);
