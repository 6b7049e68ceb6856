-- Everybody signs in anew, and counted guesses are forgotten.
DROP TABLE client_attempts;
DROP TABLE identity_attempts;
DROP TABLE sessions;
