-- One more kind of file. Both tables hold a row a file, so that checking them anew takes no time.
ALTER TABLE imports DROP CONSTRAINT imports_kind_known;
ALTER TABLE imports ADD CONSTRAINT imports_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms', 'validation'));
ALTER TABLE import_mappings DROP CONSTRAINT import_mappings_kind_known;
ALTER TABLE import_mappings ADD CONSTRAINT import_mappings_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms', 'validation'));
-- Written by an earlier step; now every row is held against it.
ALTER TABLE debts VALIDATE CONSTRAINT debts_validation_reason_not_empty;
