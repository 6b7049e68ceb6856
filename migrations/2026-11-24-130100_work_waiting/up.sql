-- What waits for somebody, found without a look at everything: each index holds only the few rows that are waiting, or the payments
-- that came through the portal. Each is one read of its table while its writers wait.
CREATE INDEX idx_chargebacks_due ON chargebacks (due_at) WHERE status IN ('inquiry', 'opened', 'withdrawn') AND due_at IS NOT NULL;
CREATE INDEX idx_payments_hanging ON payments (checkout_expires_at) WHERE status = 'pending' AND checkout_expires_at IS NOT NULL;
CREATE INDEX idx_payments_arrived ON payments (completed_at) WHERE stripe_session_id IS NOT NULL AND completed_at IS NOT NULL;
CREATE INDEX idx_stripe_events_unusable ON stripe_events (received_at) WHERE outcome IN ('unreadable', 'failed');
CREATE INDEX idx_stripe_events_webhook ON stripe_events (received_at) WHERE source = 'webhook';
CREATE INDEX idx_payment_flags_open_kind ON payment_flags (kind) WHERE resolved_at IS NULL;
