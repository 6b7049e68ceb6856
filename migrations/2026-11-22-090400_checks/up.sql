-- Every enumerated column and every amount says what it may hold. `payment_method` is open-ended (Stripe adds methods),
-- so only its shape is checked. There is no CHECK against paying more than is owed: overpayment truly happens.
ALTER TABLE debts
    ADD CONSTRAINT debts_status_known CHECK (status IN ('active', 'resolved', 'dispute', 'hold', 'closed')),
    ADD CONSTRAINT debts_total_owed_not_negative CHECK (total_owed >= 0),
    ADD CONSTRAINT debts_amount_paid_not_negative CHECK (amount_paid >= 0),
    ADD CONSTRAINT debts_total_contacts_not_negative CHECK (total_contacts >= 0);

ALTER TABLE emails
    ADD CONSTRAINT emails_direction_known CHECK (direction IN ('inbound', 'outbound'));
ALTER TABLE calls
    ADD CONSTRAINT calls_direction_known CHECK (direction IN ('inbound', 'outbound')),
    ADD CONSTRAINT calls_outcome_known CHECK (call_outcome IN ('answered', 'voicemail', 'busy', 'no_answer', 'failed')),
    ADD CONSTRAINT calls_duration_not_negative CHECK (call_duration >= 0);
ALTER TABLE sms
    ADD CONSTRAINT sms_direction_known CHECK (direction IN ('inbound', 'outbound'));

ALTER TABLE payments
    ADD CONSTRAINT payments_type_known CHECK (payment_type IN ('full', 'partial', 'plan')),
    ADD CONSTRAINT payments_status_known CHECK (status IN ('pending', 'completed', 'failed', 'refunded')),
    ADD CONSTRAINT payments_method_shape CHECK (payment_method ~ '^[a-z][a-z0-9_]*$'),
    ADD CONSTRAINT payments_currency_shape CHECK (currency ~ '^[a-z]{3}$'),
    ADD CONSTRAINT payments_amount_positive CHECK (amount > 0),
    ADD CONSTRAINT payments_amount_refunded_not_negative CHECK (amount_refunded >= 0),
    ADD CONSTRAINT payments_amount_charged_back_not_negative CHECK (amount_charged_back >= 0),
    ADD CONSTRAINT payments_returned_within_amount CHECK (amount_refunded + amount_charged_back <= amount),
    ADD CONSTRAINT payments_refunded_is_whole
        CHECK (status <> 'refunded' OR amount_refunded + amount_charged_back = amount),
    ADD CONSTRAINT payments_completed_has_time
        CHECK (status NOT IN ('completed', 'refunded') OR completed_at IS NOT NULL);
