-- Loses the saved searches.
DROP TABLE staff_searches;
