-- What each table and column means, where every client of the database can read it. `diesel print-schema` copies the
-- sentences into src/schema.rs.

COMMENT ON TABLE debtors IS 'A person who owes one or more debts, and how to reach that person';
COMMENT ON COLUMN debtors.id IS 'Key';
COMMENT ON COLUMN debtors.first_name IS 'Given name';
COMMENT ON COLUMN debtors.last_name IS 'Family name';
COMMENT ON COLUMN debtors.email IS 'E-mail address, at most one person per address';
COMMENT ON COLUMN debtors.phone IS 'Phone number as imported';
COMMENT ON COLUMN debtors.address_line1 IS 'Street and number';
COMMENT ON COLUMN debtors.address_line2 IS 'Apartment, suite or c/o';
COMMENT ON COLUMN debtors.city IS 'City';
COMMENT ON COLUMN debtors.state IS 'Two-letter state code';
COMMENT ON COLUMN debtors.zip_code IS 'Postal code on file, asked for at the identity check; ZIP or ZIP+4';
COMMENT ON COLUMN debtors.phone_consent IS 'The person agreed to be called and texted';
COMMENT ON COLUMN debtors.email_consent IS 'The person may be written to by e-mail';
COMMENT ON COLUMN debtors.dnc_registered IS 'The number is on a do-not-call list';
COMMENT ON COLUMN debtors.created_at IS 'When the row was written';
COMMENT ON COLUMN debtors.updated_at IS 'When the row last changed; set by a trigger';

COMMENT ON TABLE debts IS 'One account that is owed, with the personal link to it';
COMMENT ON COLUMN debts.id IS 'Key';
COMMENT ON COLUMN debts.debtor_id IS 'Who owes it';
COMMENT ON COLUMN debts.original_creditor IS 'Whom it was owed to at first';
COMMENT ON COLUMN debts.total_owed IS 'What was owed in all, in units of the currency; the balance is total_owed - amount_paid';
COMMENT ON COLUMN debts.amount_paid IS 'What the debt''s payments add up to, kept by triggers. At insert: money paid before the import, which becomes a payment with method prior';
COMMENT ON COLUMN debts.status IS 'active, resolved (nothing left to pay), dispute, hold or closed';
COMMENT ON COLUMN debts.unique_token IS 'Secret of the personal link, at least 128 random bits, URL-safe';
COMMENT ON COLUMN debts.total_contacts IS 'Rows in emails, calls and sms; kept by triggers';
COMMENT ON COLUMN debts.debt_date IS 'When the debt arose';
COMMENT ON COLUMN debts.imported_at IS 'When the account came to us; earlier payments explain the opening amount_paid';
COMMENT ON COLUMN debts.created_at IS 'When the row was written';
COMMENT ON COLUMN debts.updated_at IS 'When the row last changed; set by a trigger';
COMMENT ON COLUMN debts.account_number IS 'Account number at the original creditor; shown by its last four characters only';
COMMENT ON COLUMN debts.token_revoked_at IS 'Since when the personal link no longer opens';

COMMENT ON TABLE emails IS 'E-mails sent to and received from the person';
COMMENT ON COLUMN emails.id IS 'Key';
COMMENT ON COLUMN emails.debt_id IS 'Which debt it is about';
COMMENT ON COLUMN emails.direction IS 'inbound (from the person) or outbound';
COMMENT ON COLUMN emails.subject IS 'Subject line';
COMMENT ON COLUMN emails.content IS 'Body; data, never markup';
COMMENT ON COLUMN emails.email_opened IS 'The person''s program fetched the message';
COMMENT ON COLUMN emails.email_clicked IS 'A link in it was followed';
COMMENT ON COLUMN emails.ai_generated IS 'Written by a machine, shown with a label';
COMMENT ON COLUMN emails.compliance_checked IS 'Checked before it was sent; withheld from the person while false';
COMMENT ON COLUMN emails.timestamp IS 'When it was sent or received';
COMMENT ON COLUMN emails.created_at IS 'When the row was written';

COMMENT ON TABLE calls IS 'Phone calls with the person';
COMMENT ON COLUMN calls.id IS 'Key';
COMMENT ON COLUMN calls.debt_id IS 'Which debt it is about';
COMMENT ON COLUMN calls.direction IS 'inbound (from the person) or outbound';
COMMENT ON COLUMN calls.call_duration IS 'Length in seconds';
COMMENT ON COLUMN calls.call_outcome IS 'answered, voicemail, busy, no_answer or failed';
COMMENT ON COLUMN calls.transcript IS 'What was said; data, never markup';
COMMENT ON COLUMN calls.recording_url IS 'Where the recording is kept';
COMMENT ON COLUMN calls.ai_generated IS 'Spoken by a machine, shown with a label';
COMMENT ON COLUMN calls.compliance_checked IS 'Checked; withheld from the person while false';
COMMENT ON COLUMN calls.timestamp IS 'When it took place';
COMMENT ON COLUMN calls.created_at IS 'When the row was written';

COMMENT ON TABLE sms IS 'Text messages sent to and received from the person';
COMMENT ON COLUMN sms.id IS 'Key';
COMMENT ON COLUMN sms.debt_id IS 'Which debt it is about';
COMMENT ON COLUMN sms.direction IS 'inbound (from the person) or outbound';
COMMENT ON COLUMN sms.content IS 'Text; data, never markup';
COMMENT ON COLUMN sms.ai_generated IS 'Written by a machine, shown with a label';
COMMENT ON COLUMN sms.compliance_checked IS 'Checked before it was sent; withheld from the person while false';
COMMENT ON COLUMN sms.timestamp IS 'When it was sent or received';
COMMENT ON COLUMN sms.created_at IS 'When the row was written';

