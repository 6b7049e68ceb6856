-- The customer's schema has no comments.

COMMENT ON TABLE debtors IS NULL;
COMMENT ON COLUMN debtors.id IS NULL;
COMMENT ON COLUMN debtors.first_name IS NULL;
COMMENT ON COLUMN debtors.last_name IS NULL;
COMMENT ON COLUMN debtors.email IS NULL;
COMMENT ON COLUMN debtors.phone IS NULL;
COMMENT ON COLUMN debtors.address_line1 IS NULL;
COMMENT ON COLUMN debtors.address_line2 IS NULL;
COMMENT ON COLUMN debtors.city IS NULL;
COMMENT ON COLUMN debtors.state IS NULL;
COMMENT ON COLUMN debtors.zip_code IS NULL;
COMMENT ON COLUMN debtors.phone_consent IS NULL;
COMMENT ON COLUMN debtors.email_consent IS NULL;
COMMENT ON COLUMN debtors.dnc_registered IS NULL;
COMMENT ON COLUMN debtors.created_at IS NULL;
COMMENT ON COLUMN debtors.updated_at IS NULL;

COMMENT ON TABLE debts IS NULL;
COMMENT ON COLUMN debts.id IS NULL;
COMMENT ON COLUMN debts.debtor_id IS NULL;
COMMENT ON COLUMN debts.original_creditor IS NULL;
COMMENT ON COLUMN debts.total_owed IS NULL;
COMMENT ON COLUMN debts.amount_paid IS NULL;
COMMENT ON COLUMN debts.status IS NULL;
COMMENT ON COLUMN debts.unique_token IS NULL;
COMMENT ON COLUMN debts.total_contacts IS NULL;
COMMENT ON COLUMN debts.debt_date IS NULL;
COMMENT ON COLUMN debts.imported_at IS NULL;
COMMENT ON COLUMN debts.created_at IS NULL;
COMMENT ON COLUMN debts.updated_at IS NULL;
COMMENT ON COLUMN debts.account_number IS NULL;
COMMENT ON COLUMN debts.token_revoked_at IS NULL;

COMMENT ON TABLE emails IS NULL;
COMMENT ON COLUMN emails.id IS NULL;
COMMENT ON COLUMN emails.debt_id IS NULL;
COMMENT ON COLUMN emails.direction IS NULL;
COMMENT ON COLUMN emails.subject IS NULL;
COMMENT ON COLUMN emails.content IS NULL;
COMMENT ON COLUMN emails.email_opened IS NULL;
COMMENT ON COLUMN emails.email_clicked IS NULL;
COMMENT ON COLUMN emails.ai_generated IS NULL;
COMMENT ON COLUMN emails.compliance_checked IS NULL;
COMMENT ON COLUMN emails.timestamp IS NULL;
COMMENT ON COLUMN emails.created_at IS NULL;

COMMENT ON TABLE calls IS NULL;
COMMENT ON COLUMN calls.id IS NULL;
COMMENT ON COLUMN calls.debt_id IS NULL;
COMMENT ON COLUMN calls.direction IS NULL;
COMMENT ON COLUMN calls.call_duration IS NULL;
COMMENT ON COLUMN calls.call_outcome IS NULL;
COMMENT ON COLUMN calls.transcript IS NULL;
COMMENT ON COLUMN calls.recording_url IS NULL;
COMMENT ON COLUMN calls.ai_generated IS NULL;
COMMENT ON COLUMN calls.compliance_checked IS NULL;
COMMENT ON COLUMN calls.timestamp IS NULL;
COMMENT ON COLUMN calls.created_at IS NULL;

COMMENT ON TABLE sms IS NULL;
COMMENT ON COLUMN sms.id IS NULL;
COMMENT ON COLUMN sms.debt_id IS NULL;
COMMENT ON COLUMN sms.direction IS NULL;
COMMENT ON COLUMN sms.content IS NULL;
COMMENT ON COLUMN sms.ai_generated IS NULL;
COMMENT ON COLUMN sms.compliance_checked IS NULL;
COMMENT ON COLUMN sms.timestamp IS NULL;
COMMENT ON COLUMN sms.created_at IS NULL;

