-- Loses which debts are time-barred and who has read the notice.
DROP TABLE acknowledgements;
ALTER TABLE debts DROP COLUMN time_barred;
