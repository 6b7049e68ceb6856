DROP INDEX idx_payments_unchecked;
DROP INDEX idx_payments_session;
DROP INDEX idx_payments_open_checkout;

DROP INDEX idx_payments_debt;
CREATE INDEX idx_payments_debt ON payments(debt_id);
DROP INDEX idx_sms_debt;
CREATE INDEX idx_sms_debt ON sms(debt_id);
DROP INDEX idx_calls_debt;
CREATE INDEX idx_calls_debt ON calls(debt_id);
DROP INDEX idx_emails_debt;
CREATE INDEX idx_emails_debt ON emails(debt_id);

ALTER TABLE debts DROP CONSTRAINT idx_debts_token;
ALTER TABLE debts ADD CONSTRAINT debts_unique_token_key UNIQUE (unique_token);
CREATE INDEX idx_debts_token ON debts(unique_token);
ALTER TABLE debtors DROP CONSTRAINT idx_debtors_email;
ALTER TABLE debtors ADD CONSTRAINT debtors_email_key UNIQUE (email);
CREATE INDEX idx_debtors_email ON debtors(email);
