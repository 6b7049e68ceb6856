-- Consent to electronic notices (E-SIGN, 15 USC 7001(c)). New tables only.
CREATE TABLE esign_texts (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    version VARCHAR(20) NOT NULL CONSTRAINT esign_texts_version_not_empty CHECK (length(trim(version)) > 0),
    language VARCHAR(5) NOT NULL CONSTRAINT esign_texts_language_shape CHECK (language ~ '^[a-z]{2}$'),
    sha256 BYTEA NOT NULL CONSTRAINT esign_texts_hash_is_32_bytes CHECK (octet_length(sha256) = 32),
    body TEXT NOT NULL CONSTRAINT esign_texts_body_not_empty CHECK (length(trim(body)) > 0),
    first_used_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
-- The same words once, however many agree to them; a correction within a version is a text of its own.
CREATE UNIQUE INDEX idx_esign_texts_same ON esign_texts (version, language, sha256);

CREATE TABLE esign_consents (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    text_id UUID NOT NULL REFERENCES esign_texts(id),
    email VARCHAR(255) NOT NULL,
    given_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    address_hash BYTEA NOT NULL CONSTRAINT esign_consents_address_is_sha256 CHECK (octet_length(address_hash) = 32),
    withdrawn_at TIMESTAMPTZ,
    withdrawn_by VARCHAR(20) CONSTRAINT esign_consents_withdrawn_by_known CHECK (withdrawn_by IN ('person', 'staff')),
    CONSTRAINT esign_consents_withdrawn_by_somebody CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX idx_esign_consents_debtor ON esign_consents (debtor_id, given_at DESC, id);
CREATE UNIQUE INDEX idx_esign_consents_current ON esign_consents (debtor_id) WHERE withdrawn_at IS NULL;
CREATE INDEX idx_esign_consents_debt ON esign_consents (debt_id);
CREATE INDEX idx_esign_consents_text ON esign_consents (text_id);

COMMENT ON TABLE esign_texts IS 'The texts that people agreed to, word for word';
COMMENT ON COLUMN esign_texts.id IS 'Key';
COMMENT ON COLUMN esign_texts.version IS 'The version, a constant of the program';
COMMENT ON COLUMN esign_texts.language IS 'The language it is in';
COMMENT ON COLUMN esign_texts.sha256 IS 'SHA-256 of the text';
COMMENT ON COLUMN esign_texts.body IS 'The text as it was shown, paragraphs separated by an empty line';
COMMENT ON COLUMN esign_texts.first_used_at IS 'When somebody first agreed to it';
COMMENT ON TABLE esign_consents IS 'Consents to electronic notices (15 USC 7001(c)); the one in force has not been withdrawn';
COMMENT ON COLUMN esign_consents.id IS 'Key';
COMMENT ON COLUMN esign_consents.debtor_id IS 'Whose consent; it holds for all debts of the person';
COMMENT ON COLUMN esign_consents.debt_id IS 'On which debt''s page it was given';
COMMENT ON COLUMN esign_consents.text_id IS 'What was agreed to';
COMMENT ON COLUMN esign_consents.email IS 'The e-mail address on file then, where notices were to go';
COMMENT ON COLUMN esign_consents.given_at IS 'When it was given';
COMMENT ON COLUMN esign_consents.address_hash IS 'Keyed hash of the network address it was given from';
COMMENT ON COLUMN esign_consents.withdrawn_at IS 'When it was withdrawn';
COMMENT ON COLUMN esign_consents.withdrawn_by IS 'person or staff';
