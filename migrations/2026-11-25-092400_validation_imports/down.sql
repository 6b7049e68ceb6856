-- Loses what columns of validation files meant; rows about such files stay, and are no longer checked.
DELETE FROM import_mappings WHERE kind = 'validation';
ALTER TABLE import_mappings DROP CONSTRAINT import_mappings_kind_known;
ALTER TABLE import_mappings ADD CONSTRAINT import_mappings_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms'));
ALTER TABLE imports DROP CONSTRAINT imports_kind_known;
ALTER TABLE imports ADD CONSTRAINT imports_kind_known
    CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms')) NOT VALID;
