-- The validation information that was sent about a debt (12 CFR 1006.34(c)), one row a notice. A new table, and a column without
-- a default that nobody else writes; its check is validated by a later step.
CREATE TABLE validation_notices (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),
    collector_name VARCHAR(200) NOT NULL CONSTRAINT validation_notices_collector_named CHECK (btrim(collector_name) <> ''),
    collector_address TEXT NOT NULL CONSTRAINT validation_notices_collector_has_address CHECK (btrim(collector_address) <> ''),
    consumer_name VARCHAR(205) NOT NULL CONSTRAINT validation_notices_consumer_named CHECK (btrim(consumer_name) <> ''),
    consumer_address TEXT NOT NULL CONSTRAINT validation_notices_consumer_has_address CHECK (btrim(consumer_address) <> ''),
    creditor_then VARCHAR(200) NOT NULL CONSTRAINT validation_notices_creditor_then_named CHECK (btrim(creditor_then) <> ''),
    creditor_now VARCHAR(200) NOT NULL CONSTRAINT validation_notices_creditor_now_named CHECK (btrim(creditor_now) <> ''),
    itemization_date DATE NOT NULL,
    itemization_kind VARCHAR(20) NOT NULL CONSTRAINT validation_notices_kind_known
        CHECK (itemization_kind IN ('last_statement', 'charge_off', 'last_payment', 'transaction', 'judgment')),
    amount_then DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_amount_then_not_negative CHECK (amount_then >= 0),
    interest DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_interest_not_negative CHECK (interest >= 0),
    fees DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_fees_not_negative CHECK (fees >= 0),
    payments DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_payments_not_negative CHECK (payments >= 0),
    credits DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_credits_not_negative CHECK (credits >= 0),
    amount_now DECIMAL(10, 2) NOT NULL CONSTRAINT validation_notices_amount_now_positive CHECK (amount_now > 0),
    sent_on DATE NOT NULL,
    sent_by VARCHAR(10) NOT NULL CONSTRAINT validation_notices_way_known CHECK (sent_by IN ('post', 'email')),
    period_ends_on DATE NOT NULL,
    source VARCHAR(10) NOT NULL CONSTRAINT validation_notices_source_known CHECK (source IN ('import', 'staff')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT validation_notices_add_up CHECK (amount_now = amount_then + interest + fees - payments - credits),
    CONSTRAINT validation_notices_sent_after_itemization CHECK (sent_on >= itemization_date),
    -- Five business days are five of the calendar at least, and thirty days follow (12 CFR 1006.34(b)(5)).
    CONSTRAINT validation_notices_period_is_whole CHECK (period_ends_on >= sent_on + 35)
);
CREATE INDEX idx_validation_notices_debt ON validation_notices (debt_id, created_at DESC, id DESC);

COMMENT ON TABLE validation_notices IS 'Validation information sent about a debt; the newest row is the one in force';
COMMENT ON COLUMN validation_notices.id IS 'Key';
COMMENT ON COLUMN validation_notices.debt_id IS 'The debt';
COMMENT ON COLUMN validation_notices.collector_name IS 'The collector''s name, as it was then';
COMMENT ON COLUMN validation_notices.collector_address IS 'Where the collector took disputes by mail, as it was then; lines separated by line breaks';
COMMENT ON COLUMN validation_notices.consumer_name IS 'To whom it was sent';
COMMENT ON COLUMN validation_notices.consumer_address IS 'Where it was sent; lines separated by line breaks';
COMMENT ON COLUMN validation_notices.creditor_then IS 'To whom the debt was owed on the itemization date';
COMMENT ON COLUMN validation_notices.creditor_now IS 'To whom the debt was owed when the notice was sent';
COMMENT ON COLUMN validation_notices.itemization_date IS 'The day from which the amount is itemized (12 CFR 1006.34(b)(3))';
COMMENT ON COLUMN validation_notices.itemization_kind IS 'What happened that day: last_statement, charge_off, last_payment, transaction or judgment';
COMMENT ON COLUMN validation_notices.amount_then IS 'What was owed on the itemization date';
COMMENT ON COLUMN validation_notices.interest IS 'Interest since';
COMMENT ON COLUMN validation_notices.fees IS 'Fees since';
COMMENT ON COLUMN validation_notices.payments IS 'Paid since';
COMMENT ON COLUMN validation_notices.credits IS 'Credited since';
COMMENT ON COLUMN validation_notices.amount_now IS 'What was owed when the notice was sent';
COMMENT ON COLUMN validation_notices.sent_on IS 'The day it was sent';
COMMENT ON COLUMN validation_notices.sent_by IS 'post or email; a copy in the portal is no sending (12 CFR 1006.42)';
COMMENT ON COLUMN validation_notices.period_ends_on IS 'The last day of the validation period: 30 days after receipt, which is assumed 5 business days after sending';
COMMENT ON COLUMN validation_notices.source IS 'import or staff';
COMMENT ON COLUMN validation_notices.created_at IS 'When it was recorded; the newest row of a debt is in force';

ALTER TABLE debts ADD COLUMN validation_not_required_reason VARCHAR(1000);
ALTER TABLE debts ADD CONSTRAINT debts_validation_reason_not_empty CHECK (btrim(validation_not_required_reason) <> '') NOT VALID;
COMMENT ON COLUMN debts.validation_not_required_reason IS 'Why no validation information need be sent about this debt; NULL where it must be';
