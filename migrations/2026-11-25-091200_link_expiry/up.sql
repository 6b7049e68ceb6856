-- Until when a personal link opens, and which link a session came by, so that the session ends with it. Nullable columns without a
-- default: no rewrite, and other programs that write debts notice nothing. Sessions are gone an hour later, so theirs need no backfill.
ALTER TABLE debts ADD COLUMN token_expires_at TIMESTAMPTZ;
ALTER TABLE sessions
    ADD COLUMN debt_id UUID REFERENCES debts(id) ON DELETE CASCADE,
    ADD COLUMN link_hash BYTEA CONSTRAINT sessions_link_hash_is_sha256 CHECK (octet_length(link_hash) = 32),
    ADD CONSTRAINT sessions_link_is_whole CHECK ((debt_id IS NULL) = (link_hash IS NULL));
CREATE INDEX idx_sessions_debt ON sessions (debt_id);

COMMENT ON COLUMN debts.token_expires_at IS 'From when on the personal link no longer opens; NULL is never';
COMMENT ON COLUMN sessions.debt_id IS 'The debt by whose link it began; NULL for one from before the column';
COMMENT ON COLUMN sessions.link_hash IS 'SHA-256 of that link''s secret: the session ends when the debt has another';