COMMENT ON TABLE payments IS NULL;
COMMENT ON COLUMN payments.id IS NULL;
COMMENT ON COLUMN payments.debt_id IS NULL;
COMMENT ON COLUMN payments.amount IS NULL;
COMMENT ON COLUMN payments.payment_type IS NULL;
COMMENT ON COLUMN payments.stripe_payment_intent_id IS NULL;
COMMENT ON COLUMN payments.stripe_session_id IS NULL;
COMMENT ON COLUMN payments.payment_method IS NULL;
COMMENT ON COLUMN payments.status IS NULL;
COMMENT ON COLUMN payments.created_at IS NULL;
COMMENT ON COLUMN payments.completed_at IS NULL;
COMMENT ON COLUMN payments.currency IS NULL;
COMMENT ON COLUMN payments.failure_code IS NULL;
COMMENT ON COLUMN payments.processing_since IS NULL;
COMMENT ON COLUMN payments.amount_refunded IS NULL;
COMMENT ON COLUMN payments.amount_charged_back IS NULL;
COMMENT ON COLUMN payments.checkout_url IS NULL;
COMMENT ON COLUMN payments.checkout_expires_at IS NULL;
COMMENT ON COLUMN payments.replaced_at IS NULL;
COMMENT ON COLUMN payments.checked_at IS NULL;
COMMENT ON COLUMN payments.locale IS NULL;
COMMENT ON COLUMN payments.updated_at IS NULL;

COMMENT ON TABLE sessions IS NULL;
COMMENT ON COLUMN sessions.id_hash IS NULL;
COMMENT ON COLUMN sessions.debtor_id IS NULL;
COMMENT ON COLUMN sessions.created_at IS NULL;
COMMENT ON COLUMN sessions.last_seen_at IS NULL;

COMMENT ON TABLE identity_attempts IS NULL;
COMMENT ON COLUMN identity_attempts.link_hash IS NULL;
COMMENT ON COLUMN identity_attempts.failures IS NULL;
COMMENT ON COLUMN identity_attempts.window_failures IS NULL;
COMMENT ON COLUMN identity_attempts.window_started_at IS NULL;
COMMENT ON COLUMN identity_attempts.updated_at IS NULL;

COMMENT ON TABLE client_attempts IS NULL;
COMMENT ON COLUMN client_attempts.address_hash IS NULL;
COMMENT ON COLUMN client_attempts.failures IS NULL;
COMMENT ON COLUMN client_attempts.window_started_at IS NULL;

COMMENT ON TABLE stripe_events IS NULL;
COMMENT ON COLUMN stripe_events.id IS NULL;
COMMENT ON COLUMN stripe_events.event_type IS NULL;
COMMENT ON COLUMN stripe_events.livemode IS NULL;
COMMENT ON COLUMN stripe_events.payload IS NULL;
COMMENT ON COLUMN stripe_events.source IS NULL;
COMMENT ON COLUMN stripe_events.outcome IS NULL;
COMMENT ON COLUMN stripe_events.payment_id IS NULL;
COMMENT ON COLUMN stripe_events.created_at IS NULL;
COMMENT ON COLUMN stripe_events.received_at IS NULL;

COMMENT ON TABLE payment_flags IS NULL;
COMMENT ON COLUMN payment_flags.id IS NULL;
COMMENT ON COLUMN payment_flags.payment_id IS NULL;
COMMENT ON COLUMN payment_flags.debt_id IS NULL;
COMMENT ON COLUMN payment_flags.kind IS NULL;
COMMENT ON COLUMN payment_flags.detail IS NULL;
COMMENT ON COLUMN payment_flags.stripe_event_id IS NULL;
COMMENT ON COLUMN payment_flags.created_at IS NULL;
COMMENT ON COLUMN payment_flags.resolved_at IS NULL;

COMMENT ON TABLE sweep_state IS NULL;
COMMENT ON COLUMN sweep_state.name IS NULL;
COMMENT ON COLUMN sweep_state.cursor_at IS NULL;
COMMENT ON COLUMN sweep_state.updated_at IS NULL;
