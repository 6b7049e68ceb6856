-- NaN is above every number to PostgreSQL, so it passes any lower bound; and a time no calendar shows would take a whole
-- page with it. Rows that are wrong already make this step fail, with their constraint's name: mend them first.
ALTER TABLE debts
    ADD CONSTRAINT debts_amounts_are_numbers CHECK (total_owed <> 'NaN' AND amount_paid <> 'NaN'),
    ADD CONSTRAINT debts_dates_can_be_shown CHECK (
        debt_date BETWEEN '0001-01-01' AND '9999-12-31'
        AND imported_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00');
ALTER TABLE payments
    ADD CONSTRAINT payments_amounts_are_numbers CHECK (
        amount <> 'NaN' AND amount_refunded <> 'NaN' AND amount_charged_back <> 'NaN'),
    ADD CONSTRAINT payments_times_can_be_shown CHECK (
        created_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00'
        AND completed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00');
ALTER TABLE emails ADD CONSTRAINT emails_time_can_be_shown
    CHECK (timestamp BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00');
ALTER TABLE calls ADD CONSTRAINT calls_time_can_be_shown
    CHECK (timestamp BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00');
ALTER TABLE sms ADD CONSTRAINT sms_time_can_be_shown
    CHECK (timestamp BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00');

-- A debt that is paid in full is resolved, whoever wrote the last payment: an import, another program, the portal. The
-- name comes after amount_paid_at_update, which sets the figure this looks at.
CREATE FUNCTION resolve_paid_debt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.status := 'resolved';
    RETURN NEW;
END $$;
CREATE TRIGGER resolve_paid_debt BEFORE INSERT OR UPDATE ON debts
    FOR EACH ROW WHEN (NEW.status = 'active' AND NEW.amount_paid > 0 AND NEW.amount_paid >= NEW.total_owed)
    EXECUTE FUNCTION resolve_paid_debt();
UPDATE debts SET status = 'resolved' WHERE status = 'active' AND amount_paid > 0 AND amount_paid >= total_owed;

-- Row triggers and transition tables do not see TRUNCATE, so what they keep is counted anew. The values are those
-- of set_total_contacts() and set_amount_paid().
CREATE FUNCTION recount_all_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE debts SET total_contacts = total_contacts WHERE total_contacts <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER emails_truncated AFTER TRUNCATE ON emails FOR EACH STATEMENT EXECUTE FUNCTION recount_all_contacts();
CREATE TRIGGER calls_truncated AFTER TRUNCATE ON calls FOR EACH STATEMENT EXECUTE FUNCTION recount_all_contacts();
CREATE TRIGGER sms_truncated AFTER TRUNCATE ON sms FOR EACH STATEMENT EXECUTE FUNCTION recount_all_contacts();

CREATE FUNCTION resum_all_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE debts SET amount_paid = amount_paid WHERE amount_paid <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_truncated AFTER TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION resum_all_payments();
