-- Loses the e-mails that wait to be sent, and the record of who was sent what (the e-mails themselves stay in emails).
DROP TABLE outbox;
