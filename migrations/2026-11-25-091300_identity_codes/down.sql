-- Loses the codes that are on their way.
DROP TABLE identity_codes;
