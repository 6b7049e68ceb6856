-- What the dashboard shows, added up as it happens, so that a view of it costs the same with ten debts and with ten million.
--
-- Whoever writes debts and payments appends the difference it makes to figure_changes, in its own transaction, one row per
-- statement and figure. Nobody ever updates a shared sum there: an import that runs for minutes would hold its lock, and every
-- payment would wait. The sweep folds the changes into `figures`; who reads adds both up, in one statement.
--
-- Times are kept by the hour of UTC, so that a day of any company whose clock is whole hours off can be shown exactly.
-- It counts everything that is there, once, and holds off writers of the two tables for that long: about a second for a
-- million debts.
LOCK TABLE debts, payments IN SHARE ROW EXCLUSIVE MODE;

CREATE TABLE figures (
    kind VARCHAR(20) NOT NULL
        CONSTRAINT figures_kind_known CHECK (kind IN ('debts', 'collected', 'returned', 'checkouts', 'payments', 'visits')),
    hour TIMESTAMPTZ NOT NULL,
    key VARCHAR(30) NOT NULL,
    count BIGINT NOT NULL,
    amount DECIMAL(20,2) NOT NULL CONSTRAINT figures_amount_is_number CHECK (amount <> 'NaN'),
    PRIMARY KEY (kind, hour, key),
    CONSTRAINT figures_debts_have_no_hour CHECK (kind <> 'debts' OR hour = '1970-01-01 00:00+00')
) WITH (fillfactor = 70);

