-- Running counters are forgotten.
ALTER INDEX idx_client_attempts_updated RENAME TO idx_client_attempts_window;
ALTER TABLE client_attempts RENAME COLUMN updated_at TO window_started_at;
ALTER TABLE client_attempts
    DROP COLUMN wrong_at,
    ADD COLUMN failures INTEGER NOT NULL DEFAULT 0 CONSTRAINT client_attempts_failures_not_negative CHECK (failures >= 0);
ALTER TABLE client_attempts ALTER COLUMN failures DROP DEFAULT;
ALTER TABLE identity_attempts
    DROP COLUMN wrong_at,
    ADD COLUMN window_failures INTEGER NOT NULL DEFAULT 0
        CONSTRAINT identity_attempts_window_failures_not_negative CHECK (window_failures >= 0),
    ADD COLUMN window_started_at TIMESTAMPTZ NOT NULL DEFAULT now();
ALTER TABLE identity_attempts ALTER COLUMN window_started_at DROP DEFAULT;
COMMENT ON COLUMN identity_attempts.window_failures IS 'Wrong answers in the current window';
COMMENT ON COLUMN identity_attempts.window_started_at IS 'When the current window began';
COMMENT ON COLUMN client_attempts.failures IS 'Wrong answers in the current window';
COMMENT ON COLUMN client_attempts.window_started_at IS 'When the current window began';
