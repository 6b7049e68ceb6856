-- Loses the record of what was imported, the remembered columns, and files that wait; what was taken in stays.
DROP INDEX idx_debts_account_number;
DROP INDEX idx_debtors_same_name;
DROP INDEX idx_debtors_same_email;
DROP TABLE import_chunks;
DROP TABLE import_errors;
DROP TABLE import_mappings;
DROP TABLE imports;
