CREATE INDEX idx_debtors_same_email ON debtors (lower(email));