COMMENT ON TABLE payments IS 'Attempts to pay and what became of them. A payment counts amount - amount_refunded - amount_charged_back while completed or refunded';
COMMENT ON COLUMN payments.id IS 'Key; also the idempotency key and the reference at Stripe';
COMMENT ON COLUMN payments.debt_id IS 'Which debt it pays';
COMMENT ON COLUMN payments.amount IS 'In units of the currency';
COMMENT ON COLUMN payments.payment_type IS 'full, partial or plan';
COMMENT ON COLUMN payments.stripe_payment_intent_id IS 'Stripe''s PaymentIntent';
COMMENT ON COLUMN payments.stripe_session_id IS 'Stripe''s Checkout Session';
COMMENT ON COLUMN payments.payment_method IS 'card, bank, apple_pay and so on; prior is money paid before the import';
COMMENT ON COLUMN payments.status IS 'pending, completed, failed or refunded (wholly)';
COMMENT ON COLUMN payments.created_at IS 'When the attempt began';
COMMENT ON COLUMN payments.completed_at IS 'When the money had moved; filled in by a trigger where the writer leaves it out';
COMMENT ON COLUMN payments.currency IS 'ISO 4217, lower case';
COMMENT ON COLUMN payments.failure_code IS 'Why it failed, such as expired, canceled or card_declined';
COMMENT ON COLUMN payments.processing_since IS 'Since when a bank debit is on its way';
COMMENT ON COLUMN payments.amount_refunded IS 'Given back in all, cumulative';
COMMENT ON COLUMN payments.amount_charged_back IS 'Taken back by the bank in all, cumulative';
COMMENT ON COLUMN payments.checkout_url IS 'Stripe''s page for an open checkout';
COMMENT ON COLUMN payments.checkout_expires_at IS 'Until when that page can be used';
COMMENT ON COLUMN payments.replaced_at IS 'When a newer checkout took its place';
COMMENT ON COLUMN payments.checked_at IS 'When Stripe was last asked about it';
COMMENT ON COLUMN payments.locale IS 'Language of the visitor who began it';
COMMENT ON COLUMN payments.updated_at IS 'When the row last changed; set by a trigger';

COMMENT ON TABLE sessions IS 'Who is signed in';
COMMENT ON COLUMN sessions.id_hash IS 'SHA-256 of the random id in the cookie';
COMMENT ON COLUMN sessions.debtor_id IS 'Who it is';
COMMENT ON COLUMN sessions.created_at IS 'When the identity was confirmed';
COMMENT ON COLUMN sessions.last_seen_at IS 'Last request; decides about the idle limit';

COMMENT ON TABLE identity_attempts IS 'Wrong answers at the identity check, by personal link';
COMMENT ON COLUMN identity_attempts.link_hash IS 'SHA-256 of the link''s token, known or not';
COMMENT ON COLUMN identity_attempts.failures IS 'Wrong answers in all, until staff unlocks';
COMMENT ON COLUMN identity_attempts.window_failures IS 'Wrong answers in the current window';
COMMENT ON COLUMN identity_attempts.window_started_at IS 'When the current window began';
COMMENT ON COLUMN identity_attempts.updated_at IS 'Last wrong answer';

COMMENT ON TABLE client_attempts IS 'Wrong answers at the identity check, by client address';
COMMENT ON COLUMN client_attempts.address_hash IS 'SHA-256 of the client address';
COMMENT ON COLUMN client_attempts.failures IS 'Wrong answers in the current window';
COMMENT ON COLUMN client_attempts.window_started_at IS 'When the current window began';

COMMENT ON TABLE stripe_events IS 'Every event of Stripe, once';
COMMENT ON COLUMN stripe_events.id IS 'Stripe''s event id';
COMMENT ON COLUMN stripe_events.event_type IS 'Stripe''s name for it, such as checkout.session.completed';
COMMENT ON COLUMN stripe_events.livemode IS 'True for real money, false for test mode';
COMMENT ON COLUMN stripe_events.payload IS 'The JSON as received';
COMMENT ON COLUMN stripe_events.source IS 'webhook (Stripe told us) or sweep (we asked)';
COMMENT ON COLUMN stripe_events.outcome IS 'What it did here';
COMMENT ON COLUMN stripe_events.payment_id IS 'Which payment it is about, where known';
COMMENT ON COLUMN stripe_events.created_at IS 'When it happened, says Stripe';
COMMENT ON COLUMN stripe_events.received_at IS 'When it came in';

COMMENT ON TABLE payment_flags IS 'Findings about money that a person has to look at';
COMMENT ON COLUMN payment_flags.id IS 'Key';
COMMENT ON COLUMN payment_flags.payment_id IS 'Which payment, where known';
COMMENT ON COLUMN payment_flags.debt_id IS 'Which debt, where known';
COMMENT ON COLUMN payment_flags.kind IS 'What kind of finding';
COMMENT ON COLUMN payment_flags.detail IS 'What was found, in a sentence without personal data';
COMMENT ON COLUMN payment_flags.stripe_event_id IS 'The event that showed it';
COMMENT ON COLUMN payment_flags.created_at IS 'When it was found';
COMMENT ON COLUMN payment_flags.resolved_at IS 'When somebody dealt with it';

COMMENT ON TABLE sweep_state IS 'How far each sweep has read';
COMMENT ON COLUMN sweep_state.name IS 'Which sweep';
COMMENT ON COLUMN sweep_state.cursor_at IS 'Read up to here';
COMMENT ON COLUMN sweep_state.updated_at IS 'When the row last changed; set by a trigger';