CREATE TABLE figure_changes (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind VARCHAR(20) NOT NULL CONSTRAINT figure_changes_kind_known
        CHECK (kind IN ('debts', 'collected', 'returned', 'checkouts', 'payments', 'visits')),
    hour TIMESTAMPTZ NOT NULL,
    key VARCHAR(30) NOT NULL,
    count BIGINT NOT NULL,
    amount DECIMAL(20,2) NOT NULL CONSTRAINT figure_changes_amount_is_number CHECK (amount <> 'NaN')
    -- Emptied every minute: what is dead in it is to be cleared by number, not by share.
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

-- When money went back. payments.amount_refunded and amount_charged_back are sums without times, and another program may write
-- them without a row in refunds. No foreign key: a payment that is deleted takes its rows along by a trigger, and a
-- reference would refuse the deletion before that.
CREATE TABLE payment_returns (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    payment_id UUID NOT NULL,
    kind VARCHAR(20) NOT NULL CONSTRAINT payment_returns_kind_known CHECK (kind IN ('refunded', 'charged_back')),
    amount DECIMAL(10,2) NOT NULL CONSTRAINT payment_returns_amount_moves CHECK (amount <> 0 AND amount <> 'NaN'),
    at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_payment_returns_payment ON payment_returns (payment_id);

-- What of a debt is owed. An overpaid debt does not lessen what others owe, and one that was settled for less owes nothing.
CREATE FUNCTION debt_balance(status VARCHAR, total_owed DECIMAL, amount_paid DECIMAL)
RETURNS DECIMAL LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status = 'resolved' THEN 0 ELSE greatest(total_owed - amount_paid, 0) END
$$;

-- What of an amount that went back counts: only of money that had arrived.
CREATE FUNCTION count_return(status VARCHAR, returned DECIMAL) RETURNS DECIMAL LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN status IN ('completed', 'refunded') THEN returned ELSE 0 END
$$;

-- What became of a payment, in the few words a person tells payments apart by.
CREATE FUNCTION payment_outcome(
    status VARCHAR, failure_code VARCHAR, processing_since TIMESTAMPTZ, refunded DECIMAL, charged_back DECIMAL
) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN status = 'pending' THEN CASE WHEN processing_since IS NULL THEN 'open' ELSE 'processing' END
        WHEN status = 'failed' THEN CASE
            WHEN failure_code IN ('expired', 'canceled') THEN failure_code
            WHEN failure_code IN ('replaced', 'withdrawn') THEN 'replaced'
            WHEN failure_code IN ('not_started', 'lost') THEN 'not_started'
            ELSE 'declined' END
        WHEN charged_back > 0 THEN 'charged_back'
        WHEN status = 'refunded' THEN 'refunded'
        WHEN refunded > 0 THEN 'partly_refunded'
        ELSE 'completed' END
$$;

-- The hour of UTC, in whatever zone the writer's session thinks.
CREATE FUNCTION figure_hour(at TIMESTAMPTZ) RETURNS TIMESTAMPTZ LANGUAGE sql IMMUTABLE AS $$
    SELECT date_bin('1 hour', at, '0001-01-01 00:00+00')
$$;

-- What one payment adds to the figures: what became of it, by the hour it was begun, and its money, by the hour that arrived.
-- Money from before an import is not ours and is left out. Of such a form that the planner takes it apart: called a million
-- times it would cost more than the import itself, and so would a VALUES list.
CREATE FUNCTION payment_figures(
    status VARCHAR, payment_method VARCHAR, failure_code VARCHAR, processing_since TIMESTAMPTZ, checkout_expires_at TIMESTAMPTZ,
    amount DECIMAL, refunded DECIMAL, charged_back DECIMAL, created_at TIMESTAMPTZ, completed_at TIMESTAMPTZ
) RETURNS TABLE (kind TEXT, hour TIMESTAMPTZ, key TEXT, sum DECIMAL) LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN payment_figures.checkout_expires_at IS NULL THEN 'payments' ELSE 'checkouts' END,
        figure_hour(payment_figures.created_at),
        payment_outcome(payment_figures.status, payment_figures.failure_code, payment_figures.processing_since,
            payment_figures.refunded, payment_figures.charged_back),
        payment_figures.amount
    WHERE payment_figures.payment_method IS DISTINCT FROM 'prior'
    UNION ALL
    SELECT 'collected', figure_hour(payment_figures.completed_at),
        CASE WHEN payment_figures.checkout_expires_at IS NULL THEN 'other' ELSE 'checkout' END, payment_figures.amount
    WHERE payment_figures.status IN ('completed', 'refunded') AND payment_figures.payment_method IS DISTINCT FROM 'prior'
$$;

-- The figures as the rows themselves add up: the beginning, the proof and the repair. Visits leave no row to count.
CREATE VIEW figures_counted AS
    SELECT 'debts'::VARCHAR AS kind, TIMESTAMPTZ '1970-01-01 00:00+00' AS hour, status::VARCHAR AS key, count(*) AS count,
        sum(debt_balance(status, total_owed, amount_paid)) AS amount
    FROM debts GROUP BY status
    UNION ALL
    SELECT f.kind, f.hour, f.key, count(*), sum(f.sum)
    FROM payments p, payment_figures(p.status, p.payment_method, p.failure_code, p.processing_since, p.checkout_expires_at,
        p.amount, p.amount_refunded, p.amount_charged_back, p.created_at, p.completed_at) AS f
    GROUP BY f.kind, f.hour, f.key
    UNION ALL
    SELECT 'returned', figure_hour(at), kind, count(*), sum(amount)
    FROM payment_returns GROUP BY 2, 3;

-- The figures as they are told: what is folded and what is not yet.
CREATE VIEW figures_told AS
    SELECT kind, hour, key, sum(count)::BIGINT AS count, sum(amount) AS amount FROM (
        SELECT kind, hour, key, count, amount FROM figures
        UNION ALL SELECT kind, hour, key, count, amount FROM figure_changes
    ) AS both_tables GROUP BY kind, hour, key;

-- Where our rows tell when it went back, they are believed; of the rest it is known only that it was after the payment.
INSERT INTO payment_returns (payment_id, kind, amount, at)
    SELECT r.payment_id, 'refunded', r.amount, r.created_at FROM refunds r JOIN payments p ON p.id = r.payment_id
    WHERE (r.status = 'succeeded' OR (r.status = 'pending' AND r.stripe_refund_id IS NOT NULL))
        AND p.status IN ('completed', 'refunded')
    UNION ALL
    SELECT c.payment_id, 'charged_back', c.withdrawn, coalesce(c.withdrawn_at, c.created_at)
    FROM chargebacks c JOIN payments p ON p.id = c.payment_id
    WHERE c.withdrawn > 0 AND p.status IN ('completed', 'refunded');
INSERT INTO payment_returns (payment_id, kind, amount, at)
    SELECT p.id, r.kind, r.amount, p.completed_at FROM payments p
    LEFT JOIN (SELECT payment_id, sum(amount) FILTER (WHERE kind = 'refunded') AS refunded,
        sum(amount) FILTER (WHERE kind = 'charged_back') AS charged_back FROM payment_returns GROUP BY payment_id) t
        ON t.payment_id = p.id
    CROSS JOIN LATERAL (VALUES
        ('refunded', count_return(p.status, p.amount_refunded) - coalesce(t.refunded, 0)),
        ('charged_back', count_return(p.status, p.amount_charged_back) - coalesce(t.charged_back, 0))) AS r (kind, amount)
    WHERE r.amount <> 0;
INSERT INTO figures (kind, hour, key, count, amount) SELECT kind, hour, key, count, amount FROM figures_counted;

-- Once per statement and only from the rows it touched, so that it looks nothing up and waits for nobody.
CREATE FUNCTION note_debts() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'debts', '1970-01-01 00:00+00', status, count(*), sum(debt_balance(status, total_owed, amount_paid))
            FROM new_rows GROUP BY status;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'debts', '1970-01-01 00:00+00', status, -count(*), -sum(debt_balance(status, total_owed, amount_paid))
            FROM old_rows GROUP BY status;
    ELSE
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'debts', '1970-01-01 00:00+00', status, sum(one), sum(balance) FROM (
                SELECT status, 1 AS one, debt_balance(status, total_owed, amount_paid) AS balance FROM new_rows
                UNION ALL SELECT status, -1, -debt_balance(status, total_owed, amount_paid) FROM old_rows
            ) AS both_rows GROUP BY status HAVING sum(one) <> 0 OR sum(balance) <> 0;
    END IF;
    RETURN NULL;
END $$;

-- Takes back what the figures of a table say that is empty now.
CREATE FUNCTION note_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'payments' THEN
        DELETE FROM payment_returns;
    END IF;
    INSERT INTO figure_changes (kind, hour, key, count, amount)
        SELECT kind, hour, key, -count, -amount FROM figures_told
        WHERE kind = ANY (CASE TG_TABLE_NAME WHEN 'debts' THEN '{debts}'::TEXT[]
            ELSE '{collected,returned,checkouts,payments}'::TEXT[] END) AND (count <> 0 OR amount <> 0);
    RETURN NULL;
END $$;

CREATE FUNCTION note_payments() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT f.kind, f.hour, f.key, count(*), sum(f.sum)
            FROM new_rows p, payment_figures(p.status, p.payment_method, p.failure_code, p.processing_since,
                p.checkout_expires_at, p.amount, p.amount_refunded, p.amount_charged_back, p.created_at, p.completed_at) AS f
            GROUP BY f.kind, f.hour, f.key;
        -- A payment that arrives with its refunds is history: they are dated like it.
        WITH back AS (
            INSERT INTO payment_returns (payment_id, kind, amount, at)
                SELECT p.id, r.kind, r.amount, p.completed_at FROM new_rows p CROSS JOIN LATERAL (VALUES
                    ('refunded', count_return(p.status, p.amount_refunded)),
                    ('charged_back', count_return(p.status, p.amount_charged_back))) AS r (kind, amount)
                WHERE (p.amount_refunded <> 0 OR p.amount_charged_back <> 0) AND r.amount <> 0
            RETURNING kind, amount, at
        )
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'returned', figure_hour(at), kind, count(*), sum(amount) FROM back GROUP BY 2, 3;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT f.kind, f.hour, f.key, -count(*), -sum(f.sum)
            FROM old_rows p, payment_figures(p.status, p.payment_method, p.failure_code, p.processing_since,
                p.checkout_expires_at, p.amount, p.amount_refunded, p.amount_charged_back, p.created_at, p.completed_at) AS f
            GROUP BY f.kind, f.hour, f.key;
        WITH back AS (
            DELETE FROM payment_returns r USING old_rows o WHERE r.payment_id = o.id RETURNING r.kind, r.amount, r.at
        )
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'returned', figure_hour(at), kind, -count(*), -sum(amount) FROM back GROUP BY 2, 3;
    ELSE
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT f.kind, f.hour, f.key, sum(p.one), sum(p.one * f.sum)
            FROM (
                SELECT 1 AS one, status, payment_method, failure_code, processing_since, checkout_expires_at, amount,
                    amount_refunded, amount_charged_back, created_at, completed_at FROM new_rows
                UNION ALL
                SELECT -1, status, payment_method, failure_code, processing_since, checkout_expires_at, amount,
                    amount_refunded, amount_charged_back, created_at, completed_at FROM old_rows
            ) AS p, payment_figures(p.status, p.payment_method, p.failure_code, p.processing_since,
                p.checkout_expires_at, p.amount, p.amount_refunded, p.amount_charged_back, p.created_at, p.completed_at) AS f
            GROUP BY f.kind, f.hour, f.key HAVING sum(p.one) <> 0 OR sum(p.one * f.sum) <> 0;
        WITH back AS (
            INSERT INTO payment_returns (payment_id, kind, amount, at)
                SELECT coalesce(n.id, o.id), r.kind, r.amount, now() FROM new_rows n FULL JOIN old_rows o ON o.id = n.id
                CROSS JOIN LATERAL (VALUES
                    ('refunded', count_return(n.status, n.amount_refunded) - count_return(o.status, o.amount_refunded)),
                    ('charged_back',
                        count_return(n.status, n.amount_charged_back) - count_return(o.status, o.amount_charged_back))
                ) AS r (kind, amount)
                WHERE r.amount <> 0
            RETURNING kind, amount, at
        )
        INSERT INTO figure_changes (kind, hour, key, count, amount)
            SELECT 'returned', figure_hour(at), kind, count(*), sum(amount) FROM back GROUP BY 2, 3;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER figures_inserted AFTER INSERT ON debts
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_debts();
CREATE TRIGGER figures_updated AFTER UPDATE ON debts
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_debts();
CREATE TRIGGER figures_deleted AFTER DELETE ON debts
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_debts();
CREATE TRIGGER figures_truncated AFTER TRUNCATE ON debts FOR EACH STATEMENT EXECUTE FUNCTION note_truncated();
CREATE TRIGGER figures_inserted AFTER INSERT ON payments
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_payments();
CREATE TRIGGER figures_updated AFTER UPDATE ON payments
    REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION note_payments();
CREATE TRIGGER figures_deleted AFTER DELETE ON payments
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION note_payments();
CREATE TRIGGER figures_truncated AFTER TRUNCATE ON payments FOR EACH STATEMENT EXECUTE FUNCTION note_truncated();

-- Compiling a statement that runs for milliseconds takes seconds, and the planner cannot guess how few rows a statement touched.
DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND proname IN ('note_debts', 'note_payments', 'note_truncated')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp SET jit = off', own, current_schema());
    END LOOP;
END $$;

COMMENT ON TABLE figures IS 'What the dashboard shows, added up; figure_changes is still to be added';
COMMENT ON COLUMN figures.kind IS 'debts (a running total), collected, returned, checkouts, payments (of other programs) or visits';
COMMENT ON COLUMN figures.hour IS 'The hour of UTC it belongs to; 1970-01-01 for running totals';
COMMENT ON COLUMN figures.key IS 'Status, source or outcome';
COMMENT ON COLUMN figures.count IS 'How many; of kind returned how often money moved, either way';
COMMENT ON COLUMN figures.amount IS 'How much, in units of the currency';
COMMENT ON TABLE figure_changes IS 'What was done to the figures since they were last folded, one row per statement and figure';
COMMENT ON COLUMN figure_changes.id IS 'Key, in order of writing';
COMMENT ON COLUMN figure_changes.kind IS 'As in figures';
COMMENT ON COLUMN figure_changes.hour IS 'As in figures';
COMMENT ON COLUMN figure_changes.key IS 'As in figures';
COMMENT ON COLUMN figure_changes.count IS 'How many more, or fewer';
COMMENT ON COLUMN figure_changes.amount IS 'How much more, or less';
COMMENT ON TABLE payment_returns IS 'When money of a payment went back, or came again; set by a trigger';
COMMENT ON COLUMN payment_returns.id IS 'Key, in order of writing';
COMMENT ON COLUMN payment_returns.payment_id IS 'Which payment';
COMMENT ON COLUMN payment_returns.kind IS 'refunded or charged_back';
COMMENT ON COLUMN payment_returns.amount IS 'How much went back; below zero where it came again';
COMMENT ON COLUMN payment_returns.at IS 'When our books learned of it; the payment''s time where it was imported with it';
COMMENT ON VIEW figures_counted IS 'The figures as debts and payments add up to them; costs a look at every row';
COMMENT ON VIEW figures_told IS 'The figures with what is not folded yet';
