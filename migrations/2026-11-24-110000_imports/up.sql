-- Files that were uploaded, what came of them, and what they are read by. Four new tables, which nobody else writes, and three
-- indexes: two by which an import finds people who are known, one by which it finds a debt by its creditor's number. On
-- a database with many debtors and debts each index is a scan and a sort while the table cannot be written; this step is
-- meant for the moment of an update.
CREATE TABLE imports (
    id UUID PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    origin VARCHAR(10) NOT NULL,
    file_name VARCHAR(255) NOT NULL,
    sha256 BYTEA NOT NULL,
    size BIGINT NOT NULL,
    header TEXT[] NOT NULL,
    delimiter VARCHAR(1) NOT NULL,
    mapping TEXT[] NOT NULL,
    all_or_nothing BOOLEAN NOT NULL DEFAULT false,
    recognise BOOLEAN NOT NULL DEFAULT true,
    update_balance BOOLEAN NOT NULL DEFAULT false,
    checked BOOLEAN NOT NULL DEFAULT false,
    again BOOLEAN NOT NULL DEFAULT false,
    time_zone VARCHAR(50) NOT NULL,
    state VARCHAR(20) NOT NULL,
    step VARCHAR(10) NOT NULL DEFAULT 'none',
    bytes_read BIGINT NOT NULL DEFAULT 0,
    rows_read BIGINT NOT NULL DEFAULT 0,
    rows_failed BIGINT NOT NULL DEFAULT 0,
    people_new BIGINT NOT NULL DEFAULT 0,
    people_known BIGINT NOT NULL DEFAULT 0,
    debts_new BIGINT NOT NULL DEFAULT 0,
    debts_known BIGINT NOT NULL DEFAULT 0,
    debts_updated BIGINT NOT NULL DEFAULT 0,
    entries_new BIGINT NOT NULL DEFAULT 0,
    staff_id UUID REFERENCES staff (id),
    created_at TIMESTAMPTZ NOT NULL,
    started_at TIMESTAMPTZ,
    finished_at TIMESTAMPTZ,
    cancel_asked_at TIMESTAMPTZ,
    failure VARCHAR(200),
    CONSTRAINT imports_kind_known CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms')),
    CONSTRAINT imports_origin_known CHECK (origin IN ('web', 'command')),
    CONSTRAINT imports_state_known CHECK (
        state IN ('uploading', 'uploaded', 'checking', 'checked', 'running', 'finished', 'failed', 'canceled')),
    CONSTRAINT imports_step_known CHECK (step IN ('none', 'check', 'run')),
    CONSTRAINT imports_sha256_length CHECK (octet_length(sha256) IN (0, 32)),
    CONSTRAINT imports_size_not_negative CHECK (size >= 0 AND bytes_read >= 0),
    CONSTRAINT imports_counts_not_negative CHECK (
        rows_read >= 0 AND rows_failed >= 0 AND people_new >= 0 AND people_known >= 0 AND debts_new >= 0
        AND debts_known >= 0 AND debts_updated >= 0 AND entries_new >= 0)
);
COMMENT ON TABLE imports IS 'Files that were uploaded to be taken in, and what came of them';
COMMENT ON COLUMN imports.id IS 'Key';
COMMENT ON COLUMN imports.kind IS 'What its rows are: accounts, payments, emails, calls or sms';
COMMENT ON COLUMN imports.origin IS 'web (the staff area) or command (quittance import)';
COMMENT ON COLUMN imports.file_name IS 'Name of the file as uploaded; data, never a path';
COMMENT ON COLUMN imports.sha256 IS 'SHA-256 of its content, by which a repeated file is recognised; empty while it is uploaded';
COMMENT ON COLUMN imports.size IS 'Its size in bytes';
COMMENT ON COLUMN imports.header IS 'The names of its columns';
COMMENT ON COLUMN imports.delimiter IS 'The mark between its cells';
COMMENT ON COLUMN imports.mapping IS 'The field that each column fills, empty where none';
COMMENT ON COLUMN imports.all_or_nothing IS 'One wrong row, and nothing is taken; otherwise the right rows are';
COMMENT ON COLUMN imports.recognise IS 'People and debts that are there already are recognised; otherwise every row is new';
COMMENT ON COLUMN imports.update_balance IS 'A debt that is there already gets the amount owed of the file';
COMMENT ON COLUMN imports.checked IS 'Messages count as checked where the file does not say';
COMMENT ON COLUMN imports.again IS 'Whoever imports it knows that the same file was imported before';
COMMENT ON COLUMN imports.time_zone IS 'The zone of times in the file that name none';
COMMENT ON COLUMN imports.state IS 'uploading, uploaded, checking, checked, running, finished, failed or canceled';
COMMENT ON COLUMN imports.step IS 'Which step bytes_read and the counts are of: none, check or run';
COMMENT ON COLUMN imports.bytes_read IS 'How far the step has come, of size';
COMMENT ON COLUMN imports.rows_read IS 'Rows read in this step; with rows taken one by one, a run that broke off goes on after them';
COMMENT ON COLUMN imports.rows_failed IS 'Rows not taken because something in them is wrong';
COMMENT ON COLUMN imports.people_new IS 'Persons made';
COMMENT ON COLUMN imports.people_known IS 'Rows about a person who was there already';
COMMENT ON COLUMN imports.debts_new IS 'Debts made';
COMMENT ON COLUMN imports.debts_known IS 'Rows about a debt that was there already';
COMMENT ON COLUMN imports.debts_updated IS 'Debts that were there already and got the amount owed of the file';
COMMENT ON COLUMN imports.entries_new IS 'Payments, messages and calls made';
COMMENT ON COLUMN imports.staff_id IS 'Who uploaded it; empty for the command';
COMMENT ON COLUMN imports.created_at IS 'When it was uploaded';
COMMENT ON COLUMN imports.started_at IS 'When the step began';
COMMENT ON COLUMN imports.finished_at IS 'When it came to an end, whichever';
COMMENT ON COLUMN imports.cancel_asked_at IS 'When somebody asked to stop it; it stops after the rows at hand';
COMMENT ON COLUMN imports.failure IS 'Why it failed, in a word; no personal data';
CREATE INDEX idx_imports_created ON imports (created_at DESC, id);
CREATE INDEX idx_imports_staff ON imports (staff_id);
-- The same file is taken in once, also when two people upload it at the same moment.
CREATE UNIQUE INDEX idx_imports_same_file ON imports (kind, sha256) WHERE NOT again AND state IN ('running', 'finished');

