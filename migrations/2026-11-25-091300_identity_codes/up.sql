-- Codes of the identity check by e-mail. A row for every request, whether or not a debt stands behind the link. New table.
CREATE TABLE identity_codes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    link_hash BYTEA NOT NULL CONSTRAINT identity_codes_link_hash_is_sha256 CHECK (octet_length(link_hash) = 32),
    debt_id UUID REFERENCES debts(id),
    language VARCHAR(5) NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    queued_at TIMESTAMPTZ,
    code_hash BYTEA CONSTRAINT identity_codes_code_hash_is_sha256 CHECK (octet_length(code_hash) = 32),
    expires_at TIMESTAMPTZ,
    tries INTEGER NOT NULL DEFAULT 0 CONSTRAINT identity_codes_tries_not_negative CHECK (tries >= 0),
    used_at TIMESTAMPTZ,
    CONSTRAINT identity_codes_code_is_whole CHECK ((code_hash IS NULL) = (expires_at IS NULL))
);
CREATE INDEX idx_identity_codes_link ON identity_codes (link_hash, requested_at DESC);
CREATE INDEX idx_identity_codes_debt ON identity_codes (debt_id);
CREATE INDEX idx_identity_codes_new ON identity_codes (requested_at) WHERE queued_at IS NULL;

COMMENT ON TABLE identity_codes IS 'Requests for a code by e-mail, one row each, also at links that do not work; kept for a day';
COMMENT ON COLUMN identity_codes.id IS 'Key';
COMMENT ON COLUMN identity_codes.link_hash IS 'SHA-256 of the link''s secret as it stood in the address';
COMMENT ON COLUMN identity_codes.debt_id IS 'The debt of the link; NULL when it does not work, so that nothing is sent';
COMMENT ON COLUMN identity_codes.language IS 'The language of the page it was asked for on';
COMMENT ON COLUMN identity_codes.requested_at IS 'When it was asked for';
COMMENT ON COLUMN identity_codes.queued_at IS 'When the mail job has seen to it';
COMMENT ON COLUMN identity_codes.code_hash IS 'Keyed hash of the six digits, drawn when the e-mail is made';
COMMENT ON COLUMN identity_codes.expires_at IS 'Until when the code is right';
COMMENT ON COLUMN identity_codes.tries IS 'Wrong answers to this code; after five it is right no more';
COMMENT ON COLUMN identity_codes.used_at IS 'When it was answered; it is right once';
