-- E-mails to be sent, written in the transaction of what they tell, so that neither is without the other. New table only.
CREATE TABLE outbox (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    kind VARCHAR(30) NOT NULL CONSTRAINT outbox_kind_known CHECK (kind IN
        ('link', 'fresh_link', 'code', 'receipt', 'case_opened', 'case_answered', 'choices_changed', 'contact_changed', 'esign')),
    debt_id UUID NOT NULL REFERENCES debts(id),
    recipient VARCHAR(255) NOT NULL,
    language VARCHAR(5) NOT NULL,
    facts JSONB NOT NULL DEFAULT '{}' CONSTRAINT outbox_facts_are_an_object CHECK (jsonb_typeof(facts) = 'object'),
    asked_for BOOLEAN NOT NULL,
    queued_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_outbox_debt ON outbox (debt_id, queued_at DESC, id);

COMMENT ON TABLE outbox IS 'E-mails to be sent and sent; each goes out once';
COMMENT ON COLUMN outbox.id IS 'Key, and what its Message-ID is made of';
COMMENT ON COLUMN outbox.kind IS 'Which template: link, fresh_link, code, receipt, case_opened, case_answered, choices_changed, contact_changed, esign';
COMMENT ON COLUMN outbox.debt_id IS 'The debt it is about';
COMMENT ON COLUMN outbox.recipient IS 'The address, as it was on file when the e-mail was queued';
COMMENT ON COLUMN outbox.language IS 'The language it is written in';
COMMENT ON COLUMN outbox.facts IS 'What the template needs besides the debt: ids and amounts in cents';
COMMENT ON COLUMN outbox.asked_for IS 'Whether the person has just asked for it, so that it goes at any hour (12 CFR 1006.6(b)(1))';
COMMENT ON COLUMN outbox.queued_at IS 'When it was queued';
