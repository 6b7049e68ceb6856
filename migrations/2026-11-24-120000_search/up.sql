-- What staff searches, sorts and filters a million debts by. Nothing is renamed, and a writer that knows only the customer's
-- columns notices nothing but the time its indexes take. Building them keeps writers waiting, up to a minute for a million debts;
-- on a table in use make the three functions and, with CREATE INDEX CONCURRENTLY, the indexes on debtors and debts before this
-- step, under the same names, and it passes over them. The one on last_contact_at is built here.
CREATE EXTENSION IF NOT EXISTS pg_trgm;

-- A name as it is searched and sorted by: without case, accents and apostrophes, and a hyphen is a space, so that "nguyen" finds
-- Nguyễn, "obrien" finds O'Brien and "jose" finds José. Plain ASCII takes the short way, for the sake of imports. These are in
-- PL/pgSQL because an SQL function would be put in place of each call when a search is planned, which takes longer than searching.
CREATE OR REPLACE FUNCTION fold_name(name TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS $$
BEGIN
    IF octet_length(name) = length(name) THEN
        RETURN lower(translate(name, '-.,''`', '   '));
    END IF;
    RETURN lower(translate(replace(replace(replace(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g'),
        'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), '-.,đøłıħĐØŁĦ''`‘’ʼʻ´', '   dolihDOLH'));
END $$;
-- A phone number's digits, last one first, without the extension: whatever its notation, and with or without the country in
-- front, the number as dialled and its last four or seven digits are the beginning of this.
CREATE OR REPLACE FUNCTION phone_key(phone TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS $$
BEGIN
    RETURN reverse(regexp_replace(split_part(lower(phone), 'x', 1), '\D', '', 'g'));
END $$;
-- An account number the same way: staff has the whole of it in any grouping, or the last four that pages and letters show.
CREATE OR REPLACE FUNCTION account_key(account_number TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS $$
BEGIN
    RETURN reverse(upper(regexp_replace(account_number, '[^0-9A-Za-z]', '', 'g')));
END $$;

-- The last contact, kept by the pass over a debt that counts its contacts. A message that was written and not yet released by
-- compliance was no contact.
CREATE FUNCTION find_last_contact(debt UUID) RETURNS TIMESTAMPTZ LANGUAGE sql VOLATILE AS $$
    SELECT greatest(
        (SELECT timestamp FROM emails WHERE debt_id = debt AND (compliance_checked OR direction = 'inbound')
            ORDER BY timestamp DESC LIMIT 1),
        (SELECT timestamp FROM calls WHERE debt_id = debt ORDER BY timestamp DESC LIMIT 1),
        (SELECT timestamp FROM sms WHERE debt_id = debt AND (compliance_checked OR direction = 'inbound')
            ORDER BY timestamp DESC LIMIT 1))
$$;
ALTER TABLE debts ADD COLUMN last_contact_at TIMESTAMPTZ;
ALTER TABLE debts DISABLE TRIGGER zz_updated_at;
UPDATE debts SET last_contact_at = find_last_contact(id) WHERE total_contacts > 0;
ALTER TABLE debts ENABLE TRIGGER zz_updated_at;

CREATE OR REPLACE FUNCTION set_total_contacts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.total_contacts := 0;
        NEW.last_contact_at := NULL;
    ELSE
        NEW.total_contacts := count_contacts(NEW.id);
        NEW.last_contact_at := find_last_contact(NEW.id);
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER total_contacts_at_insert ON debts;
CREATE TRIGGER total_contacts_at_insert BEFORE INSERT ON debts
    FOR EACH ROW WHEN (NEW.total_contacts <> 0 OR NEW.last_contact_at IS NOT NULL) EXECUTE FUNCTION set_total_contacts();
DROP TRIGGER total_contacts_at_update ON debts;
CREATE TRIGGER total_contacts_at_update BEFORE UPDATE OF total_contacts, last_contact_at ON debts
    FOR EACH ROW EXECUTE FUNCTION set_total_contacts();

-- A row that changes its time, or is released, may be the last contact from then on.
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
            (SELECT id, debt_id, timestamp, direction, compliance_checked FROM old_rows
                EXCEPT SELECT id, debt_id, timestamp, direction, compliance_checked FROM new_rows)
            UNION ALL
            (SELECT id, debt_id, timestamp, direction, compliance_checked FROM new_rows
                EXCEPT SELECT id, debt_id, timestamp, direction, compliance_checked FROM old_rows)
        ) AS moved;
    END IF;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    -- The values are the trigger's, see set_total_contacts().
    UPDATE debts SET total_contacts = total_contacts WHERE id = ANY (touched);
    RETURN NULL;
END $$;

DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND proname IN ('set_total_contacts', 'recount_contacts', 'find_last_contact')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', own, current_schema());
    END LOOP;
END $$;

-- Search. Collation "C" is what makes a prefix a range. One trigram index over the whole name serves parts of first and last
-- names and misspelt ones; it is the dearest of them for imports, so it is the only one.
CREATE INDEX IF NOT EXISTS idx_debtors_name ON debtors
    ((fold_name(last_name)) COLLATE "C", (fold_name(first_name)) COLLATE "C", id);
CREATE INDEX IF NOT EXISTS idx_debtors_name_parts ON debtors USING gin ((fold_name(first_name || ' ' || last_name)) gin_trgm_ops);
CREATE INDEX IF NOT EXISTS idx_debtors_email_prefix ON debtors ((lower(email)) COLLATE "C");
CREATE INDEX IF NOT EXISTS idx_debtors_phone_digits ON debtors ((phone_key(phone)) COLLATE "C");
CREATE INDEX IF NOT EXISTS idx_debts_account ON debts ((account_key(account_number)) COLLATE "C");
-- Filters that may leave few rows of a million. The creditors themselves are read from theirs by skipping from one to the next.
CREATE INDEX IF NOT EXISTS idx_debtors_state ON debtors (state);
CREATE INDEX IF NOT EXISTS idx_debts_creditor ON debts ((fold_name(original_creditor)) COLLATE "C");
-- Each order of the list, with the id behind it, because an import gives a million rows one time.
CREATE INDEX IF NOT EXISTS idx_debts_imported ON debts (imported_at, id);
CREATE INDEX IF NOT EXISTS idx_debts_balance ON debts
    ((CASE WHEN status = 'resolved' THEN 0 ELSE greatest(total_owed - amount_paid, 0) END), id);
CREATE INDEX IF NOT EXISTS idx_debts_age ON debts ((coalesce(debt_date, '9999-12-31'::date)), id);
CREATE INDEX IF NOT EXISTS idx_debts_last_contact ON debts ((coalesce(last_contact_at, '-infinity'::timestamptz)), id);

COMMENT ON COLUMN debts.last_contact_at IS 'Time of the latest message or call that reached either side; kept by triggers';
