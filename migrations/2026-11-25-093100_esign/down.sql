-- Loses: every consent to electronic notices and the texts agreed to.
DROP TABLE esign_consents;
DROP TABLE esign_texts;
