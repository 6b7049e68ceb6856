-- Which rows were empty before is not kept: a value there is as good as the default it stands for.
ALTER TABLE debtors
    ALTER COLUMN phone_consent DROP NOT NULL,
    ALTER COLUMN email_consent DROP NOT NULL,
    ALTER COLUMN dnc_registered DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL,
    ALTER COLUMN updated_at DROP NOT NULL;
ALTER TABLE debts
    ALTER COLUMN status DROP NOT NULL,
    ALTER COLUMN total_contacts DROP NOT NULL,
    ALTER COLUMN imported_at DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL,
    ALTER COLUMN updated_at DROP NOT NULL;
ALTER TABLE emails
    ALTER COLUMN email_opened DROP NOT NULL,
    ALTER COLUMN email_clicked DROP NOT NULL,
    ALTER COLUMN ai_generated DROP NOT NULL,
    ALTER COLUMN compliance_checked DROP NOT NULL,
    ALTER COLUMN timestamp DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL;
ALTER TABLE calls
    ALTER COLUMN ai_generated DROP NOT NULL,
    ALTER COLUMN compliance_checked DROP NOT NULL,
    ALTER COLUMN timestamp DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL;
ALTER TABLE sms
    ALTER COLUMN ai_generated DROP NOT NULL,
    ALTER COLUMN compliance_checked DROP NOT NULL,
    ALTER COLUMN timestamp DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL;
ALTER TABLE payments
    ALTER COLUMN status DROP NOT NULL,
    ALTER COLUMN created_at DROP NOT NULL;
