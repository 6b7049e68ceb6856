-- Who works for the operator, how they sign in, and what they have looked at and done. New tables only. Secrets are kept as
-- hashes; the seed of the second factor is encrypted with a key that is not in the database.
CREATE TABLE staff (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    email VARCHAR(255) NOT NULL,
    name VARCHAR(200) NOT NULL,
    role VARCHAR(20) NOT NULL
        CONSTRAINT staff_role_known CHECK (role IN ('viewer', 'agent', 'compliance', 'administrator')),
    password_hash VARCHAR(255),
    totp_secret BYTEA,
    totp_last_step BIGINT NOT NULL DEFAULT 0,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    disabled_at TIMESTAMPTZ,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE UNIQUE INDEX idx_staff_email ON staff (lower(email));
CREATE TRIGGER zz_updated_at BEFORE UPDATE ON staff
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();

-- The last administrator who can sign in cannot go, whoever tries and however many at once.
CREATE FUNCTION keep_an_administrator() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(7175697400);
    IF NOT EXISTS (SELECT FROM staff WHERE role = 'administrator' AND disabled_at IS NULL) THEN
        RAISE EXCEPTION 'the last administrator cannot go' USING ERRCODE = 'check_violation', CONSTRAINT = 'staff_keeps_an_administrator';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_an_administrator AFTER UPDATE OR DELETE ON staff
    FOR EACH ROW WHEN (OLD.role = 'administrator' AND OLD.disabled_at IS NULL)
    EXECUTE FUNCTION keep_an_administrator();

CREATE TABLE staff_links (
    token_hash BYTEA PRIMARY KEY CONSTRAINT staff_links_token_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
    staff_id UUID NOT NULL REFERENCES staff(id),
    purpose VARCHAR(20) NOT NULL CONSTRAINT staff_links_purpose_known CHECK (purpose IN ('invite', 'reset')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    expires_at TIMESTAMPTZ NOT NULL,
    used_at TIMESTAMPTZ
);
CREATE INDEX idx_staff_links_staff ON staff_links (staff_id);

CREATE TABLE staff_recovery_codes (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    staff_id UUID NOT NULL REFERENCES staff(id),
    code_hash BYTEA NOT NULL CONSTRAINT staff_recovery_codes_hash_is_sha256 CHECK (octet_length(code_hash) = 32),
    used_at TIMESTAMPTZ
);
CREATE INDEX idx_staff_recovery_codes_staff ON staff_recovery_codes (staff_id);

CREATE TABLE staff_sessions (
    id_hash BYTEA PRIMARY KEY CONSTRAINT staff_sessions_id_hash_is_sha256 CHECK (octet_length(id_hash) = 32),
    name UUID NOT NULL DEFAULT gen_random_uuid() UNIQUE,
    staff_id UUID NOT NULL REFERENCES staff(id),
    stage VARCHAR(20) NOT NULL CONSTRAINT staff_sessions_stage_known CHECK (stage IN ('code', 'enroll', 'full')),
    pending_totp BYTEA,
    guesses INTEGER NOT NULL DEFAULT 0 CONSTRAINT staff_sessions_guesses_not_negative CHECK (guesses >= 0),
    address VARCHAR(50) NOT NULL,
    user_agent VARCHAR(300) NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    last_seen_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    confirmed_at TIMESTAMPTZ
);
CREATE INDEX idx_staff_sessions_staff ON staff_sessions (staff_id);
CREATE INDEX idx_staff_sessions_created ON staff_sessions (created_at);

CREATE TABLE staff_attempts (
    key_hash BYTEA PRIMARY KEY CONSTRAINT staff_attempts_key_hash_is_sha256 CHECK (octet_length(key_hash) = 32),
    failures INTEGER NOT NULL CONSTRAINT staff_attempts_failures_not_negative CHECK (failures >= 0),
    window_started_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX idx_staff_attempts_window ON staff_attempts (window_started_at);

-- Every look at a person's data and every change. Nobody changes or deletes a line, not even the owner of the table without
-- first dropping these triggers, which is itself visible (doctor looks at them).
CREATE TABLE audit (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    staff_id UUID REFERENCES staff(id),
    actor VARCHAR(255) NOT NULL,
    action VARCHAR(60) NOT NULL CONSTRAINT audit_action_shape CHECK (action ~ '^[a-z][a-z0-9_.]*$'),
    subject VARCHAR(30) NOT NULL,
    subject_id UUID,
    debt_id UUID,
    address VARCHAR(50),
    details JSONB NOT NULL DEFAULT '{}'
);
CREATE INDEX idx_audit_at ON audit (at DESC, id);
CREATE INDEX idx_audit_staff ON audit (staff_id, at DESC, id);
CREATE INDEX idx_audit_debt ON audit (debt_id, at DESC, id) WHERE debt_id IS NOT NULL;
CREATE INDEX idx_audit_subject ON audit (subject_id, at DESC, id) WHERE subject_id IS NOT NULL;
CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only();
REVOKE UPDATE, DELETE, TRUNCATE ON audit FROM PUBLIC;
DO $$
BEGIN
    EXECUTE format('ALTER FUNCTION keep_an_administrator() SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
END $$;

COMMENT ON TABLE staff IS 'People who work for the operator';
COMMENT ON COLUMN staff.id IS 'Key';
COMMENT ON COLUMN staff.email IS 'What they sign in with, at most one person per address in any case';
COMMENT ON COLUMN staff.name IS 'Name, as shown in the audit';
COMMENT ON COLUMN staff.role IS 'viewer, agent, compliance or administrator';
COMMENT ON COLUMN staff.password_hash IS 'Argon2id; empty until the invitation is accepted';
COMMENT ON COLUMN staff.totp_secret IS 'Seed of the second factor, encrypted; empty until it is set up';
COMMENT ON COLUMN staff.totp_last_step IS 'Time step of the last code that was used, so that each works once';
COMMENT ON COLUMN staff.created_at IS 'When the person was invited';
COMMENT ON COLUMN staff.disabled_at IS 'Since when the person may no longer sign in';
COMMENT ON COLUMN staff.updated_at IS 'When the row last changed; set by a trigger';
COMMENT ON TABLE staff_links IS 'Links to accept an invitation or to set a new password';
COMMENT ON COLUMN staff_links.token_hash IS 'SHA-256 of the link''s secret';
COMMENT ON COLUMN staff_links.staff_id IS 'For whom';
COMMENT ON COLUMN staff_links.purpose IS 'invite or reset';
COMMENT ON COLUMN staff_links.created_at IS 'When it was made';
COMMENT ON COLUMN staff_links.expires_at IS 'Until when it works';
COMMENT ON COLUMN staff_links.used_at IS 'When it was used; each works once';
COMMENT ON TABLE staff_recovery_codes IS 'Codes for who has lost the second factor';
COMMENT ON COLUMN staff_recovery_codes.id IS 'Key';
COMMENT ON COLUMN staff_recovery_codes.staff_id IS 'Whose';
COMMENT ON COLUMN staff_recovery_codes.code_hash IS 'SHA-256 of the code';
COMMENT ON COLUMN staff_recovery_codes.used_at IS 'When it was used; each works once';
COMMENT ON TABLE staff_sessions IS 'Which staff is signed in, and how far';
COMMENT ON COLUMN staff_sessions.id_hash IS 'SHA-256 of the random id in the cookie';
COMMENT ON COLUMN staff_sessions.name IS 'By which the session is listed and ended';
COMMENT ON COLUMN staff_sessions.staff_id IS 'Who it is';
COMMENT ON COLUMN staff_sessions.stage IS 'code (the second factor is asked for), enroll (it is set up) or full';
COMMENT ON COLUMN staff_sessions.pending_totp IS 'Seed of a second factor that is being set up, encrypted';
COMMENT ON COLUMN staff_sessions.guesses IS 'Wrong codes so far';
COMMENT ON COLUMN staff_sessions.address IS 'Client address at the beginning';
COMMENT ON COLUMN staff_sessions.user_agent IS 'What the browser calls itself; data, never markup';
COMMENT ON COLUMN staff_sessions.created_at IS 'When it began';
COMMENT ON COLUMN staff_sessions.last_seen_at IS 'Last request; decides about the idle limit';
COMMENT ON COLUMN staff_sessions.confirmed_at IS 'When the person last showed the second factor, for what asks for it anew';
COMMENT ON TABLE staff_attempts IS 'Wrong answers at the staff sign-in, by who asked and from where';
COMMENT ON COLUMN staff_attempts.key_hash IS 'Keyed hash of account, address or both';
COMMENT ON COLUMN staff_attempts.failures IS 'Wrong answers in the current window';
COMMENT ON COLUMN staff_attempts.window_started_at IS 'When the current window began';
COMMENT ON TABLE audit IS 'Every look at a person''s data and every change; append-only';
COMMENT ON COLUMN audit.id IS 'Key';
COMMENT ON COLUMN audit.at IS 'When';
COMMENT ON COLUMN audit.staff_id IS 'Who, where a person of the staff did it';
COMMENT ON COLUMN audit.actor IS 'Who, in words that stay when the person is renamed';
COMMENT ON COLUMN audit.action IS 'What was done, such as debt.read';
COMMENT ON COLUMN audit.subject IS 'To what kind of thing';
COMMENT ON COLUMN audit.subject_id IS 'To which';
COMMENT ON COLUMN audit.debt_id IS 'About which debt, where there is one';
COMMENT ON COLUMN audit.address IS 'From which client address';
COMMENT ON COLUMN audit.details IS 'Old and new values; data, never markup';
