-- The same names by less work: one expression instead of two, and for plain ASCII replacements, which look for one character each
-- and are a third of what translate() takes. What it gives back is the same, so that no index has to be built anew.
CREATE OR REPLACE FUNCTION fold_name(name TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS $$
BEGIN
    RETURN CASE WHEN octet_length(name) = length(name)
        THEN lower(replace(replace(replace(replace(replace(name, '-', ' '), '.', ' '), ',', ' '), '''', ''), '`', '') COLLATE "C")
        ELSE lower(translate(replace(replace(replace(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g'),
            'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), '-.,đøłıħĐØŁĦ''`‘’ʼʻ´', '   dolihDOLH')) END;
END $$;
