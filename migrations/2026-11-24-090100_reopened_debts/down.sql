DROP TRIGGER reopen_returned_debt ON debts;
DROP FUNCTION reopen_returned_debt();
