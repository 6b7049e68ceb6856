-- Loses what became of each e-mail, so that all of them would look unsent: empty the table first where that matters.
ALTER TABLE outbox
    DROP COLUMN status,
    DROP COLUMN attempts,
    DROP COLUMN next_attempt_at,
    DROP COLUMN taken_at,
    DROP COLUMN sent_at,
    DROP COLUMN failed_at,
    DROP COLUMN bounced_at,
    DROP COLUMN withheld_reason,
    DROP COLUMN last_error,
    DROP COLUMN message_id,
    DROP COLUMN email_id,
    DROP COLUMN dedup_key;
DROP INDEX IF EXISTS idx_outbox_queued;
