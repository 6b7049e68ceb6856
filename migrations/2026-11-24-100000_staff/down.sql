-- The audit trail and every staff account are lost.
DROP TABLE audit;
DROP FUNCTION audit_is_append_only();
DROP TABLE staff_attempts;
DROP TABLE staff_sessions;
DROP TABLE staff_recovery_codes;
DROP TABLE staff_links;
DROP TABLE staff;
DROP FUNCTION keep_an_administrator();
