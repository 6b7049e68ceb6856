-- Every debt page sums the bank debits on their way; without this the planner reads all pending payments for it.
CREATE INDEX idx_payments_in_flight ON payments (debt_id) INCLUDE (amount)
    WHERE status = 'pending' AND processing_since IS NOT NULL;
