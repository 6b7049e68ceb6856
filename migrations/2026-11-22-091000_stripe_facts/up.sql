-- What Stripe told us, as received, and what a person of the operator has to look at. The primary key of stripe_events makes
-- a repeated event an event without effect.
CREATE TABLE stripe_events (
    id VARCHAR(255) PRIMARY KEY,
    event_type VARCHAR(100) NOT NULL,
    livemode BOOLEAN NOT NULL,
    payload TEXT NOT NULL,
    source VARCHAR(10) NOT NULL CONSTRAINT stripe_events_source_known CHECK (source IN ('webhook', 'sweep')),
    outcome VARCHAR(30) NOT NULL,
    payment_id UUID REFERENCES payments(id),
    created_at TIMESTAMPTZ NOT NULL,
    received_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_stripe_events_payment ON stripe_events (payment_id);
CREATE INDEX idx_stripe_events_created ON stripe_events (created_at);

CREATE TABLE payment_flags (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    payment_id UUID REFERENCES payments(id),
    debt_id UUID REFERENCES debts(id),
    kind VARCHAR(30) NOT NULL CONSTRAINT payment_flags_kind_known CHECK (kind IN (
        'amount_mismatch', 'currency_mismatch', 'livemode_mismatch', 'session_mismatch', 'illegal_transition',
        'overpayment', 'unknown_payment', 'paid_while_closed')),
    detail TEXT NOT NULL,
    stripe_event_id VARCHAR(255),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    resolved_at TIMESTAMPTZ
);
-- The same finding is not raised twice. Of the detail only a digest: an index entry has a size limit, a detail has none.
CREATE UNIQUE INDEX idx_payment_flags_finding ON payment_flags (payment_id, kind, md5(detail)) WHERE payment_id IS NOT NULL;
CREATE INDEX idx_payment_flags_debt ON payment_flags (debt_id);
CREATE INDEX idx_payment_flags_open ON payment_flags (created_at) WHERE resolved_at IS NULL;

CREATE TABLE sweep_state (
    name VARCHAR(30) PRIMARY KEY,
    cursor_at TIMESTAMPTZ NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE TRIGGER zz_updated_at BEFORE UPDATE ON sweep_state
    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION set_updated_at();
