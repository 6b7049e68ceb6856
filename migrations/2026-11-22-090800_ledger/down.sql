DROP TRIGGER payments_deleted ON payments;
DROP TRIGGER payments_updated ON payments;
DROP FUNCTION payments_changed();
DROP TRIGGER payments_inserted ON payments;
DROP FUNCTION payments_inserted();
DROP FUNCTION resum_payments(UUID[]);
DROP TRIGGER opening_payment ON debts;
DROP FUNCTION record_opening_payment();
DROP TRIGGER amount_paid_at_update ON debts;
DROP FUNCTION set_amount_paid();
DROP TRIGGER complete_payment ON payments;
DROP FUNCTION complete_payment();
-- The opening rows stand for figures that amount_paid keeps; going up again writes them again.
DELETE FROM payments WHERE id = opening_payment_id(debt_id);
DROP FUNCTION opening_payment_id(UUID);
DROP FUNCTION sum_payments(UUID);
DROP FUNCTION count_payment(VARCHAR, DECIMAL, DECIMAL, DECIMAL);
