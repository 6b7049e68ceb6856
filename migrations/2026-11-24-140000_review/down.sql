-- Lost: who reviewed what, when and why it was rejected. What was approved stays shown, what was rejected stays hidden, as one that waits.
DROP TRIGGER keep_rejected ON emails;
DROP TRIGGER keep_rejected ON calls;
DROP TRIGGER keep_rejected ON sms;
DROP TRIGGER review_again ON emails;
DROP TRIGGER review_again ON calls;
DROP TRIGGER review_again ON sms;
DROP FUNCTION keep_rejected();
DROP FUNCTION review_again();
ALTER TABLE emails
    DROP COLUMN template_name,
    DROP COLUMN reviewed_at,
    DROP COLUMN reviewed_by,
    DROP COLUMN review_outcome,
    DROP COLUMN review_reason;
ALTER TABLE calls
    DROP COLUMN reviewed_at,
    DROP COLUMN reviewed_by,
    DROP COLUMN review_outcome,
    DROP COLUMN review_reason;
ALTER TABLE sms
    DROP COLUMN template_name,
    DROP COLUMN reviewed_at,
    DROP COLUMN reviewed_by,
    DROP COLUMN review_outcome,
    DROP COLUMN review_reason;
