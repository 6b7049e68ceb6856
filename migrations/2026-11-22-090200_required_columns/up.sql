-- A column with a default is never meant to be empty. Rows that are get the default, except where a guess could hurt a
-- person: unknown consent is no consent, an unknown do-not-call entry counts as one, and a message nobody has
-- recorded as checked is not checked.
UPDATE debtors SET phone_consent = false WHERE phone_consent IS NULL;
UPDATE debtors SET email_consent = false WHERE email_consent IS NULL;
UPDATE debtors SET dnc_registered = true WHERE dnc_registered IS NULL;
UPDATE debtors SET created_at = coalesce(updated_at, now()) WHERE created_at IS NULL;
UPDATE debtors SET updated_at = created_at WHERE updated_at IS NULL;

UPDATE debts SET status = 'active' WHERE status IS NULL;
UPDATE debts SET total_contacts = 0 WHERE total_contacts IS NULL;
UPDATE debts SET created_at = coalesce(imported_at, updated_at, now()) WHERE created_at IS NULL;
UPDATE debts SET imported_at = created_at WHERE imported_at IS NULL;
UPDATE debts SET updated_at = created_at WHERE updated_at IS NULL;

UPDATE emails SET email_opened = false WHERE email_opened IS NULL;
UPDATE emails SET email_clicked = false WHERE email_clicked IS NULL;
UPDATE emails SET ai_generated = false WHERE ai_generated IS NULL;
UPDATE emails SET compliance_checked = false WHERE compliance_checked IS NULL;
UPDATE emails SET created_at = coalesce(timestamp, now()) WHERE created_at IS NULL;
UPDATE emails SET timestamp = created_at WHERE timestamp IS NULL;

UPDATE calls SET ai_generated = false WHERE ai_generated IS NULL;
UPDATE calls SET compliance_checked = false WHERE compliance_checked IS NULL;
UPDATE calls SET created_at = coalesce(timestamp, now()) WHERE created_at IS NULL;
UPDATE calls SET timestamp = created_at WHERE timestamp IS NULL;

UPDATE sms SET ai_generated = false WHERE ai_generated IS NULL;
UPDATE sms SET compliance_checked = false WHERE compliance_checked IS NULL;
UPDATE sms SET created_at = coalesce(timestamp, now()) WHERE created_at IS NULL;
UPDATE sms SET timestamp = created_at WHERE timestamp IS NULL;

UPDATE payments SET status = 'pending' WHERE status IS NULL;
UPDATE payments SET created_at = coalesce(completed_at, now()) WHERE created_at IS NULL;

ALTER TABLE debtors
    ALTER COLUMN phone_consent SET NOT NULL,
    ALTER COLUMN email_consent SET NOT NULL,
    ALTER COLUMN dnc_registered SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE debts
    ALTER COLUMN status SET NOT NULL,
    ALTER COLUMN total_contacts SET NOT NULL,
    ALTER COLUMN imported_at SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL,
    ALTER COLUMN updated_at SET NOT NULL;
ALTER TABLE emails
    ALTER COLUMN email_opened SET NOT NULL,
    ALTER COLUMN email_clicked SET NOT NULL,
    ALTER COLUMN ai_generated SET NOT NULL,
    ALTER COLUMN compliance_checked SET NOT NULL,
    ALTER COLUMN timestamp SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL;
ALTER TABLE calls
    ALTER COLUMN ai_generated SET NOT NULL,
    ALTER COLUMN compliance_checked SET NOT NULL,
    ALTER COLUMN timestamp SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL;
ALTER TABLE sms
    ALTER COLUMN ai_generated SET NOT NULL,
    ALTER COLUMN compliance_checked SET NOT NULL,
    ALTER COLUMN timestamp SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL;
ALTER TABLE payments
    ALTER COLUMN status SET NOT NULL,
    ALTER COLUMN created_at SET NOT NULL;