CREATE TABLE import_mappings (
    kind VARCHAR(20) NOT NULL,
    signature BYTEA NOT NULL,
    fields TEXT[] NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL,
    PRIMARY KEY (kind, signature),
    CONSTRAINT import_mappings_kind_known CHECK (kind IN ('accounts', 'payments', 'emails', 'calls', 'sms'))
);
COMMENT ON TABLE import_mappings IS 'What the columns of a file meant the last time that a file had them';
COMMENT ON COLUMN import_mappings.kind IS 'What its rows are';
COMMENT ON COLUMN import_mappings.signature IS 'SHA-256 of the names of its columns';
COMMENT ON COLUMN import_mappings.fields IS 'The field that each column fills, empty where none';
COMMENT ON COLUMN import_mappings.updated_at IS 'When it was last chosen';

CREATE TABLE import_errors (
    import_id UUID NOT NULL REFERENCES imports (id),
    line BIGINT NOT NULL,
    number SMALLINT NOT NULL,
    field VARCHAR(30),
    problem VARCHAR(30) NOT NULL,
    cells TEXT[],
    PRIMARY KEY (import_id, line, number),
    CONSTRAINT import_errors_line_positive CHECK (line > 0 AND number >= 0)
);
COMMENT ON TABLE import_errors IS 'What is wrong with rows that were not taken; deleted with the file';
COMMENT ON COLUMN import_errors.import_id IS 'In which file';
COMMENT ON COLUMN import_errors.line IS 'The line on which the row begins, counted from 1';
COMMENT ON COLUMN import_errors.number IS 'Counts what is wrong with the same row, from 0';
COMMENT ON COLUMN import_errors.field IS 'The field it is about, empty when about the row as a whole';
COMMENT ON COLUMN import_errors.problem IS 'What it is, in a word';
COMMENT ON COLUMN import_errors.cells IS 'The row as it stands in the file, with its first problem only';

CREATE TABLE import_chunks (
    import_id UUID NOT NULL REFERENCES imports (id),
    number INTEGER NOT NULL,
    content BYTEA NOT NULL,
    PRIMARY KEY (import_id, number)
);
-- Compressing costs more than it saves for rows that are read once or twice.
ALTER TABLE import_chunks ALTER COLUMN content SET STORAGE EXTERNAL;
COMMENT ON TABLE import_chunks IS 'The files themselves in pieces, until they are taken in and a few days have passed';
COMMENT ON COLUMN import_chunks.import_id IS 'Of which file';
COMMENT ON COLUMN import_chunks.number IS 'Counts the pieces from 0';
COMMENT ON COLUMN import_chunks.content IS 'Its bytes';

-- The same person: by e-mail, capital letters aside; by names and the five digits of the ZIP code, dropped zeros put back.
-- quittance::domain::import::person says the whole rule.
CREATE INDEX idx_debtors_same_email ON debtors (lower(email));
CREATE INDEX idx_debtors_same_name ON debtors (lower(last_name), lower(first_name), lpad(split_part(zip_code, '-', 1), 5, '0'));
CREATE INDEX idx_debts_account_number ON debts (account_number) WHERE account_number IS NOT NULL;
