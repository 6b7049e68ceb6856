-- What staff has typed into the search box and which filters they keep: here, because an address ends up in logs and in the
-- history of a browser, and a search holds names, numbers and e-mail addresses. New table only.
CREATE TABLE staff_searches (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    staff_id UUID NOT NULL REFERENCES staff(id),
    text VARCHAR(200),
    filters JSONB NOT NULL DEFAULT '[]'
        CONSTRAINT staff_searches_filters_are_a_list CHECK (jsonb_typeof(filters) = 'array'),
    name VARCHAR(100) CONSTRAINT staff_searches_name_not_empty CHECK (name <> ''),
    created_at TIMESTAMPTZ NOT NULL DEFAULT NOW()
);
-- The saved ones of a person by name; each name once.
CREATE UNIQUE INDEX idx_staff_searches_saved ON staff_searches (staff_id, name);
-- Those that nobody saved go after a day.
CREATE INDEX idx_staff_searches_passing ON staff_searches (created_at) WHERE name IS NULL;

COMMENT ON TABLE staff_searches IS 'Searches of staff, so that what was typed stands in no address; those without a name are removed after a day';
COMMENT ON COLUMN staff_searches.id IS 'Key; what the address holds instead of the text';
COMMENT ON COLUMN staff_searches.staff_id IS 'Whose; nobody else can open it';
COMMENT ON COLUMN staff_searches.text IS 'What was typed into the search box';
COMMENT ON COLUMN staff_searches.filters IS 'Names and values of the fields, the order of the list included';
COMMENT ON COLUMN staff_searches.name IS 'The name it was saved under';
COMMENT ON COLUMN staff_searches.created_at IS 'When it was made';
