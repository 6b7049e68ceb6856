-- The triggers work for whoever writes: for a restore, which sets an empty search_path, and for a role that may insert e-mails
-- but not touch debts. They run with the rights of the tables' owner and find their tables in the schema they were made in.
-- A change of a payment that counts as before locks no debt any more. Two orders of writing get right as well: a payment from before the import that is inserted first and completed later
-- explains the opening figure like one inserted completed; and a writer that knows only the customer's columns may take back
-- a 'refunded'.
CREATE OR REPLACE FUNCTION complete_payment() RETURNS trigger LANGUAGE plpgsql AS $$
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
    ELSIF TG_OP = 'UPDATE' THEN
        IF OLD.status = 'refunded' AND NEW.amount_refunded = OLD.amount_refunded THEN
            NEW.amount_refunded := 0;
        END IF;
    END IF;
    RETURN NEW;
END $$;

-- Lessens the opening payments of debts by what rows from before the import explain.
CREATE FUNCTION explain_openings(debts_touched UUID[], explained DECIMAL[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    WITH history AS (
        SELECT debt_id, sum(amount) AS total FROM unnest(debts_touched, explained) AS told (debt_id, amount) GROUP BY debt_id
    ), used_up AS (
        DELETE FROM payments USING history
        WHERE payments.id = opening_payment_id(history.debt_id) AND payments.status = 'completed'
            AND amount_refunded = 0 AND amount_charged_back = 0 AND amount <= total
    )
    UPDATE payments SET amount = amount - total FROM history
        WHERE payments.id = opening_payment_id(history.debt_id) AND payments.status = 'completed'
            AND amount_refunded = 0 AND amount_charged_back = 0 AND amount > total AND total > 0;
END $$;

CREATE OR REPLACE FUNCTION payments_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched UUID[];
    old_debts UUID[];
    old_amounts DECIMAL[];
BEGIN
    SELECT array_agg(DISTINCT debt_id) INTO touched
        FROM new_rows WHERE count_payment(status, amount, amount_refunded, amount_charged_back) <> 0;
    IF touched IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
    SELECT array_agg(n.debt_id), array_agg(count_payment(n.status, n.amount, n.amount_refunded, n.amount_charged_back))
        INTO old_debts, old_amounts
        FROM new_rows n JOIN debts d ON d.id = n.debt_id
        WHERE n.id <> opening_payment_id(n.debt_id) AND (n.payment_method = 'prior' OR n.completed_at <= d.imported_at);
    IF old_debts IS NOT NULL THEN
        PERFORM explain_openings(old_debts, old_amounts);
    END IF;
    PERFORM resum_payments(touched);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION payments_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched UUID[];
    old_debts UUID[];
    old_amounts DECIMAL[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT debt_id) INTO touched
            FROM old_rows WHERE count_payment(status, amount, amount_refunded, amount_charged_back) <> 0;
    ELSE
        -- Only what counts otherwise than before: a note in another column must not lock the debt.
        WITH was AS (
            SELECT id, debt_id, count_payment(status, amount, amount_refunded, amount_charged_back) AS counted FROM old_rows
        ), is_now AS (
            SELECT id, debt_id, count_payment(status, amount, amount_refunded, amount_charged_back) AS counted FROM new_rows
        )
        SELECT array_agg(DISTINCT debt_id) INTO touched FROM (
            (SELECT * FROM was EXCEPT SELECT * FROM is_now) UNION ALL (SELECT * FROM is_now EXCEPT SELECT * FROM was)
        ) AS changed WHERE counted <> 0;
        -- Rows that count from now on, and did not before.
        SELECT array_agg(n.debt_id), array_agg(count_payment(n.status, n.amount, n.amount_refunded, n.amount_charged_back))
            INTO old_debts, old_amounts
            FROM new_rows n JOIN old_rows o ON o.id = n.id JOIN debts d ON d.id = n.debt_id
            WHERE o.status NOT IN ('completed', 'refunded') AND n.status IN ('completed', 'refunded')
                AND n.id <> opening_payment_id(n.debt_id) AND n.checkout_expires_at IS NULL
                AND (n.payment_method = 'prior' OR n.completed_at <= d.imported_at);
    END IF;
    IF old_debts IS NOT NULL THEN
        PERFORM 1 FROM debts WHERE id = ANY (touched) ORDER BY id FOR NO KEY UPDATE;
        PERFORM explain_openings(old_debts, old_amounts);
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM resum_payments(touched);
    END IF;
    RETURN NULL;
END $$;

DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN (
        'set_updated_at', 'count_contacts', 'set_total_contacts', 'recount_contacts', 'sum_payments', 'complete_payment',
        'set_amount_paid', 'record_opening_payment', 'explain_openings', 'resum_payments', 'payments_inserted', 'payments_changed',
        'resolve_paid_debt', 'recount_all_contacts', 'resum_all_payments', 'reopen_returned_debt', 'withdraw_letters')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', own, current_schema());
    END LOOP;
END $$;
-- With the owner's rights nobody calls them by hand.
REVOKE EXECUTE ON FUNCTION explain_openings(UUID[], DECIMAL[]), resum_payments(UUID[]) FROM PUBLIC;
