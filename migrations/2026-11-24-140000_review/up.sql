-- Who has looked at a message before the person may see it, and what came of that. Only nullable columns, so that the programs which
-- write these tables notice nothing; the constraints are checked for what exists in the next step. What waits is what is not
-- compliance_checked and has no outcome.
ALTER TABLE emails
    ADD COLUMN template_name VARCHAR(100),
    ADD COLUMN reviewed_at TIMESTAMPTZ,
    ADD COLUMN reviewed_by UUID,
    ADD COLUMN review_outcome VARCHAR(10),
    ADD COLUMN review_reason VARCHAR(500),
    ADD CONSTRAINT emails_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID,
    ADD CONSTRAINT emails_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID,
    ADD CONSTRAINT emails_review_is_whole CHECK (
        (review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID,
    ADD CONSTRAINT emails_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID,
    ADD CONSTRAINT emails_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID,
    ADD CONSTRAINT emails_reviewed_at_can_be_shown
        CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;
ALTER TABLE calls
    ADD COLUMN reviewed_at TIMESTAMPTZ,
    ADD COLUMN reviewed_by UUID,
    ADD COLUMN review_outcome VARCHAR(10),
    ADD COLUMN review_reason VARCHAR(500),
    ADD CONSTRAINT calls_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID,
    ADD CONSTRAINT calls_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID,
    ADD CONSTRAINT calls_review_is_whole CHECK (
        (review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID,
    ADD CONSTRAINT calls_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID,
    ADD CONSTRAINT calls_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID,
    ADD CONSTRAINT calls_reviewed_at_can_be_shown
        CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;
ALTER TABLE sms
    ADD COLUMN template_name VARCHAR(100),
    ADD COLUMN reviewed_at TIMESTAMPTZ,
    ADD COLUMN reviewed_by UUID,
    ADD COLUMN review_outcome VARCHAR(10),
    ADD COLUMN review_reason VARCHAR(500),
    ADD CONSTRAINT sms_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID,
    ADD CONSTRAINT sms_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID,
    ADD CONSTRAINT sms_review_is_whole CHECK (
        (review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID,
    ADD CONSTRAINT sms_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID,
    ADD CONSTRAINT sms_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID,
    ADD CONSTRAINT sms_reviewed_at_can_be_shown
        CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;

-- An approval is of the words that were read, in the hands of the one they were meant for. When another program changes them, moves
-- the row to another debt, or takes back its compliance_checked, the row waits again.
CREATE FUNCTION review_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.compliance_checked := false;
    NEW.reviewed_at := NULL;
    NEW.reviewed_by := NULL;
    NEW.review_outcome := NULL;
    NEW.review_reason := NULL;
    RETURN NEW;
END $$;
-- A program that only knows compliance_checked cannot show what a person has rejected.
CREATE FUNCTION keep_rejected() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.compliance_checked := false;
    RETURN NEW;
END $$;

CREATE TRIGGER keep_rejected BEFORE UPDATE ON emails FOR EACH ROW
    WHEN (OLD.review_outcome = 'rejected' AND NEW.review_outcome = 'rejected' AND NEW.compliance_checked)
    EXECUTE FUNCTION keep_rejected();
CREATE TRIGGER keep_rejected BEFORE UPDATE ON calls FOR EACH ROW
    WHEN (OLD.review_outcome = 'rejected' AND NEW.review_outcome = 'rejected' AND NEW.compliance_checked)
    EXECUTE FUNCTION keep_rejected();
CREATE TRIGGER keep_rejected BEFORE UPDATE ON sms FOR EACH ROW
    WHEN (OLD.review_outcome = 'rejected' AND NEW.review_outcome = 'rejected' AND NEW.compliance_checked)
    EXECUTE FUNCTION keep_rejected();
CREATE TRIGGER review_again BEFORE UPDATE ON emails FOR EACH ROW
    WHEN (OLD.review_outcome IS NOT NULL AND (
        (OLD.debt_id, OLD.direction, OLD.subject, OLD.content) IS DISTINCT FROM (NEW.debt_id, NEW.direction, NEW.subject, NEW.content)
        OR OLD.review_outcome = 'approved' AND NEW.review_outcome = 'approved' AND NOT NEW.compliance_checked))
    EXECUTE FUNCTION review_again();
CREATE TRIGGER review_again BEFORE UPDATE ON calls FOR EACH ROW
    WHEN (OLD.review_outcome IS NOT NULL AND (
        (OLD.debt_id, OLD.direction, OLD.transcript) IS DISTINCT FROM (NEW.debt_id, NEW.direction, NEW.transcript)
        OR OLD.review_outcome = 'approved' AND NEW.review_outcome = 'approved' AND NOT NEW.compliance_checked))
    EXECUTE FUNCTION review_again();
CREATE TRIGGER review_again BEFORE UPDATE ON sms FOR EACH ROW
    WHEN (OLD.review_outcome IS NOT NULL AND (
        (OLD.debt_id, OLD.direction, OLD.content) IS DISTINCT FROM (NEW.debt_id, NEW.direction, NEW.content)
        OR OLD.review_outcome = 'approved' AND NEW.review_outcome = 'approved' AND NOT NEW.compliance_checked))
    EXECUTE FUNCTION review_again();

DO $$
DECLARE
    own regprocedure;
BEGIN
    FOR own IN SELECT oid FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
        AND proname IN ('review_again', 'keep_rejected')
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', own, current_schema());
    END LOOP;
END $$;

COMMENT ON COLUMN emails.template_name IS 'Which template it was made from, where its writer says so; waiting ones of a template are reviewed together';
COMMENT ON COLUMN emails.reviewed_at IS 'When somebody decided whether the person may see it';
COMMENT ON COLUMN emails.reviewed_by IS 'Who decided, of the staff';
COMMENT ON COLUMN emails.review_outcome IS 'approved or rejected; NULL with compliance_checked false means that it waits';
COMMENT ON COLUMN emails.review_reason IS 'Why it was rejected';
COMMENT ON COLUMN calls.reviewed_at IS 'When somebody decided whether the person may see it';
COMMENT ON COLUMN calls.reviewed_by IS 'Who decided, of the staff';
COMMENT ON COLUMN calls.review_outcome IS 'approved or rejected; NULL with compliance_checked false means that it waits';
COMMENT ON COLUMN calls.review_reason IS 'Why it was rejected';
COMMENT ON COLUMN sms.template_name IS 'Which template it was made from, where its writer says so; waiting ones of a template are reviewed together';
COMMENT ON COLUMN sms.reviewed_at IS 'When somebody decided whether the person may see it';
COMMENT ON COLUMN sms.reviewed_by IS 'Who decided, of the staff';
COMMENT ON COLUMN sms.review_outcome IS 'approved or rejected; NULL with compliance_checked false means that it waits';
COMMENT ON COLUMN sms.review_reason IS 'Why it was rejected';
