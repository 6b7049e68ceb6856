-- A debt that was paid in full is open again when its money goes back, whoever writes that: a refund, a chargeback, another
-- program. Only money that leaves opens it; a debt resolved by agreement for less stays resolved. The name comes after
-- amount_paid_at_update, which sets the figure this looks at.
CREATE FUNCTION reopen_returned_debt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.status := 'active';
    RETURN NEW;
END $$;
CREATE TRIGGER reopen_returned_debt BEFORE UPDATE ON debts
    FOR EACH ROW WHEN (OLD.status = 'resolved' AND NEW.status = 'resolved'
        AND NEW.amount_paid < OLD.amount_paid AND NEW.amount_paid < NEW.total_owed)
    EXECUTE FUNCTION reopen_returned_debt();
