-- Loses nothing.
DROP INDEX idx_payment_flags_open_kind;
DROP INDEX idx_stripe_events_webhook;
DROP INDEX idx_stripe_events_unusable;
DROP INDEX idx_payments_arrived;
DROP INDEX idx_payments_hanging;
DROP INDEX idx_chargebacks_due;
