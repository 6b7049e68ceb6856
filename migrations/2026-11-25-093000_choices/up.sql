-- How a person may be contacted: by which channel, when, where, or not at all; with a history that no program can leave out.
-- New columns are empty or have a default that is right for writers who do not know them; `debt_holds` is small, so its
-- constraints are checked at once.
ALTER TABLE debtors
    -- Nobody was asked so far, so nobody has said yes or no.
    ADD COLUMN sms_consent BOOLEAN,
    ADD COLUMN letter_consent BOOLEAN NOT NULL DEFAULT true,
    ADD COLUMN cease_contact_at TIMESTAMPTZ,
    ADD COLUMN language VARCHAR(5) CONSTRAINT debtors_language_shape CHECK (language ~ '^[a-z]{2}$');

CREATE TABLE contact_choices (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    debt_id UUID REFERENCES debts(id),
    topic VARCHAR(20) NOT NULL CONSTRAINT contact_choices_topic_known CHECK (topic IN
        ('email', 'call', 'do_not_call', 'sms', 'letter', 'stop', 'attorney', 'mornings', 'afternoons', 'evenings', 'weekends',
         'work_hours', 'at_work', 'home_number', 'words')),
    old_value VARCHAR(500),
    new_value VARCHAR(500),
    source VARCHAR(20) NOT NULL CONSTRAINT contact_choices_source_known CHECK (source IN
        ('portal', 'opt_out_link', 'one_click', 'sms_stop', 'staff', 'phone', 'import', 'other')),
    staff_id UUID REFERENCES staff(id),
    at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
CREATE INDEX idx_contact_choices_debtor ON contact_choices (debtor_id, at DESC, id DESC);
CREATE INDEX idx_contact_choices_debt ON contact_choices (debt_id) WHERE debt_id IS NOT NULL;
CREATE INDEX idx_contact_choices_staff ON contact_choices (staff_id) WHERE staff_id IS NOT NULL;

CREATE TABLE contact_limits (
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    what VARCHAR(20) NOT NULL CONSTRAINT contact_limits_what_known CHECK (what IN
        ('mornings', 'afternoons', 'evenings', 'weekends', 'work_hours', 'at_work', 'home_number', 'words')),
    words VARCHAR(500) CONSTRAINT contact_limits_words_not_empty CHECK (length(trim(words)) > 0),
    since TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    PRIMARY KEY (debtor_id, what),
    CONSTRAINT contact_limits_words_where_they_belong CHECK ((what = 'words') = (words IS NOT NULL))
);

CREATE TABLE attorneys (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debtor_id UUID NOT NULL REFERENCES debtors(id),
    name VARCHAR(200) NOT NULL CONSTRAINT attorneys_name_not_empty CHECK (length(trim(name)) > 0),
    firm VARCHAR(200),
    phone VARCHAR(20),
    email VARCHAR(255),
    address VARCHAR(500),
    named_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    ended_at TIMESTAMPTZ,
    CONSTRAINT attorneys_can_be_reached CHECK (num_nonnulls(phone, email, address) > 0)
);
CREATE INDEX idx_attorneys_debtor ON attorneys (debtor_id, named_at DESC, id);
CREATE UNIQUE INDEX idx_attorneys_current ON attorneys (debtor_id) WHERE ended_at IS NULL;

-- A hold may also be placed, and lifted again, by the person.
ALTER TABLE debt_holds
    ALTER COLUMN placed_by DROP NOT NULL,
    ADD COLUMN placed_from VARCHAR(20) CONSTRAINT debt_holds_placed_from_known CHECK (placed_from IN ('portal')),
    ADD COLUMN lifted_from VARCHAR(20) CONSTRAINT debt_holds_lifted_from_known CHECK (lifted_from IN ('portal')),
    ADD CONSTRAINT debt_holds_placed_by_somebody CHECK (num_nonnulls(placed_by, placed_from) = 1),
    DROP CONSTRAINT debt_holds_lifted_by_somebody,
    ADD CONSTRAINT debt_holds_lifted_by_somebody
        CHECK (num_nonnulls(lifted_by, lifted_from) = CASE WHEN lifted_at IS NULL THEN 0 ELSE 1 END);

-- Who has chosen, the writer says in a setting of its transaction; a program that knows nothing of it is 'other'.
CREATE FUNCTION record_contact_choice(person UUID, topic TEXT, old_value TEXT, new_value TEXT) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
    told JSONB := nullif(current_setting('quittance.told', true), '')::JSONB;
BEGIN
    INSERT INTO contact_choices (debtor_id, debt_id, topic, old_value, new_value, source, staff_id, at)
    VALUES (person, (told->>'debt_id')::UUID, topic, old_value, new_value, coalesce(told->>'source', 'other'),
        (told->>'staff_id')::UUID, coalesce((told->>'at')::TIMESTAMPTZ, now()));
END $$;

CREATE FUNCTION yes_or_no(answer BOOLEAN) RETURNS TEXT LANGUAGE sql IMMUTABLE AS
    $$ SELECT CASE answer WHEN true THEN 'yes' WHEN false THEN 'no' END $$;

CREATE FUNCTION keep_contact_choices() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.email_consent <> OLD.email_consent THEN
        PERFORM record_contact_choice(NEW.id, 'email', yes_or_no(OLD.email_consent), yes_or_no(NEW.email_consent));
    END IF;
    IF NEW.phone_consent <> OLD.phone_consent THEN
        PERFORM record_contact_choice(NEW.id, 'call', yes_or_no(OLD.phone_consent), yes_or_no(NEW.phone_consent));
    END IF;
    IF NEW.dnc_registered <> OLD.dnc_registered THEN
        PERFORM record_contact_choice(NEW.id, 'do_not_call', yes_or_no(OLD.dnc_registered), yes_or_no(NEW.dnc_registered));
    END IF;
    IF NEW.sms_consent IS DISTINCT FROM OLD.sms_consent THEN
        PERFORM record_contact_choice(NEW.id, 'sms', yes_or_no(OLD.sms_consent), yes_or_no(NEW.sms_consent));
    END IF;
    IF NEW.letter_consent <> OLD.letter_consent THEN
        PERFORM record_contact_choice(NEW.id, 'letter', yes_or_no(OLD.letter_consent), yes_or_no(NEW.letter_consent));
    END IF;
    IF (NEW.cease_contact_at IS NULL) <> (OLD.cease_contact_at IS NULL) THEN
        PERFORM record_contact_choice(NEW.id, 'stop', yes_or_no(OLD.cease_contact_at IS NOT NULL),
            yes_or_no(NEW.cease_contact_at IS NOT NULL));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER debtors_contact_choices
    AFTER UPDATE OF email_consent, phone_consent, dnc_registered, sms_consent, letter_consent, cease_contact_at ON debtors
    FOR EACH ROW WHEN ((OLD.email_consent, OLD.phone_consent, OLD.dnc_registered, OLD.sms_consent, OLD.letter_consent,
        OLD.cease_contact_at) IS DISTINCT FROM (NEW.email_consent, NEW.phone_consent, NEW.dnc_registered, NEW.sms_consent,
        NEW.letter_consent, NEW.cease_contact_at))
    EXECUTE FUNCTION keep_contact_choices();

CREATE FUNCTION keep_contact_limits() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        PERFORM record_contact_choice(NEW.debtor_id, NEW.what, NULL, coalesce(NEW.words, 'no'));
    WHEN 'DELETE' THEN
        PERFORM record_contact_choice(OLD.debtor_id, OLD.what, coalesce(OLD.words, 'no'), NULL);
    ELSE
        PERFORM record_contact_choice(NEW.debtor_id, NEW.what, coalesce(OLD.words, 'no'), coalesce(NEW.words, 'no'));
    END CASE;
    RETURN NULL;
END $$;
CREATE TRIGGER contact_limits_kept AFTER INSERT OR UPDATE OR DELETE ON contact_limits
    FOR EACH ROW EXECUTE FUNCTION keep_contact_limits();

CREATE FUNCTION keep_attorneys() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM record_contact_choice(NEW.debtor_id, 'attorney', NULL, NEW.name);
    ELSIF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
        PERFORM record_contact_choice(OLD.debtor_id, 'attorney', OLD.name, NULL);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER attorneys_kept AFTER INSERT OR UPDATE OF ended_at ON attorneys
    FOR EACH ROW EXECUTE FUNCTION keep_attorneys();

-- The words that carriers and the industry's guide ask to be taken for a refusal (CTIA Messaging Principles 5.1.3; 12 CFR
-- 1006.6(e)), and their Spanish ones, as the whole message; whichever program has received it.
CREATE FUNCTION is_stop_word(message TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
    SELECT upper(btrim(message, E' \t\r\n.!"''')) IN
        ('STOP', 'STOPALL', 'STOP ALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'ALTO', 'PARAR')
$$;

CREATE FUNCTION stop_sms() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
    before TEXT := coalesce(current_setting('quittance.told', true), '');
    person UUID := (SELECT debtor_id FROM debts WHERE id = NEW.debt_id);
    said TIMESTAMPTZ := least(NEW.timestamp, now());
BEGIN
    -- An old message that is imported does not undo what was chosen after it.
    IF EXISTS (SELECT FROM contact_choices WHERE debtor_id = person AND topic = 'sms' AND at > said) THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('quittance.told',
        jsonb_build_object('source', 'sms_stop', 'debt_id', NEW.debt_id, 'at', said)::TEXT, true);
    UPDATE debtors SET sms_consent = false WHERE id = person AND sms_consent IS DISTINCT FROM false;
    PERFORM set_config('quittance.told', before, true);
    RETURN NULL;
END $$;
CREATE TRIGGER sms_stop AFTER INSERT ON sms
    FOR EACH ROW WHEN (NEW.direction = 'inbound' AND length(NEW.content) < 40 AND is_stop_word(NEW.content))
    EXECUTE FUNCTION stop_sms();

DO $$
DECLARE own TEXT;
BEGIN
    FOREACH own IN ARRAY ARRAY['record_contact_choice(UUID, TEXT, TEXT, TEXT)', 'keep_contact_choices()', 'keep_contact_limits()',
        'keep_attorneys()', 'stop_sms()']
    LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', own, current_schema());
    END LOOP;
END $$;
-- What may be written into the history is written by the triggers.
REVOKE EXECUTE ON FUNCTION record_contact_choice(UUID, TEXT, TEXT, TEXT) FROM PUBLIC;

COMMENT ON COLUMN debtors.sms_consent IS 'Whether text messages may be sent: NULL while nobody has said; a message STOP makes it false';
COMMENT ON COLUMN debtors.letter_consent IS 'Whether letters may be sent by post';
COMMENT ON COLUMN debtors.cease_contact_at IS 'Since when the person wants no contact at all (12 CFR 1006.6(c)); holds for debts that come later as well';
COMMENT ON COLUMN debtors.language IS 'The language the person has chosen for pages and messages: en, es; NULL while none was';
COMMENT ON TABLE contact_choices IS 'Every change of how a person may be contacted, whoever made it; written by triggers';
COMMENT ON COLUMN contact_choices.id IS 'Key';
COMMENT ON COLUMN contact_choices.debtor_id IS 'Whose choice';
COMMENT ON COLUMN contact_choices.debt_id IS 'On which debt''s page or message it was made, where that is known; it holds for all';
COMMENT ON COLUMN contact_choices.topic IS 'A channel (email, call, do_not_call, sms, letter), stop (all contact), attorney, or a time or place that does not suit';
COMMENT ON COLUMN contact_choices.old_value IS 'yes, no, or words; NULL where nothing had been said';
COMMENT ON COLUMN contact_choices.new_value IS 'The same, since then';
COMMENT ON COLUMN contact_choices.source IS 'portal, opt_out_link, one_click (List-Unsubscribe), sms_stop, staff, phone (told to staff), import; other: a program that did not say';
COMMENT ON COLUMN contact_choices.staff_id IS 'Who of the staff wrote it down';
COMMENT ON COLUMN contact_choices.at IS 'When';
COMMENT ON TABLE contact_limits IS 'Times and places that do not suit a person (12 CFR 1006.6(b)(1) and (3), 1006.14(h))';
COMMENT ON COLUMN contact_limits.debtor_id IS 'Whom';
COMMENT ON COLUMN contact_limits.what IS 'mornings, afternoons, evenings, weekends, work_hours at the person''s place; at_work, home_number; words: in the person''s own';
COMMENT ON COLUMN contact_limits.words IS 'What does not suit, in the person''s words';
COMMENT ON COLUMN contact_limits.since IS 'Since when';
COMMENT ON TABLE attorneys IS 'Who represents a person (12 CFR 1006.6(b)(2)); the current one has no end';
COMMENT ON COLUMN attorneys.id IS 'Key';
COMMENT ON COLUMN attorneys.debtor_id IS 'Whose attorney';
COMMENT ON COLUMN attorneys.name IS 'The name';
COMMENT ON COLUMN attorneys.firm IS 'The firm';
COMMENT ON COLUMN attorneys.phone IS 'Telephone number';
COMMENT ON COLUMN attorneys.email IS 'E-mail address';
COMMENT ON COLUMN attorneys.address IS 'Postal address';
COMMENT ON COLUMN attorneys.named_at IS 'When the person said so';
COMMENT ON COLUMN attorneys.ended_at IS 'When the person said that it is over, or named another';
COMMENT ON COLUMN debt_holds.placed_by IS 'Who of the staff placed it; NULL where the person did';
COMMENT ON COLUMN debt_holds.placed_from IS 'portal: the person placed it there';
COMMENT ON COLUMN debt_holds.lifted_by IS 'Who of the staff lifted it; NULL where the person did';
COMMENT ON COLUMN debt_holds.lifted_from IS 'portal: the person lifted it there';
