DROP INDEX idx_debts_overpaid;
