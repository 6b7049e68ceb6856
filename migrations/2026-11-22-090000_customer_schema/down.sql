-- Gives back an empty database. Order: whoever points at another goes first.
DROP TABLE payments;
DROP TABLE sms;
DROP TABLE calls;
DROP TABLE emails;
DROP TABLE debts;
DROP TABLE debtors;
