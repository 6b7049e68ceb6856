-- "Five wrong answers in 15 minutes" means any 15 minutes, not those of a window that happens to begin somewhere: the times of
-- the last wrong answers are kept instead of a count. Counters of a window that is running are forgotten; the sum that locks
-- a link stays.
ALTER TABLE identity_attempts
    DROP COLUMN window_failures,
    DROP COLUMN window_started_at,
    ADD COLUMN wrong_at TIMESTAMPTZ[] NOT NULL DEFAULT '{}';
ALTER TABLE client_attempts RENAME COLUMN window_started_at TO updated_at;
ALTER TABLE client_attempts
    DROP COLUMN failures,
    ADD COLUMN wrong_at TIMESTAMPTZ[] NOT NULL DEFAULT '{}';
ALTER INDEX idx_client_attempts_window RENAME TO idx_client_attempts_updated;

COMMENT ON COLUMN identity_attempts.wrong_at IS 'When the last wrong answers were given, oldest first';
COMMENT ON COLUMN client_attempts.wrong_at IS 'When the last wrong answers were given, oldest first';
COMMENT ON COLUMN client_attempts.updated_at IS 'Last answer';
