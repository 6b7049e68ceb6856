-- What Stripe gives back and what banks take back, one row each. `payments.amount_refunded` and `amount_charged_back` are what
-- these rows add up to, set by the portal in the transaction that writes a row; a payment without rows (another program's)
-- keeps what its writer says. New tables and nullable columns only, so nothing that runs today notices.
ALTER TABLE payments
    ADD COLUMN stripe_charge_id VARCHAR(100),
    ADD COLUMN refunds_unsure_since TIMESTAMPTZ;
CREATE INDEX idx_payments_charge ON payments (stripe_charge_id) WHERE stripe_charge_id IS NOT NULL;
CREATE INDEX idx_payments_refunds_unsure ON payments (refunds_unsure_since) WHERE refunds_unsure_since IS NOT NULL;

CREATE TABLE refunds (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id UUID NOT NULL REFERENCES payments(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    amount DECIMAL(10,2) NOT NULL CONSTRAINT refunds_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
    status VARCHAR(20) NOT NULL DEFAULT 'pending'
        CONSTRAINT refunds_status_known CHECK (status IN ('pending', 'succeeded', 'failed', 'canceled')),
    origin VARCHAR(20) NOT NULL
        CONSTRAINT refunds_origin_known CHECK (origin IN ('staff', 'overpayment', 'stripe', 'recorded')),
    stripe_refund_id VARCHAR(100) UNIQUE,
    failure_code VARCHAR(50),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
        CONSTRAINT refunds_created_at_can_be_shown CHECK (created_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00'),
    returned_at TIMESTAMPTZ
        CONSTRAINT refunds_returned_at_can_be_shown CHECK (returned_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00'),
    checked_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_refunds_payment ON refunds (payment_id);
CREATE INDEX idx_refunds_debt ON refunds (debt_id, created_at DESC, id);
-- What the sweep has to send, or to ask about.
CREATE INDEX idx_refunds_pending ON refunds (checked_at NULLS FIRST) WHERE status = 'pending';
CREATE INDEX idx_refunds_created ON refunds (created_at);
-- The excess of a payment goes back by itself at most once at a time.
CREATE UNIQUE INDEX idx_refunds_one_overpayment ON refunds (payment_id)
    WHERE origin = 'overpayment' AND status IN ('pending', 'succeeded');
CREATE UNIQUE INDEX idx_refunds_one_recorded ON refunds (payment_id) WHERE origin = 'recorded';
CREATE TRIGGER zz_updated_at BEFORE UPDATE ON refunds
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();

-- Money that went back before this table stood: one row, so that the sums agree from the first day.
INSERT INTO refunds (payment_id, debt_id, amount, status, origin, created_at)
    SELECT id, debt_id, amount_refunded, 'succeeded', 'recorded', coalesce(completed_at, created_at)
    FROM payments WHERE amount_refunded > 0 AND stripe_payment_intent_id IS NOT NULL;

CREATE TABLE chargebacks (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id UUID NOT NULL REFERENCES payments(id),
    debt_id UUID NOT NULL REFERENCES debts(id),
    stripe_dispute_id VARCHAR(100) NOT NULL UNIQUE,
    amount DECIMAL(10,2) NOT NULL CONSTRAINT chargebacks_amount_positive CHECK (amount > 0 AND amount <> 'NaN'),
    status VARCHAR(20) NOT NULL CONSTRAINT chargebacks_status_known CHECK (status IN (
        'inquiry', 'inquiry_closed', 'opened', 'withdrawn', 'lost', 'reinstated', 'won')),
    transactions SMALLINT NOT NULL DEFAULT 0 CONSTRAINT chargebacks_transactions_not_negative CHECK (transactions >= 0),
    net DECIMAL(10,2) NOT NULL DEFAULT 0 CONSTRAINT chargebacks_net_not_negative CHECK (net >= 0 AND net <> 'NaN'),
    withdrawn DECIMAL(10,2) NOT NULL DEFAULT 0
        CONSTRAINT chargebacks_withdrawn_not_negative CHECK (withdrawn >= 0 AND withdrawn <> 'NaN'),
    reason VARCHAR(50),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
        CONSTRAINT chargebacks_created_at_can_be_shown
        CHECK (created_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00'),
    due_at TIMESTAMPTZ,
    withdrawn_at TIMESTAMPTZ,
    reinstated_at TIMESTAMPTZ,
    closed_at TIMESTAMPTZ,
    checked_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_chargebacks_payment ON chargebacks (payment_id);
CREATE INDEX idx_chargebacks_debt ON chargebacks (debt_id, created_at DESC, id);
CREATE INDEX idx_chargebacks_open ON chargebacks (checked_at NULLS FIRST)
    WHERE status IN ('inquiry', 'opened', 'withdrawn', 'reinstated');
CREATE TRIGGER zz_updated_at BEFORE UPDATE ON chargebacks
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();

-- A refund may be told before the payment it belongs to is known by its intent: it waits, and is found again by it.
ALTER TABLE stripe_events
    ADD COLUMN payment_intent_id VARCHAR(100),
    ADD COLUMN charge_id VARCHAR(100);
CREATE INDEX idx_stripe_events_waiting ON stripe_events (payment_intent_id) WHERE outcome = 'waiting';
CREATE INDEX idx_stripe_events_waiting_charge ON stripe_events (charge_id) WHERE outcome = 'waiting';
CREATE INDEX idx_stripe_events_received ON stripe_events (received_at);

ALTER TABLE payment_flags DROP CONSTRAINT payment_flags_kind_known;
ALTER TABLE payment_flags ADD CONSTRAINT payment_flags_kind_known CHECK (kind IN (
    'amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'session_mismatch', 'illegal_transition',
    'overpayment', 'unknown_payment', 'paid_while_closed', 'refund_mismatch', 'refund_failed', 'inquiry', 'chargeback',
    'returned_too_much'));

COMMENT ON COLUMN payments.stripe_charge_id IS 'Stripe''s Charge, by which a refund or chargeback may name the payment';
COMMENT ON COLUMN payments.refunds_unsure_since IS 'Since when Stripe''s sum of refunds is more than our rows explain; the sweep asks';
COMMENT ON COLUMN stripe_events.payment_intent_id IS 'Which PaymentIntent it is about, where it is about money that goes back';
COMMENT ON COLUMN stripe_events.charge_id IS 'Which Charge it is about, where it is about money that goes back';
COMMENT ON TABLE refunds IS 'Money given back, one row per refund. Counts from the moment Stripe has it until it comes back';
COMMENT ON COLUMN refunds.id IS 'Key; also the idempotency key at Stripe';
COMMENT ON COLUMN refunds.payment_id IS 'Which payment it gives back';
COMMENT ON COLUMN refunds.debt_id IS 'The payment''s debt';
COMMENT ON COLUMN refunds.amount IS 'In units of the currency';
COMMENT ON COLUMN refunds.status IS 'pending (without stripe_refund_id: not yet at Stripe), succeeded, failed or canceled';
COMMENT ON COLUMN refunds.origin IS 'Who asked: staff, overpayment (by itself), stripe (its dashboard), recorded (known only from the charge''s sum)';
COMMENT ON COLUMN refunds.stripe_refund_id IS 'Stripe''s Refund';
COMMENT ON COLUMN refunds.failure_code IS 'Why it was refused or came back';
COMMENT ON COLUMN refunds.created_at IS 'When it was asked for';
COMMENT ON COLUMN refunds.returned_at IS 'When it was learned that it came back or was stopped after it had counted';
COMMENT ON COLUMN refunds.checked_at IS 'When Stripe was last asked about it';
COMMENT ON COLUMN refunds.updated_at IS 'When the row last changed; set by a trigger';
COMMENT ON TABLE chargebacks IS 'Money taken back by the cardholder''s bank, and inquiries before that. Stripe calls them disputes';
COMMENT ON COLUMN chargebacks.id IS 'Key';
COMMENT ON COLUMN chargebacks.payment_id IS 'Which payment it takes back';
COMMENT ON COLUMN chargebacks.debt_id IS 'The payment''s debt';
COMMENT ON COLUMN chargebacks.stripe_dispute_id IS 'Stripe''s Dispute';
COMMENT ON COLUMN chargebacks.amount IS 'What the bank claims, in units of the currency';
COMMENT ON COLUMN chargebacks.status IS 'inquiry, inquiry_closed, opened, withdrawn, lost, reinstated or won';
COMMENT ON COLUMN chargebacks.transactions IS 'How many balance transactions Stripe has made for it';
COMMENT ON COLUMN chargebacks.net IS 'What those take in all';
COMMENT ON COLUMN chargebacks.withdrawn IS 'What is taken now; counts against the payment';
COMMENT ON COLUMN chargebacks.reason IS 'The bank''s reason';
COMMENT ON COLUMN chargebacks.created_at IS 'When it was opened, says Stripe';
COMMENT ON COLUMN chargebacks.due_at IS 'Until when evidence can be sent';
COMMENT ON COLUMN chargebacks.withdrawn_at IS 'When the money was taken';
COMMENT ON COLUMN chargebacks.reinstated_at IS 'When the money came back';
COMMENT ON COLUMN chargebacks.closed_at IS 'When it was decided';
COMMENT ON COLUMN chargebacks.checked_at IS 'When Stripe was last asked about it';
COMMENT ON COLUMN chargebacks.updated_at IS 'When the row last changed; set by a trigger';
