-- What staff adds to a debt: notes, holds, letters sent by post, corrected contact data, payments made elsewhere, refunds that a
-- second person is to allow. New tables and nullable columns only.
CREATE TABLE debt_notes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),
    staff_id UUID NOT NULL REFERENCES staff(id),
    body TEXT NOT NULL CONSTRAINT debt_notes_body_not_empty CHECK (length(trim(body)) BETWEEN 1 AND 10000),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_debt_notes_debt ON debt_notes (debt_id, created_at DESC, id);
CREATE INDEX idx_debt_notes_staff ON debt_notes (staff_id);

CREATE TABLE debt_holds (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),
    kind VARCHAR(20) NOT NULL CONSTRAINT debt_holds_kind_known
        CHECK (kind IN ('legal', 'attorney', 'bankruptcy', 'deceased', 'cease_contact')),
    reason VARCHAR(1000) NOT NULL CONSTRAINT debt_holds_reason_not_empty CHECK (length(trim(reason)) > 0),
    status_before VARCHAR(20) CONSTRAINT debt_holds_status_before_known
        CHECK (status_before IN ('active', 'resolved', 'dispute', 'hold', 'closed')),
    placed_by UUID NOT NULL REFERENCES staff(id),
    placed_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    lifted_by UUID REFERENCES staff(id),
    lifted_at TIMESTAMPTZ,
    lift_reason VARCHAR(1000),
    CONSTRAINT debt_holds_lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE INDEX idx_debt_holds_debt ON debt_holds (debt_id, placed_at DESC, id);
CREATE UNIQUE INDEX idx_debt_holds_open ON debt_holds (debt_id, kind) WHERE lifted_at IS NULL;
CREATE INDEX idx_debt_holds_placed_by ON debt_holds (placed_by);
CREATE INDEX idx_debt_holds_lifted_by ON debt_holds (lifted_by) WHERE lifted_by IS NOT NULL;

