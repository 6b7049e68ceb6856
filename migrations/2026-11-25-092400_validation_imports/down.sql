-- Loses what is on record about files of validation information; the notices they brought stay.
DELETE FROM import_errors WHERE import_id IN (SELECT id FROM imports WHERE kind = 'validation');
DELETE FROM import_chunks WHERE import_id IN (SELECT id FROM imports WHERE kind = 'validation');
DELETE FROM imports WHERE kind = 'validation';
DELETE FROM import_mappings WHERE kind = 'validation';
ALTER TABLE import_mappings DROP CONSTRAINT import_mappings_kind_known;
ALTER TABLE import_mappings ADD CONSTRAINT import_mappings_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms'));
ALTER TABLE imports DROP CONSTRAINT imports_kind_known;
ALTER TABLE imports ADD CONSTRAINT imports_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms'));
ALTER TABLE debts DROP CONSTRAINT debts_validation_reason_not_empty;
ALTER TABLE debts ADD CONSTRAINT debts_validation_reason_not_empty CHECK (btrim(validation_not_required_reason) <> '') NOT VALID;
