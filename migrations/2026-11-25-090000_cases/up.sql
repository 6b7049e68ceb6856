-- What a person asks of us and what staff owes an answer to: disputes, requests for the original creditor, complaints, hardship,
-- messages, callbacks, and the validation information that a debt lacks. New tables only.
CREATE TABLE cases (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    number VARCHAR(20) NOT NULL UNIQUE,
    debt_id UUID NOT NULL REFERENCES debts(id),
    kind VARCHAR(30) NOT NULL CONSTRAINT cases_kind_known CHECK (kind IN
        ('dispute', 'original_creditor', 'complaint', 'hardship', 'message', 'callback', 'validation_information')),
    reason VARCHAR(20) CONSTRAINT cases_reason_known CHECK (reason IN ('not_mine', 'wrong_amount', 'other')),
    details TEXT CONSTRAINT cases_details_not_too_long CHECK (length(details) <= 10000),
    -- Hardship: until when no payment can be expected. Callback: when it suits, and the number.
    until DATE,
    suits VARCHAR(20) CONSTRAINT cases_suits_known CHECK (suits IN ('morning', 'afternoon', 'evening')),
    phone VARCHAR(20),
    language VARCHAR(5) NOT NULL DEFAULT 'en',
    opened_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    due_at TIMESTAMPTZ,
    within_validation_period BOOLEAN,
    -- SHA-256 of what was said, so that the same again leads to the first one.
    fingerprint BYTEA,
    status VARCHAR(20) NOT NULL DEFAULT 'open' CONSTRAINT cases_status_known CHECK (status IN ('open', 'answered', 'closed')),
    closed_at TIMESTAMPTZ,
    staff_id UUID REFERENCES staff(id),
    CONSTRAINT cases_disputes_have_a_reason CHECK ((kind = 'dispute') = (reason IS NOT NULL)),
    CONSTRAINT cases_closed_at_a_time CHECK ((status = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX idx_cases_debt ON cases (debt_id, opened_at DESC, id);
CREATE INDEX idx_cases_staff ON cases (staff_id) WHERE staff_id IS NOT NULL;
-- The work of staff, by when it is due.
CREATE INDEX idx_cases_open ON cases (due_at, id) WHERE status <> 'closed';
CREATE INDEX idx_cases_opened ON cases (opened_at DESC, id DESC);
-- One task of this kind a debt at a time, whoever notices it.
CREATE UNIQUE INDEX idx_cases_validation_once ON cases (debt_id) WHERE kind = 'validation_information' AND status <> 'closed';
-- The same again, while the first is open.
CREATE UNIQUE INDEX idx_cases_same ON cases (debt_id, kind, fingerprint) WHERE status <> 'closed';

CREATE TABLE case_steps (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id UUID NOT NULL REFERENCES cases(id),
    kind VARCHAR(20) NOT NULL CONSTRAINT case_steps_kind_known CHECK (kind IN
        ('opened', 'said', 'reply', 'verification', 'correction', 'internal', 'closed', 'reopened')),
    body TEXT CONSTRAINT case_steps_body_not_too_long CHECK (length(body) <= 10000),
    staff_id UUID REFERENCES staff(id),
    at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_case_steps_case ON case_steps (case_id, at, id);
CREATE INDEX idx_case_steps_staff ON case_steps (staff_id) WHERE staff_id IS NOT NULL;

-- In the database, so that every machine has them, no web root does, and a backup takes them along.
CREATE TABLE case_files (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    case_id UUID NOT NULL REFERENCES cases(id),
    step_id UUID NOT NULL REFERENCES case_steps(id),
    name VARCHAR(200) NOT NULL CONSTRAINT case_files_name_not_empty CHECK (name <> ''),
    media_type VARCHAR(30) NOT NULL CONSTRAINT case_files_type_known
        CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png', 'image/heic')),
    sha256 BYTEA NOT NULL CONSTRAINT case_files_hash_is_32_bytes CHECK (octet_length(sha256) = 32),
    content BYTEA NOT NULL CONSTRAINT case_files_size CHECK (octet_length(content) BETWEEN 1 AND 10485760),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
-- Pictures and PDFs are compressed already.
ALTER TABLE case_files ALTER COLUMN content SET STORAGE EXTERNAL;
CREATE INDEX idx_case_files_case ON case_files (case_id, created_at, id);
CREATE INDEX idx_case_files_step ON case_files (step_id);

-- Nothing is collected on a debt while a dispute, or a timely request for the original creditor, waits for its answer, whichever program lifts a hold or sets the status, and also
-- when a refund opens a paid debt again. Runs only where a debt becomes active.
CREATE FUNCTION keep_in_dispute() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF EXISTS (SELECT FROM cases WHERE debt_id = NEW.id AND status = 'open' AND (kind = 'dispute'
            OR kind = 'original_creditor' AND within_validation_period IS NOT FALSE)) THEN
        NEW.status := 'dispute';
    END IF;
    RETURN NEW;
END $$;
-- Its name puts it after the triggers that decide what money makes of a status.
CREATE TRIGGER zz_keep_in_dispute BEFORE UPDATE ON debts FOR EACH ROW
    WHEN (NEW.status = 'active' AND OLD.status IS DISTINCT FROM 'active')
    EXECUTE FUNCTION keep_in_dispute();
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION keep_in_dispute() SET search_path = %I, pg_temp', current_schema());
END $$;

COMMENT ON TABLE cases IS 'What a person asks of us and what staff owes an answer to; the lists of staff call an open one a task';
COMMENT ON COLUMN cases.id IS 'Key';
COMMENT ON COLUMN cases.number IS 'What the person keeps and reads out, such as C-7KQ2-91XM';
COMMENT ON COLUMN cases.debt_id IS 'The debt it is about';
COMMENT ON COLUMN cases.kind IS 'What is asked: dispute, original_creditor, complaint, hardship, message, callback; validation_information is raised by the portal';
COMMENT ON COLUMN cases.reason IS 'Of a dispute: not_mine, wrong_amount or other (model form B-1, 12 CFR 1006 appendix B)';
COMMENT ON COLUMN cases.details IS 'In the person''s words';
COMMENT ON COLUMN cases.until IS 'Hardship: until when a pause is asked for';
COMMENT ON COLUMN cases.suits IS 'Callback: the part of the day';
COMMENT ON COLUMN cases.phone IS 'Callback: the number to call';
COMMENT ON COLUMN cases.language IS 'The language it was written in; answers are wanted in it';
COMMENT ON COLUMN cases.opened_at IS 'When it arrived; in writing as of then (12 CFR 1006.38, comment 38-1)';
COMMENT ON COLUMN cases.due_at IS 'When staff must have answered';
COMMENT ON COLUMN cases.within_validation_period IS 'Dispute or original creditor: whether it came within the validation period; NULL when that is not known';
COMMENT ON COLUMN cases.fingerprint IS 'SHA-256 of kind, reason and words, by which the same again is recognised';
COMMENT ON COLUMN cases.status IS 'open: staff owes an answer; answered: the person was answered and nothing is owed; closed: done';
COMMENT ON COLUMN cases.closed_at IS 'When it was closed';
COMMENT ON COLUMN cases.staff_id IS 'Who of the staff dealt with it last';
COMMENT ON TABLE case_steps IS 'What happened in a case; all but internal ones are shown to the person';
COMMENT ON COLUMN case_steps.id IS 'Key';
COMMENT ON COLUMN case_steps.case_id IS 'The case';
COMMENT ON COLUMN case_steps.kind IS 'opened, said (by the person), reply, verification, correction, internal (staff only), closed, reopened';
COMMENT ON COLUMN case_steps.body IS 'The words';
COMMENT ON COLUMN case_steps.staff_id IS 'Who of the staff; NULL for the person or the portal';
COMMENT ON COLUMN case_steps.at IS 'When';
COMMENT ON TABLE case_files IS 'Evidence of the person and documents of staff; handed out as downloads only';
COMMENT ON COLUMN case_files.id IS 'Key';
COMMENT ON COLUMN case_files.case_id IS 'The case';
COMMENT ON COLUMN case_files.step_id IS 'The step it came with';
COMMENT ON COLUMN case_files.name IS 'The name it had where it came from, without a path';
COMMENT ON COLUMN case_files.media_type IS 'What its bytes are, whatever its name says';
COMMENT ON COLUMN case_files.sha256 IS 'SHA-256 of the bytes';
COMMENT ON COLUMN case_files.content IS 'The bytes, 10 MiB at most';
COMMENT ON COLUMN case_files.created_at IS 'When it arrived';
