-- Loses: refusals of SMS and letters, stopped contact, times and places that do not suit, attorneys, languages, the history of
-- choices, and the holds that people placed themselves (their debts keep the status they have).
DROP TRIGGER sms_stop ON sms;
DROP TRIGGER debtors_contact_choices ON debtors;
DROP TABLE attorneys;
DROP TABLE contact_limits;
DROP TABLE contact_choices;
DROP FUNCTION stop_sms();
DROP FUNCTION is_stop_word(TEXT);
DROP FUNCTION keep_attorneys();
DROP FUNCTION keep_contact_limits();
DROP FUNCTION keep_contact_choices();
DROP FUNCTION record_contact_choice(UUID, TEXT, TEXT, TEXT);
DROP FUNCTION yes_or_no(BOOLEAN);

DELETE FROM debt_holds WHERE placed_by IS NULL;
-- Staff's holds that the person lifted cannot be told without the new column, so they go as well.
DELETE FROM debt_holds WHERE lifted_from IS NOT NULL;
ALTER TABLE debt_holds
    DROP CONSTRAINT debt_holds_placed_by_somebody,
    DROP CONSTRAINT debt_holds_lifted_by_somebody,
    DROP COLUMN placed_from,
    DROP COLUMN lifted_from,
    ALTER COLUMN placed_by SET NOT NULL,
    ADD CONSTRAINT debt_holds_lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by IS NULL));
COMMENT ON COLUMN debt_holds.placed_by IS 'Who placed it';
COMMENT ON COLUMN debt_holds.lifted_by IS 'Who lifted it';

ALTER TABLE debtors
    DROP COLUMN sms_consent,
    DROP COLUMN letter_consent,
    DROP COLUMN cease_contact_at,
    DROP COLUMN language;
