-- Who says that a link does not work. The page writes a row for everyone and looks nothing up; the mail job does. New table.
CREATE TABLE link_requests (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    typed VARCHAR(255),
    zip_code VARCHAR(10),
    language VARCHAR(5) NOT NULL,
    requested_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    answered_at TIMESTAMPTZ,
    outcome VARCHAR(20) CONSTRAINT link_requests_outcome_known CHECK (outcome IN
        ('limited', 'nobody', 'several', 'no_address', 'revoked', 'queued', 'renewed')),
    debt_id UUID REFERENCES debts(id),
    CONSTRAINT link_requests_answer_is_whole CHECK ((answered_at IS NULL) = (outcome IS NULL)),
    CONSTRAINT link_requests_typed_is_forgotten CHECK (answered_at IS NULL OR (typed IS NULL AND zip_code IS NULL))
);
CREATE INDEX idx_link_requests_new ON link_requests (requested_at) WHERE answered_at IS NULL;
CREATE INDEX idx_link_requests_debt ON link_requests (debt_id);
CREATE INDEX idx_link_requests_requested ON link_requests (requested_at);

COMMENT ON TABLE link_requests IS 'Requests for a fresh link, also from people we do not know; kept for 30 days';
COMMENT ON COLUMN link_requests.id IS 'Key';
COMMENT ON COLUMN link_requests.typed IS 'The e-mail address or account number as typed; forgotten when it is answered';
COMMENT ON COLUMN link_requests.zip_code IS 'The ZIP code as typed, five digits; forgotten when it is answered';
COMMENT ON COLUMN link_requests.language IS 'The language of the page';
COMMENT ON COLUMN link_requests.requested_at IS 'When it was asked for';
COMMENT ON COLUMN link_requests.answered_at IS 'When the mail job has seen to it';
COMMENT ON COLUMN link_requests.outcome IS 'limited, nobody, several, no_address, revoked, queued (the link there is) or renewed (a new one, the old had expired)';
COMMENT ON COLUMN link_requests.debt_id IS 'Whose link was sent';
