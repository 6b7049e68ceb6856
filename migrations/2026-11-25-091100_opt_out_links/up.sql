-- The links by which mail is no longer wanted, and those that tell whether a mail was opened. Hashes only: who reads the tables can
-- follow none of them. New tables.
CREATE TABLE opt_out_links (
    token_hash BYTEA PRIMARY KEY CONSTRAINT opt_out_links_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    channel VARCHAR(10) NOT NULL CONSTRAINT opt_out_links_channel_known CHECK (channel IN ('email', 'sms')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_opt_out_links_debtor ON opt_out_links (debtor_id);
CREATE INDEX idx_opt_out_links_debt ON opt_out_links (debt_id);
CREATE INDEX idx_opt_out_links_created ON opt_out_links (created_at);

COMMENT ON TABLE opt_out_links IS 'Links in messages by which their reader opts out, without an identity check; kept for 400 days';
COMMENT ON COLUMN opt_out_links.token_hash IS 'SHA-256 of the secret in the link';
COMMENT ON COLUMN opt_out_links.debtor_id IS 'Who was written to';
COMMENT ON COLUMN opt_out_links.debt_id IS 'The debt that the message was about';
COMMENT ON COLUMN opt_out_links.channel IS 'Of what it opts out: email or sms';
COMMENT ON COLUMN opt_out_links.created_at IS 'When the message was made';

CREATE TABLE mail_links (
    token_hash BYTEA PRIMARY KEY CONSTRAINT mail_links_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    outbox_id UUID NOT NULL REFERENCES outbox(id),
    link_hash BYTEA NOT NULL CONSTRAINT mail_links_link_hash_is_sha256 CHECK (octet_length(link_hash) = 32),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_mail_links_outbox ON mail_links (outbox_id);
CREATE INDEX idx_mail_links_created ON mail_links (created_at);

COMMENT ON TABLE mail_links IS 'Links and pixels in e-mails that tell whether one was opened, where MAIL_TRACKING is on; kept for 400 days';
COMMENT ON COLUMN mail_links.token_hash IS 'SHA-256 of the secret in the link';
COMMENT ON COLUMN mail_links.outbox_id IS 'The e-mail';
COMMENT ON COLUMN mail_links.link_hash IS 'SHA-256 of the personal link''s secret at that time: it leads to that link and to no later one';
COMMENT ON COLUMN mail_links.created_at IS 'When the e-mail was made';