CREATE TABLE postal_letters (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),
    direction VARCHAR(10) NOT NULL CONSTRAINT postal_letters_direction_known CHECK (direction IN ('inbound', 'outbound')),
    subject VARCHAR(500),
    content TEXT,
    staff_id UUID REFERENCES staff(id),
    timestamp TIMESTAMPTZ NOT NULL DEFAULT NOW()
        CONSTRAINT postal_letters_time_can_be_shown CHECK (timestamp BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00'),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_postal_letters_debt ON postal_letters (debt_id, timestamp DESC, id);
CREATE INDEX idx_postal_letters_staff ON postal_letters (staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE debtor_changes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    field VARCHAR(30) NOT NULL CONSTRAINT debtor_changes_field_shape CHECK (field ~ '^[a-z][a-z0-9_]*$'),
    old_value VARCHAR(255),
    new_value VARCHAR(255),
    source VARCHAR(20) NOT NULL CONSTRAINT debtor_changes_source_known CHECK (source IN ('staff', 'debtor', 'import')),
    staff_id UUID REFERENCES staff(id),
    changed_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_debtor_changes_debtor ON debtor_changes (debtor_id, changed_at DESC, id);
CREATE INDEX idx_debtor_changes_staff ON debtor_changes (staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE refund_requests (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id UUID NOT NULL REFERENCES payments(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    amount DECIMAL(10,2) NOT NULL CONSTRAINT refund_requests_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
    refundable DECIMAL(10,2) NOT NULL
        CONSTRAINT refund_requests_refundable_positive CHECK (refundable > 0 AND refundable <> 'NaN'),
    reason VARCHAR(1000) NOT NULL CONSTRAINT refund_requests_reason_not_empty CHECK (length(trim(reason)) > 0),
    requested_by UUID NOT NULL REFERENCES staff(id),
    requested_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    decision VARCHAR(20) CONSTRAINT refund_requests_decision_known CHECK (decision IN ('approved', 'declined')),
    decided_by UUID REFERENCES staff(id),
    decided_at TIMESTAMPTZ,
    CONSTRAINT refund_requests_decided_whole
        CHECK ((decision IS NULL) = (decided_by IS NULL) AND (decision IS NULL) = (decided_at IS NULL)),
    CONSTRAINT refund_requests_second_person CHECK (decision IS DISTINCT FROM 'approved' OR decided_by <> requested_by)
);
-- One at a time for a payment: two open requests would each have seen the whole amount.
CREATE UNIQUE INDEX idx_refund_requests_open ON refund_requests (payment_id) WHERE decision IS NULL;
CREATE INDEX idx_refund_requests_waiting ON refund_requests (requested_at, id) WHERE decision IS NULL;
CREATE INDEX idx_refund_requests_payment ON refund_requests (payment_id);
CREATE INDEX idx_refund_requests_debt ON refund_requests (debt_id);
CREATE INDEX idx_refund_requests_requested_by ON refund_requests (requested_by);
CREATE INDEX idx_refund_requests_decided_by ON refund_requests (decided_by) WHERE decided_by IS NOT NULL;

ALTER TABLE payments ADD COLUMN external_reference VARCHAR(100);

COMMENT ON TABLE debt_notes IS 'What staff wrote about a debt for each other; debtors do not see it';
COMMENT ON COLUMN debt_notes.id IS 'Key';
COMMENT ON COLUMN debt_notes.debt_id IS 'About which debt';
COMMENT ON COLUMN debt_notes.staff_id IS 'Who wrote it';
COMMENT ON COLUMN debt_notes.body IS 'The text; data, never markup';
COMMENT ON COLUMN debt_notes.created_at IS 'When';
COMMENT ON TABLE debt_holds IS 'Why a debt is not to be worked: one row from placing to lifting';
COMMENT ON COLUMN debt_holds.id IS 'Key';
COMMENT ON COLUMN debt_holds.debt_id IS 'Which debt';
COMMENT ON COLUMN debt_holds.kind IS 'legal, attorney, bankruptcy, deceased or cease_contact; the last one leaves payment open';
COMMENT ON COLUMN debt_holds.reason IS 'Why, in the words of who placed it';
COMMENT ON COLUMN debt_holds.status_before IS 'The debt''s status before the hold took it, to go back to';
COMMENT ON COLUMN debt_holds.placed_by IS 'Who placed it';
COMMENT ON COLUMN debt_holds.placed_at IS 'Since when';
COMMENT ON COLUMN debt_holds.lifted_by IS 'Who lifted it';
COMMENT ON COLUMN debt_holds.lifted_at IS 'Until when';
COMMENT ON COLUMN debt_holds.lift_reason IS 'Why it was lifted';
COMMENT ON TABLE postal_letters IS 'Letters by post, as staff records them';
COMMENT ON COLUMN postal_letters.id IS 'Key';
COMMENT ON COLUMN postal_letters.debt_id IS 'About which debt';
COMMENT ON COLUMN postal_letters.direction IS 'inbound or outbound';
COMMENT ON COLUMN postal_letters.subject IS 'What it is about';
COMMENT ON COLUMN postal_letters.content IS 'Its text or what stands in it';
COMMENT ON COLUMN postal_letters.staff_id IS 'Who recorded it';
COMMENT ON COLUMN postal_letters.timestamp IS 'When it was sent or received';
COMMENT ON COLUMN postal_letters.created_at IS 'When it was recorded';
COMMENT ON TABLE debtor_changes IS 'Corrections of a person''s data, with the old values';
COMMENT ON COLUMN debtor_changes.id IS 'Key';
COMMENT ON COLUMN debtor_changes.debtor_id IS 'Whose data';
COMMENT ON COLUMN debtor_changes.field IS 'The column of debtors';
COMMENT ON COLUMN debtor_changes.old_value IS 'What stood there';
COMMENT ON COLUMN debtor_changes.new_value IS 'What stands there since';
COMMENT ON COLUMN debtor_changes.source IS 'staff, debtor or import';
COMMENT ON COLUMN debtor_changes.staff_id IS 'Who of the staff, where it was one';
COMMENT ON COLUMN debtor_changes.changed_at IS 'When';
COMMENT ON TABLE refund_requests IS 'Refunds that a second person is to allow';
COMMENT ON COLUMN refund_requests.id IS 'Key';
COMMENT ON COLUMN refund_requests.payment_id IS 'Of which payment';
COMMENT ON COLUMN refund_requests.debt_id IS 'Its debt';
COMMENT ON COLUMN refund_requests.amount IS 'How much is to go back';
COMMENT ON COLUMN refund_requests.refundable IS 'How much could go back when it was requested';
COMMENT ON COLUMN refund_requests.reason IS 'Why';
COMMENT ON COLUMN refund_requests.requested_by IS 'Who asked for it';
COMMENT ON COLUMN refund_requests.requested_at IS 'When';
COMMENT ON COLUMN refund_requests.decision IS 'approved or declined; empty while it waits';
COMMENT ON COLUMN refund_requests.decided_by IS 'Who decided; never approved by who asked for it';
COMMENT ON COLUMN refund_requests.decided_at IS 'When';
COMMENT ON COLUMN payments.external_reference IS 'Number of a check or money order, where the payment was made elsewhere';
