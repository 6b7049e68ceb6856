-- The sweep looks for debts that are overpaid and nobody knows it, every minute; there are few, and this finds them.
CREATE INDEX idx_debts_overpaid ON debts (id) WHERE amount_paid > total_owed;
