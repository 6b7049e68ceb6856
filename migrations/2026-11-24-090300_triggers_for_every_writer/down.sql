GRANT EXECUTE ON FUNCTION resum_payments(UUID[]) TO PUBLIC;
DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace AND proname IN (
        'set_updated_at', 'count_contacts', 'set_total_contacts', 'recount_contacts', 'sum_payments', 'complete_payment',
        'set_amount_paid', 'record_opening_payment', 'resum_payments', 'payments_inserted', 'payments_changed',
        'resolve_paid_debt', 'recount_all_contacts', 'resum_all_payments', 'reopen_returned_debt', 'withdraw_letters')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY INVOKER RESET search_path', own);
    END LOOP;
END $$;
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
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION payments_inserted() RETURNS trigger LANGUAGE plpgsql AS $$
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

CREATE OR REPLACE FUNCTION payments_changed() RETURNS trigger LANGUAGE plpgsql AS $$
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
DROP FUNCTION explain_openings(UUID[], DECIMAL[]);
