-- One more kind of finding: a credit card paid where only debit cards are to be taken.
ALTER TABLE payment_flags DROP CONSTRAINT payment_flags_kind_known;
ALTER TABLE payment_flags ADD CONSTRAINT payment_flags_kind_known CHECK (kind IN (
    'amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'session_mismatch', 'illegal_transition',
    'overpayment', 'unknown_payment', 'paid_while_closed', 'refund_mismatch', 'refund_failed', 'inquiry', 'chargeback',
    'returned_too_much', 'credit_card'));
