-- Findings of the kind that the older program does not know are dropped.
DELETE FROM payment_flags WHERE kind = 'credit_card';
ALTER TABLE payment_flags DROP CONSTRAINT payment_flags_kind_known;
ALTER TABLE payment_flags ADD CONSTRAINT payment_flags_kind_known CHECK (kind IN (
    'amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'session_mismatch', 'illegal_transition',
    'overpayment', 'unknown_payment', 'paid_while_closed', 'refund_mismatch', 'refund_failed', 'inquiry', 'chargeback',
    'returned_too_much'));
