-- Notes, holds, recorded letters, old contact data and refund requests are lost; so are the numbers of checks.
ALTER TABLE payments DROP COLUMN external_reference;
DROP TABLE refund_requests;
DROP TABLE debtor_changes;
DROP TABLE postal_letters;
DROP TABLE debt_holds;
DROP TABLE debt_notes;
