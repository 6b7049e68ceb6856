-- Lost: who dealt with a finding, and how.
ALTER TABLE payment_flags DROP COLUMN resolved_by, DROP COLUMN resolution;
DROP INDEX idx_stripe_events_outcome;
DROP INDEX idx_stripe_events_type;
DROP INDEX idx_stripe_events_received;
CREATE INDEX idx_stripe_events_received ON stripe_events (received_at);
DROP INDEX idx_payment_flags_created;
DROP INDEX idx_chargebacks_created;
DROP INDEX idx_refunds_created;
CREATE INDEX idx_refunds_created ON refunds (created_at);
DROP INDEX idx_payments_created;
DROP INDEX idx_payments_method;
DROP INDEX idx_payments_status;
CREATE INDEX idx_payments_status ON payments (status);
