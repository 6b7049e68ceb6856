DROP INDEX idx_payments_in_flight;
