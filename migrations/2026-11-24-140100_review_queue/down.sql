-- The constraints become promises again; a catalogue tells the difference.
ALTER TABLE emails DROP CONSTRAINT emails_reviewed_by_fkey,
    ADD CONSTRAINT emails_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_reviewed_by_fkey,
    ADD CONSTRAINT calls_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_reviewed_by_fkey,
    ADD CONSTRAINT sms_reviewed_by_fkey FOREIGN KEY (reviewed_by) REFERENCES staff(id) NOT VALID;
ALTER TABLE emails DROP CONSTRAINT emails_review_outcome_known,
    ADD CONSTRAINT emails_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID;
ALTER TABLE emails DROP CONSTRAINT emails_review_is_whole,
    ADD CONSTRAINT emails_review_is_whole CHECK ((review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID;
ALTER TABLE emails DROP CONSTRAINT emails_rejected_has_reason,
    ADD CONSTRAINT emails_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID;
ALTER TABLE emails DROP CONSTRAINT emails_shown_as_reviewed,
    ADD CONSTRAINT emails_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID;
ALTER TABLE emails DROP CONSTRAINT emails_reviewed_at_can_be_shown,
    ADD CONSTRAINT emails_reviewed_at_can_be_shown CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_review_outcome_known,
    ADD CONSTRAINT calls_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_review_is_whole,
    ADD CONSTRAINT calls_review_is_whole CHECK ((review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_rejected_has_reason,
    ADD CONSTRAINT calls_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_shown_as_reviewed,
    ADD CONSTRAINT calls_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID;
ALTER TABLE calls DROP CONSTRAINT calls_reviewed_at_can_be_shown,
    ADD CONSTRAINT calls_reviewed_at_can_be_shown CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_review_outcome_known,
    ADD CONSTRAINT sms_review_outcome_known CHECK (review_outcome IN ('approved', 'rejected')) NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_review_is_whole,
    ADD CONSTRAINT sms_review_is_whole CHECK ((review_outcome IS NULL) = (reviewed_at IS NULL) AND (review_outcome IS NULL) = (reviewed_by IS NULL)) NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_rejected_has_reason,
    ADD CONSTRAINT sms_rejected_has_reason CHECK (review_outcome <> 'rejected' OR review_reason ~ '\S') NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_shown_as_reviewed,
    ADD CONSTRAINT sms_shown_as_reviewed CHECK (compliance_checked = (review_outcome = 'approved')) NOT VALID;
ALTER TABLE sms DROP CONSTRAINT sms_reviewed_at_can_be_shown,
    ADD CONSTRAINT sms_reviewed_at_can_be_shown CHECK (reviewed_at BETWEEN '0001-01-01 00:00+00' AND '9999-12-31 23:59+00') NOT VALID;
DROP INDEX idx_emails_waiting;
DROP INDEX idx_calls_waiting;
DROP INDEX idx_sms_waiting;
DROP INDEX idx_emails_waiting_template;
DROP INDEX idx_sms_waiting_template;
DROP INDEX idx_emails_reviewed;
DROP INDEX idx_calls_reviewed;
DROP INDEX idx_sms_reviewed;
DROP INDEX idx_emails_reviewed_by;
DROP INDEX idx_calls_reviewed_by;
DROP INDEX idx_sms_reviewed_by;
