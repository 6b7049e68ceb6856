-- What became of each e-mail. Columns of a table that nobody fills yet, so constraints and indexes cost nothing.
ALTER TABLE outbox
    ADD COLUMN status VARCHAR(20) NOT NULL DEFAULT 'queued' CONSTRAINT outbox_status_known CHECK (status IN
        ('queued', 'taken', 'sent', 'failed', 'bounced', 'unknown', 'withheld')),
    ADD COLUMN attempts INTEGER NOT NULL DEFAULT 0 CONSTRAINT outbox_attempts_not_negative CHECK (attempts >= 0),
    ADD COLUMN next_attempt_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    ADD COLUMN taken_at TIMESTAMPTZ,
    ADD COLUMN sent_at TIMESTAMPTZ,
    ADD COLUMN failed_at TIMESTAMPTZ,
    ADD COLUMN bounced_at TIMESTAMPTZ,
    ADD COLUMN withheld_reason VARCHAR(30),
    ADD COLUMN last_error VARCHAR(300),
    ADD COLUMN message_id VARCHAR(255),
    ADD COLUMN email_id UUID REFERENCES emails(id),
    ADD COLUMN dedup_key VARCHAR(100) CONSTRAINT outbox_dedup_key_unique UNIQUE,
    ADD CONSTRAINT outbox_taken_has_time CHECK (status <> 'taken' OR taken_at IS NOT NULL),
    ADD CONSTRAINT outbox_sent_has_time CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    ADD CONSTRAINT outbox_failed_has_time CHECK ((status IN ('failed', 'bounced', 'unknown')) = (failed_at IS NOT NULL)),
    ADD CONSTRAINT outbox_withheld_has_reason CHECK ((status = 'withheld') = (withheld_reason IS NOT NULL));
CREATE INDEX idx_outbox_due ON outbox (asked_for DESC, next_attempt_at, id) WHERE status = 'queued';
CREATE INDEX idx_outbox_taken ON outbox (taken_at) WHERE status = 'taken';
CREATE INDEX idx_outbox_status ON outbox (status, queued_at DESC, id DESC);
CREATE INDEX idx_outbox_queued ON outbox (queued_at DESC, id DESC);
CREATE INDEX idx_outbox_email ON outbox (email_id);

COMMENT ON COLUMN outbox.status IS 'queued, taken (a sender has it), sent, failed (given up), bounced (the address was refused), unknown (a sender had it and never said what came of it) or withheld (not to be sent)';
COMMENT ON COLUMN outbox.attempts IS 'How often a sender took it';
COMMENT ON COLUMN outbox.next_attempt_at IS 'Not before this: after a failure, or outside quiet hours (12 CFR 1006.6(b)(1))';
COMMENT ON COLUMN outbox.taken_at IS 'When a sender last took it, in a transaction of its own before it talked to the mail server';
COMMENT ON COLUMN outbox.sent_at IS 'When the mail server accepted it';
COMMENT ON COLUMN outbox.failed_at IS 'When it was given up or set aside';
COMMENT ON COLUMN outbox.bounced_at IS 'When the mail server refused it for good; kept when it is sent again';
COMMENT ON COLUMN outbox.withheld_reason IS 'Why it is not sent: consent, dispute, a kind of hold, link, address, code, late, no_hour, kind';
COMMENT ON COLUMN outbox.last_error IS 'The mail server''s last refusal, without addresses';
COMMENT ON COLUMN outbox.message_id IS 'Its Message-ID, without angle brackets';
COMMENT ON COLUMN outbox.email_id IS 'The message as the person''s history shows it, once it is sent';
COMMENT ON COLUMN outbox.dedup_key IS 'What it tells, where that is to be told once';
