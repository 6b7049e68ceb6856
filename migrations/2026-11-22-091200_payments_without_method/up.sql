-- A webhook does not tell what was paid with; the sweep asks for these few. The table is new, so a plain build is short.
CREATE INDEX idx_payments_without_method ON payments (checked_at)
    WHERE status = 'completed' AND payment_method IS NULL AND stripe_session_id IS NOT NULL;
