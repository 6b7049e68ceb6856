-- Staff reads money in lists, newest first, page by page. `idx_payments_status` keeps the customer's name and serves his searches
-- by status; now a status comes in the order of the list as well.
DROP INDEX idx_payments_status;
CREATE INDEX idx_payments_status ON payments (status, created_at DESC, id DESC);
-- The few methods are found one by one in it, for the choice that the list offers.
CREATE INDEX idx_payments_method ON payments (payment_method, created_at DESC, id DESC) WHERE payment_method IS NOT NULL;
CREATE INDEX idx_payments_created ON payments (created_at DESC, id DESC);
DROP INDEX idx_refunds_created;
CREATE INDEX idx_refunds_created ON refunds (created_at DESC, id DESC);
CREATE INDEX idx_chargebacks_created ON chargebacks (created_at DESC, id DESC);
CREATE INDEX idx_payment_flags_created ON payment_flags (created_at DESC, id DESC);
DROP INDEX idx_stripe_events_received;
CREATE INDEX idx_stripe_events_received ON stripe_events (received_at DESC, id DESC);
CREATE INDEX idx_stripe_events_type ON stripe_events (event_type, received_at DESC, id DESC);
CREATE INDEX idx_stripe_events_outcome ON stripe_events (outcome, received_at DESC, id DESC);

-- Who dealt with a finding, and how. Those that the portal or another program closes have neither.
ALTER TABLE payment_flags
    ADD COLUMN resolved_by UUID REFERENCES staff(id),
    ADD COLUMN resolution VARCHAR(500),
    ADD CONSTRAINT payment_flags_dealt_with_is_whole CHECK (
        (resolved_by IS NULL) = (resolution IS NULL) AND (resolved_by IS NULL OR resolved_at IS NOT NULL));
CREATE INDEX idx_payment_flags_resolved_by ON payment_flags (resolved_by) WHERE resolved_by IS NOT NULL;
COMMENT ON COLUMN payment_flags.resolved_by IS 'Who dealt with it, of the staff';
COMMENT ON COLUMN payment_flags.resolution IS 'What was done about it';
