-- Loses the texts and which of them were shown; the program's own words for every page stay.
DROP TABLE disclosures_shown;
DROP TABLE disclosures;
