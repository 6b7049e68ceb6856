-- What stands behind the link in an e-mail or text message by which its channel is refused. New table only.
CREATE TABLE IF NOT EXISTS opt_out_links (
    token_hash BYTEA PRIMARY KEY CONSTRAINT opt_out_links_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    channel VARCHAR(10) NOT NULL CONSTRAINT opt_out_links_channel_known CHECK (channel IN ('email', 'sms')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX IF NOT EXISTS idx_opt_out_links_debtor ON opt_out_links (debtor_id);
CREATE INDEX IF NOT EXISTS idx_opt_out_links_debt ON opt_out_links (debt_id);

COMMENT ON TABLE opt_out_links IS 'Links by which a channel is refused without showing who one is';
COMMENT ON COLUMN opt_out_links.token_hash IS 'SHA-256 of the secret in the link';
COMMENT ON COLUMN opt_out_links.debtor_id IS 'Whose channel';
COMMENT ON COLUMN opt_out_links.debt_id IS 'The debt the message was about';
COMMENT ON COLUMN opt_out_links.channel IS 'email or sms';
COMMENT ON COLUMN opt_out_links.created_at IS 'When the message was written';
