-- Loses the cases with their steps and files.
DROP TRIGGER zz_keep_in_dispute ON debts;
DROP FUNCTION keep_in_dispute();
DROP TABLE case_files;
DROP TABLE case_steps;
DROP TABLE cases;
