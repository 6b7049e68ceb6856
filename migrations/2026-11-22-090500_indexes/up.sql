-- One unique index per column instead of a unique one and a plain one, under the customer's index name.
ALTER TABLE debtors DROP CONSTRAINT debtors_email_key;
DROP INDEX idx_debtors_email;
ALTER TABLE debtors ADD CONSTRAINT idx_debtors_email UNIQUE (email);
ALTER TABLE debts DROP CONSTRAINT debts_unique_token_key;
DROP INDEX idx_debts_token;
ALTER TABLE debts ADD CONSTRAINT idx_debts_token UNIQUE (unique_token);

-- The history of one debt, newest first, read page by page: the index gives order and the columns a timeline line shows, so
-- the table is not touched until somebody opens an entry. Long bodies stay out. They serve every search by debt_id
-- too, so they take over the customer's index names.
DROP INDEX idx_emails_debt;
CREATE INDEX idx_emails_debt ON emails (debt_id, timestamp DESC, id)
    INCLUDE (direction, compliance_checked, ai_generated, subject);
DROP INDEX idx_calls_debt;
CREATE INDEX idx_calls_debt ON calls (debt_id, timestamp DESC, id)
    INCLUDE (direction, compliance_checked, ai_generated, call_duration, call_outcome);
DROP INDEX idx_sms_debt;
CREATE INDEX idx_sms_debt ON sms (debt_id, timestamp DESC, id)
    INCLUDE (direction, compliance_checked, ai_generated);
DROP INDEX idx_payments_debt;
CREATE INDEX idx_payments_debt ON payments (debt_id, (coalesce(completed_at, created_at)) DESC, id);

-- One open checkout per debt. Rows of programs that know nothing of checkouts have no expiry and are left alone.
CREATE UNIQUE INDEX idx_payments_open_checkout ON payments (debt_id)
    WHERE status = 'pending' AND processing_since IS NULL AND replaced_at IS NULL AND checkout_expires_at IS NOT NULL;
CREATE UNIQUE INDEX idx_payments_session ON payments (stripe_session_id) WHERE stripe_session_id IS NOT NULL;
-- The sweep asks Stripe about the payment it has not asked about for the longest time.
CREATE INDEX idx_payments_unchecked ON payments (checked_at NULLS FIRST) WHERE status = 'pending';
