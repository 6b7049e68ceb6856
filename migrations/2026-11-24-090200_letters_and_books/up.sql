-- Letters that others may check by their number, and whether this database is the one that Stripe's books belong to. Two new
-- tables; nothing that runs today notices.
CREATE TABLE letters (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    number VARCHAR(30) NOT NULL UNIQUE CONSTRAINT letters_number_shape CHECK (number ~ '^PF(-[0-9A-HJKMNP-TV-Z]{4}){4}$'),
    debt_id UUID NOT NULL REFERENCES debts(id),
    kind VARCHAR(20) NOT NULL DEFAULT 'paid_in_full' CONSTRAINT letters_kind_known CHECK (kind IN ('paid_in_full')),
    amount_paid DECIMAL(10,2) NOT NULL
        CONSTRAINT letters_amount_paid_not_negative CHECK (amount_paid >= 0 AND amount_paid <> 'NaN'),
    issued_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    withdrawn_at TIMESTAMPTZ
);
-- One valid letter per debt; one that became untrue stays on record, withdrawn.
CREATE UNIQUE INDEX idx_letters_valid ON letters (debt_id) WHERE withdrawn_at IS NULL;
CREATE INDEX idx_letters_debt ON letters (debt_id);

-- A letter says that nothing is owed; when that ends, for whatever reason, so does the letter.
CREATE FUNCTION withdraw_letters() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE letters SET withdrawn_at = now() WHERE debt_id = NEW.id AND withdrawn_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER withdraw_letters AFTER UPDATE ON debts
    FOR EACH ROW WHEN (OLD.status = 'resolved' AND (NEW.status <> 'resolved' OR NEW.amount_paid < NEW.total_owed))
    EXECUTE FUNCTION withdraw_letters();

CREATE TABLE books (
    only_row BOOLEAN PRIMARY KEY DEFAULT true CONSTRAINT books_has_one_row CHECK (only_row),
    installation UUID NOT NULL DEFAULT gen_random_uuid(),
    fingerprint VARCHAR(100) NOT NULL,
    closed_at TIMESTAMPTZ,
    closed_why VARCHAR(200),
    reconciled_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE TRIGGER zz_updated_at BEFORE UPDATE ON books
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();

COMMENT ON TABLE letters IS 'Letters that a third party may check by their number';
COMMENT ON COLUMN letters.id IS 'Key';
COMMENT ON COLUMN letters.number IS 'What is printed on it: PF and 16 random characters';
COMMENT ON COLUMN letters.debt_id IS 'Which debt it is about';
COMMENT ON COLUMN letters.kind IS 'paid_in_full';
COMMENT ON COLUMN letters.amount_paid IS 'What had been paid when it was issued';
COMMENT ON COLUMN letters.issued_at IS 'When it was issued';
COMMENT ON COLUMN letters.withdrawn_at IS 'When it stopped being true; set by a trigger';
COMMENT ON TABLE books IS 'Whether these are the books that Stripe''s belong to; one row, written when the portal first runs';
COMMENT ON COLUMN books.only_row IS 'Always true';
COMMENT ON COLUMN books.installation IS 'Names this installation in the metadata of its checkouts';
COMMENT ON COLUMN books.fingerprint IS 'The server, database and table the row was written in; another one means a restored copy';
COMMENT ON COLUMN books.closed_at IS 'Since when no payment is taken; quittance reconcile opens them again';
COMMENT ON COLUMN books.closed_why IS 'Why';
COMMENT ON COLUMN books.reconciled_at IS 'When they last agreed with Stripe''s';
COMMENT ON COLUMN books.updated_at IS 'When the row last changed; set by a trigger';
