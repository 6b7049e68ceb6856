-- Loses: every passkey; staff signs in with password and code again.
DROP TABLE staff_used_challenges;
DROP TABLE staff_passkeys;
