-- The counts of visits are lost, and when money went back; everything else is counted again on the way up.
DROP TRIGGER figures_truncated ON payments;
DROP TRIGGER figures_deleted ON payments;
DROP TRIGGER figures_updated ON payments;
DROP TRIGGER figures_inserted ON payments;
DROP TRIGGER figures_truncated ON debts;
DROP TRIGGER figures_deleted ON debts;
DROP TRIGGER figures_updated ON debts;
DROP TRIGGER figures_inserted ON debts;
DROP FUNCTION note_payments();
DROP FUNCTION note_truncated();
DROP FUNCTION note_debts();
DROP VIEW figures_told;
DROP VIEW figures_counted;
DROP FUNCTION payment_figures(
    VARCHAR, VARCHAR, VARCHAR, TIMESTAMPTZ, TIMESTAMPTZ, DECIMAL, DECIMAL, DECIMAL, TIMESTAMPTZ, TIMESTAMPTZ);
DROP FUNCTION figure_hour(TIMESTAMPTZ);
DROP FUNCTION payment_outcome(VARCHAR, VARCHAR, TIMESTAMPTZ, DECIMAL, DECIMAL);
DROP FUNCTION count_return(VARCHAR, DECIMAL);
DROP FUNCTION debt_balance(VARCHAR, DECIMAL, DECIMAL);
DROP TABLE payment_returns;
DROP TABLE figure_changes;
DROP TABLE figures;
