-- Letters that were issued can no longer be checked.
DROP TABLE books;
DROP TRIGGER withdraw_letters ON debts;
DROP FUNCTION withdraw_letters();
DROP TABLE letters;
