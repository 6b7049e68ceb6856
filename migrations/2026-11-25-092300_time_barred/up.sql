-- Debts whose time limit for suing has passed. A constant default is stored once for the table and rewrites nothing, and is right for
-- writers who do not know the column.
ALTER TABLE debts ADD COLUMN time_barred BOOLEAN NOT NULL DEFAULT false;
COMMENT ON COLUMN debts.time_barred IS 'Whether the time limit for suing has passed (12 CFR 1006.26); a notice then stands before every payment';

-- That somebody has read a text that must be passed, and when.
CREATE TABLE acknowledgements (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    debt_id UUID NOT NULL REFERENCES debts(id),
    disclosure_id UUID NOT NULL REFERENCES disclosures(id),
    acknowledged_at TIMESTAMPTZ NOT NULL DEFAULT NOW(),
    CONSTRAINT acknowledgements_once UNIQUE (debt_id, disclosure_id)
);
CREATE INDEX idx_acknowledgements_disclosure ON acknowledgements (disclosure_id);
COMMENT ON TABLE acknowledgements IS 'Texts that the person of a debt has confirmed to have read before going on';
COMMENT ON COLUMN acknowledgements.id IS 'Key';
COMMENT ON COLUMN acknowledgements.debt_id IS 'The debt, and so the person';
COMMENT ON COLUMN acknowledgements.disclosure_id IS 'The text in the version and language that was read';
COMMENT ON COLUMN acknowledgements.acknowledged_at IS 'When it was confirmed';
