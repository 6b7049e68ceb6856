-- Passkeys of staff (WebAuthn). New tables only.
CREATE TABLE staff_passkeys (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    staff_id UUID NOT NULL REFERENCES staff(id),
    credential_id BYTEA NOT NULL UNIQUE
        CONSTRAINT staff_passkeys_credential_id_length CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    public_key BYTEA NOT NULL CONSTRAINT staff_passkeys_public_key_not_empty CHECK (octet_length(public_key) > 0),
    algorithm INTEGER NOT NULL CONSTRAINT staff_passkeys_algorithm_known CHECK (algorithm IN (-7, -8, -257)),
    sign_count BIGINT NOT NULL DEFAULT 0 CONSTRAINT staff_passkeys_sign_count_not_negative CHECK (sign_count >= 0),
    name VARCHAR(80) NOT NULL CONSTRAINT staff_passkeys_name_not_empty CHECK (length(trim(name)) > 0),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_used_at TIMESTAMPTZ
);
CREATE INDEX idx_staff_passkeys_staff ON staff_passkeys (staff_id, created_at, id);

-- A challenge carries its own time and mark; only that it was used has to be remembered, and only until its time is over.
CREATE TABLE staff_used_challenges (
    challenge_hash BYTEA PRIMARY KEY
        CONSTRAINT staff_used_challenges_hash_is_sha256 CHECK (octet_length(challenge_hash) = 32),
    expires_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_staff_used_challenges_expires ON staff_used_challenges (expires_at);

COMMENT ON TABLE staff_passkeys IS 'Passkeys that staff signs in with instead of password and code';
COMMENT ON COLUMN staff_passkeys.id IS 'Key';
COMMENT ON COLUMN staff_passkeys.staff_id IS 'Whose';
COMMENT ON COLUMN staff_passkeys.credential_id IS 'By which the authenticator names it';
COMMENT ON COLUMN staff_passkeys.public_key IS 'SubjectPublicKeyInfo, DER; verifies signatures and makes none';
COMMENT ON COLUMN staff_passkeys.algorithm IS 'COSE number: -7 ES256, -8 Ed25519, -257 RS256';
COMMENT ON COLUMN staff_passkeys.sign_count IS 'The authenticator''s counter at its last use; 0 where it counts nothing';
COMMENT ON COLUMN staff_passkeys.name IS 'What its person calls it';
COMMENT ON COLUMN staff_passkeys.created_at IS 'When it was made';
COMMENT ON COLUMN staff_passkeys.last_used_at IS 'When somebody last signed in with it';
COMMENT ON TABLE staff_used_challenges IS 'Challenges for passkeys that were answered; each works once';
COMMENT ON COLUMN staff_used_challenges.challenge_hash IS 'SHA-256 of the challenge';
COMMENT ON COLUMN staff_used_challenges.expires_at IS 'Until when it would work, and is therefore remembered';
