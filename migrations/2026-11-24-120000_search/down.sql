DROP INDEX idx_debts_last_contact;
DROP INDEX idx_debts_age;
DROP INDEX idx_debts_balance;
DROP INDEX idx_debts_imported;
DROP INDEX idx_debts_creditor;
DROP INDEX idx_debtors_state;
DROP INDEX idx_debts_account;
DROP INDEX idx_debtors_phone_digits;
DROP INDEX idx_debtors_email_prefix;
DROP INDEX idx_debtors_name_parts;
DROP INDEX idx_debtors_name;
DROP TRIGGER total_contacts_at_update ON debts;
CREATE TRIGGER total_contacts_at_update BEFORE UPDATE OF total_contacts ON debts
    FOR EACH ROW EXECUTE FUNCTION set_total_contacts();
DROP TRIGGER total_contacts_at_insert ON debts;
CREATE TRIGGER total_contacts_at_insert BEFORE INSERT ON debts
    FOR EACH ROW WHEN (NEW.total_contacts <> 0) EXECUTE FUNCTION set_total_contacts();
CREATE OR REPLACE FUNCTION set_total_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.total_contacts := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE count_contacts(NEW.id) END;
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION recount_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched UUID[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT array_agg(DISTINCT debt_id) INTO touched FROM new_rows;
    ELSIF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT debt_id) INTO touched FROM old_rows;
    ELSE
        SELECT array_agg(DISTINCT debt_id) INTO touched FROM (
            (SELECT id, debt_id FROM old_rows EXCEPT SELECT id, debt_id FROM new_rows)
            UNION ALL
            (SELECT id, debt_id FROM new_rows EXCEPT SELECT id, debt_id FROM old_rows)
        ) AS moved;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    -- The value is the trigger's, see set_total_contacts().
    UPDATE debts SET total_contacts = total_contacts WHERE id = ANY (touched);
    RETURN NULL;
END $$;
DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND proname IN ('set_total_contacts', 'recount_contacts')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', own, current_schema());
    END LOOP;
END $$;
ALTER TABLE debts DROP COLUMN last_contact_at;
DROP FUNCTION find_last_contact(UUID);
DROP FUNCTION account_key(TEXT);
DROP FUNCTION phone_key(TEXT);
DROP FUNCTION fold_name(TEXT);
-- Somebody else may use it by now.
DO $$
BEGIN
    DROP EXTENSION pg_trgm;
EXCEPTION WHEN dependent_objects_still_exist THEN
    RAISE NOTICE 'pg_trgm stays, because it is used elsewhere';
END $$;
