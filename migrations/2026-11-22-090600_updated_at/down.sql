DROP TRIGGER zz_updated_at ON payments;
DROP TRIGGER zz_updated_at ON debts;
DROP TRIGGER zz_updated_at ON debtors;
DROP FUNCTION set_updated_at();
