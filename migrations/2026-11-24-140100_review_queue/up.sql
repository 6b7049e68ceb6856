-- What waits is found without the rest: few rows of large tables, those a machine has made first, then the oldest. The tables are
-- read once for each index, and their writers wait for that long; on tables of millions that is seconds.
CREATE INDEX idx_emails_waiting ON emails (ai_generated DESC, timestamp, id) WHERE NOT compliance_checked AND review_outcome IS NULL;
CREATE INDEX idx_calls_waiting ON calls (ai_generated DESC, timestamp, id) WHERE NOT compliance_checked AND review_outcome IS NULL;
CREATE INDEX idx_sms_waiting ON sms (ai_generated DESC, timestamp, id) WHERE NOT compliance_checked AND review_outcome IS NULL;
-- All that wait of one template.
CREATE INDEX idx_emails_waiting_template ON emails (template_name, timestamp, id)
    WHERE NOT compliance_checked AND review_outcome IS NULL AND template_name IS NOT NULL;
CREATE INDEX idx_sms_waiting_template ON sms (template_name, timestamp, id)
    WHERE NOT compliance_checked AND review_outcome IS NULL AND template_name IS NOT NULL;
-- What was decided, newest first.
CREATE INDEX idx_emails_reviewed ON emails (reviewed_at DESC, id) WHERE review_outcome IS NOT NULL;
CREATE INDEX idx_calls_reviewed ON calls (reviewed_at DESC, id) WHERE review_outcome IS NOT NULL;
CREATE INDEX idx_sms_reviewed ON sms (reviewed_at DESC, id) WHERE review_outcome IS NOT NULL;
-- By reviewer, for the foreign keys.
CREATE INDEX idx_emails_reviewed_by ON emails (reviewed_by) WHERE reviewed_by IS NOT NULL;
CREATE INDEX idx_calls_reviewed_by ON calls (reviewed_by) WHERE reviewed_by IS NOT NULL;
CREATE INDEX idx_sms_reviewed_by ON sms (reviewed_by) WHERE reviewed_by IS NOT NULL;

-- Checks what the step before has only promised; writers do not wait for this.
ALTER TABLE emails
    VALIDATE CONSTRAINT emails_reviewed_by_fkey, VALIDATE CONSTRAINT emails_review_outcome_known, VALIDATE CONSTRAINT emails_review_is_whole,
    VALIDATE CONSTRAINT emails_rejected_has_reason, VALIDATE CONSTRAINT emails_shown_as_reviewed,
    VALIDATE CONSTRAINT emails_reviewed_at_can_be_shown;
ALTER TABLE calls
    VALIDATE CONSTRAINT calls_reviewed_by_fkey, VALIDATE CONSTRAINT calls_review_outcome_known, VALIDATE CONSTRAINT calls_review_is_whole,
    VALIDATE CONSTRAINT calls_rejected_has_reason, VALIDATE CONSTRAINT calls_shown_as_reviewed,
    VALIDATE CONSTRAINT calls_reviewed_at_can_be_shown;
ALTER TABLE sms
    VALIDATE CONSTRAINT sms_reviewed_by_fkey, VALIDATE CONSTRAINT sms_review_outcome_known, VALIDATE CONSTRAINT sms_review_is_whole,
    VALIDATE CONSTRAINT sms_rejected_has_reason, VALIDATE CONSTRAINT sms_shown_as_reviewed,
    VALIDATE CONSTRAINT sms_reviewed_at_can_be_shown;
