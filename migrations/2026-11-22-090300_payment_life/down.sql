-- Drops what only these columns know: take a dump first where partial refunds or open checkouts exist.
ALTER TABLE payments
    DROP COLUMN currency,
    DROP COLUMN failure_code,
    DROP COLUMN processing_since,
    DROP COLUMN amount_refunded,
    DROP COLUMN amount_charged_back,
    DROP COLUMN checkout_url,
    DROP COLUMN checkout_expires_at,
    DROP COLUMN replaced_at,
    DROP COLUMN checked_at,
    DROP COLUMN locale,
    DROP COLUMN updated_at;
ALTER TABLE debts
    DROP COLUMN account_number,
    DROP COLUMN token_revoked_at;
