-- Whoever has an e-mail address is found by the index that the staff's search begins with; a second one over the same values costs
-- every import. A program of the version before reads the table instead of it while both run, so imports wait for the new one.
DROP INDEX idx_debtors_same_email;
