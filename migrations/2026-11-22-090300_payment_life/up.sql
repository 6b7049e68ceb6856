-- What the customer's columns cannot say about a debt and a payment. The four payment statuses stay as they are; what
-- else is true of a payment stands beside its status. Every new column is empty or has a default, so a program that knows
-- only the customer's columns goes on writing correct rows.
ALTER TABLE debts
    ADD COLUMN account_number VARCHAR(50),
    ADD COLUMN token_revoked_at TIMESTAMPTZ;

ALTER TABLE payments
    ADD COLUMN currency VARCHAR(3) NOT NULL DEFAULT 'usd',
    ADD COLUMN failure_code VARCHAR(50),
    ADD COLUMN processing_since TIMESTAMPTZ,
    ADD COLUMN amount_refunded DECIMAL(10,2) NOT NULL DEFAULT 0,
    ADD COLUMN amount_charged_back DECIMAL(10,2) NOT NULL DEFAULT 0,
    ADD COLUMN checkout_url TEXT,
    ADD COLUMN checkout_expires_at TIMESTAMPTZ,
    ADD COLUMN replaced_at TIMESTAMPTZ,
    ADD COLUMN checked_at TIMESTAMPTZ,
    ADD COLUMN locale VARCHAR(10),
    ADD COLUMN updated_at TIMESTAMPTZ NOT NULL DEFAULT NOW();

-- The customer's 'refunded' means all of it, and a payment that went through went through at some time.
UPDATE payments SET amount_refunded = amount WHERE status = 'refunded';
UPDATE payments SET completed_at = created_at WHERE status IN ('completed', 'refunded') AND completed_at IS NULL;
UPDATE payments SET updated_at = coalesce(completed_at, created_at);
