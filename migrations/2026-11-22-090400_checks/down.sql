ALTER TABLE payments
    DROP CONSTRAINT payments_type_known,
    DROP CONSTRAINT payments_status_known,
    DROP CONSTRAINT payments_method_shape,
    DROP CONSTRAINT payments_currency_shape,
    DROP CONSTRAINT payments_amount_positive,
    DROP CONSTRAINT payments_amount_refunded_not_negative,
    DROP CONSTRAINT payments_amount_charged_back_not_negative,
    DROP CONSTRAINT payments_returned_within_amount,
    DROP CONSTRAINT payments_refunded_is_whole,
    DROP CONSTRAINT payments_completed_has_time;
ALTER TABLE sms DROP CONSTRAINT sms_direction_known;
ALTER TABLE calls
    DROP CONSTRAINT calls_direction_known,
    DROP CONSTRAINT calls_outcome_known,
    DROP CONSTRAINT calls_duration_not_negative;
ALTER TABLE emails DROP CONSTRAINT emails_direction_known;
ALTER TABLE debts
    DROP CONSTRAINT debts_status_known,
    DROP CONSTRAINT debts_total_owed_not_negative,
    DROP CONSTRAINT debts_amount_paid_not_negative,
    DROP CONSTRAINT debts_total_contacts_not_negative;
