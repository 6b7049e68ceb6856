-- Loses the notices and the reasons why none is needed.
ALTER TABLE debts DROP COLUMN validation_not_required_reason;
DROP TABLE validation_notices;
