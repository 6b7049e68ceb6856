-- `debts.amount_paid` is what the debt's payments add up to, whoever writes them and whatever he writes into the column
-- himself: a job that inserts a payment and also adds to the column does not count it twice.
--
-- One figure is not derived: the amount_paid a debt is inserted with. It is money paid before the import, so what its payment
-- rows do not explain becomes one completed payment with method 'prior'. Rows of that time which arrive later (the
-- importer loads debts first, their payments afterwards) explain it and replace it.
CREATE FUNCTION count_payment(status VARCHAR, amount DECIMAL, refunded DECIMAL, charged_back DECIMAL)
RETURNS DECIMAL LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('completed', 'refunded') THEN amount - refunded - charged_back ELSE 0 END
$$;

CREATE FUNCTION sum_payments(debt UUID) RETURNS DECIMAL LANGUAGE sql VOLATILE AS $$
    SELECT coalesce(sum(count_payment(status, amount, amount_refunded, amount_charged_back)), 0)
    FROM payments WHERE debt_id = debt
$$;

-- The id tells our opening row from one an importer wrote, and keeps it to one per debt.
CREATE FUNCTION opening_payment_id(debt UUID) RETURNS UUID LANGUAGE sql IMMUTABLE AS $$
    SELECT md5('opening figure of ' || debt::TEXT)::UUID
$$;

INSERT INTO payments (id, debt_id, amount, status, payment_method, created_at, completed_at)
    SELECT opening_payment_id(id), id, amount_paid - sum_payments(id), 'completed', 'prior', imported_at, imported_at
    FROM debts WHERE amount_paid > sum_payments(id);
UPDATE debts SET amount_paid = sum_payments(id) WHERE amount_paid <> sum_payments(id);

-- The customer's 'refunded' means all of it; a writer that knows only his columns leaves the rest to us.
CREATE FUNCTION complete_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.completed_at IS NULL AND NEW.status IN ('completed', 'refunded') THEN
        NEW.completed_at := CASE TG_OP WHEN 'INSERT' THEN NEW.created_at ELSE now() END;
    END IF;
    IF NEW.status = 'refunded' THEN
        IF TG_OP = 'INSERT' THEN
            IF NEW.amount_refunded = 0 THEN
                NEW.amount_refunded := NEW.amount - NEW.amount_charged_back;
            END IF;
        ELSIF OLD.status <> 'refunded' AND NEW.amount_refunded = OLD.amount_refunded THEN
            NEW.amount_refunded := NEW.amount - NEW.amount_charged_back;
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER complete_payment BEFORE INSERT OR UPDATE ON payments
    FOR EACH ROW EXECUTE FUNCTION complete_payment();

-- The row is locked before this runs, and each query in it sees what others have committed by then.
CREATE FUNCTION set_amount_paid() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.amount_paid := sum_payments(NEW.id);
    RETURN NEW;
END $$;
CREATE TRIGGER amount_paid_at_update BEFORE UPDATE OF amount_paid ON debts
    FOR EACH ROW EXECUTE FUNCTION set_amount_paid();

CREATE FUNCTION record_opening_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    imported TIMESTAMPTZ;
    unexplained DECIMAL;
BEGIN
    SELECT imported_at INTO imported FROM debts WHERE id = NEW.id FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN NULL; -- Deleted again in the same transaction.
    END IF;
    SELECT NEW.amount_paid - coalesce(sum(count_payment(status, amount, amount_refunded, amount_charged_back)), 0)
        INTO unexplained FROM payments
        WHERE debt_id = NEW.id AND (payment_method = 'prior' OR completed_at <= imported);
    IF unexplained > 0 THEN
        INSERT INTO payments (id, debt_id, amount, status, payment_method, created_at, completed_at)
            VALUES (opening_payment_id(NEW.id), NEW.id, unexplained, 'completed', 'prior', imported, imported);
    END IF;
    RETURN NULL;
END $$;
-- At the end of the transaction, when the importer has had his say.
CREATE CONSTRAINT TRIGGER opening_payment AFTER INSERT ON debts
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.amount_paid > 0) EXECUTE FUNCTION record_opening_payment();

-- The debts are locked in the order of their ids, see recount_contacts().
CREATE FUNCTION resum_payments(touched UUID[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    -- The value is the trigger's, see set_amount_paid().
    UPDATE debts SET amount_paid = amount_paid WHERE id = ANY (touched);
END $$;

CREATE FUNCTION payments_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched UUID[];
BEGIN
    SELECT array_agg(DISTINCT debt_id) INTO touched
        FROM new_rows WHERE count_payment(status, amount, amount_refunded, amount_charged_back) <> 0;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    -- Rows from before the import explain the opening figure. First the openings they use up, then those they lessen.
    WITH history AS (
        SELECT new_rows.debt_id, sum(count_payment(new_rows.status, amount, amount_refunded, amount_charged_back)) AS total
        FROM new_rows JOIN debts ON debts.id = new_rows.debt_id
        WHERE new_rows.id <> opening_payment_id(new_rows.debt_id)
            AND (payment_method = 'prior' OR completed_at <= debts.imported_at)
        GROUP BY new_rows.debt_id
    ), used_up AS (
        DELETE FROM payments USING history
        WHERE payments.id = opening_payment_id(history.debt_id) AND payments.status = 'completed'
            AND amount_refunded = 0 AND amount_charged_back = 0 AND amount <= total
    )
    UPDATE payments SET amount = amount - total FROM history
        WHERE payments.id = opening_payment_id(history.debt_id) AND payments.status = 'completed'
            AND amount_refunded = 0 AND amount_charged_back = 0 AND amount > total AND total > 0;
    PERFORM resum_payments(touched);
    RETURN NULL;
END $$;
CREATE TRIGGER payments_inserted AFTER INSERT ON payments
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payments_inserted();

CREATE FUNCTION payments_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched UUID[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT debt_id) INTO touched
            FROM old_rows WHERE count_payment(status, amount, amount_refunded, amount_charged_back) <> 0;
    ELSE
        SELECT array_agg(DISTINCT debt_id) INTO touched FROM (
            SELECT debt_id, count_payment(status, amount, amount_refunded, amount_charged_back) AS counted FROM old_rows
            UNION ALL
            SELECT debt_id, count_payment(status, amount, amount_refunded, amount_charged_back) FROM new_rows
        ) AS both_rows WHERE counted <> 0;
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM resum_payments(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER payments_updated AFTER UPDATE ON payments
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION payments_changed();
CREATE TRIGGER payments_deleted AFTER DELETE ON payments
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION payments_changed();
