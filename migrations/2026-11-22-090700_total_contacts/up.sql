-- `debts.total_contacts` is the number of rows in emails, calls and sms, whoever writes them and whatever he writes into
-- the column himself: a mailer that inserts an e-mail and also adds one does not count it twice.
CREATE FUNCTION count_contacts(debt UUID) RETURNS INTEGER LANGUAGE sql VOLATILE AS $$
    SELECT ((SELECT count(*) FROM emails WHERE debt_id = debt)
          + (SELECT count(*) FROM calls WHERE debt_id = debt)
          + (SELECT count(*) FROM sms WHERE debt_id = debt))::INTEGER
$$;

UPDATE debts SET total_contacts = count_contacts(id) WHERE total_contacts <> count_contacts(id);

-- A new debt has no contacts yet, the foreign keys see to that. Later the row is locked before this runs, and each query
-- in it sees what others have committed by then, so two writers cannot overwrite each other's count.
CREATE FUNCTION set_total_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.total_contacts := CASE TG_OP WHEN 'INSERT' THEN 0 ELSE count_contacts(NEW.id) END;
    RETURN NEW;
END $$;
CREATE TRIGGER total_contacts_at_insert BEFORE INSERT ON debts
    FOR EACH ROW WHEN (NEW.total_contacts <> 0) EXECUTE FUNCTION set_total_contacts();
CREATE TRIGGER total_contacts_at_update BEFORE UPDATE OF total_contacts ON debts
    FOR EACH ROW EXECUTE FUNCTION set_total_contacts();

-- Once per statement, so that a bulk load counts each debt once. Rows are locked in the order of their ids, so that two bulk
-- writers wait for each other instead of dying in a deadlock; NO KEY, because the foreign key checks of other writers
-- hold a KEY SHARE lock on the same row.
CREATE FUNCTION recount_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE TRIGGER contacts_inserted AFTER INSERT ON emails
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_deleted AFTER DELETE ON emails
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_moved AFTER UPDATE ON emails
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();

CREATE TRIGGER contacts_inserted AFTER INSERT ON calls
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_deleted AFTER DELETE ON calls
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_moved AFTER UPDATE ON calls
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();

CREATE TRIGGER contacts_inserted AFTER INSERT ON sms
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_deleted AFTER DELETE ON sms
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
CREATE TRIGGER contacts_moved AFTER UPDATE ON sms
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION recount_contacts();
