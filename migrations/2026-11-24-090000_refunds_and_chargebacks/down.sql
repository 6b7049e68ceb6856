-- The single refunds and chargebacks are lost; their sums stay in payments. Flags of kinds that the older program does not
-- know are dropped.
DELETE FROM payment_flags WHERE kind IN ('refund_mismatch', 'refund_failed', 'inquiry', 'chargeback', 'returned_too_much');
ALTER TABLE payment_flags DROP CONSTRAINT payment_flags_kind_known;
ALTER TABLE payment_flags ADD CONSTRAINT payment_flags_kind_known CHECK (kind IN (
    'amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'session_mismatch', 'illegal_transition',
    'overpayment', 'unknown_payment', 'paid_while_closed'));
DROP INDEX idx_stripe_events_received;
DROP INDEX idx_stripe_events_waiting_charge;
DROP INDEX idx_stripe_events_waiting;
ALTER TABLE stripe_events
    DROP COLUMN payment_intent_id,
    DROP COLUMN charge_id;
DROP TABLE chargebacks;
DROP TABLE refunds;
DROP INDEX idx_payments_refunds_unsure;
DROP INDEX idx_payments_charge;
ALTER TABLE payments
    DROP COLUMN refunds_unsure_since,
    DROP COLUMN stripe_charge_id;
