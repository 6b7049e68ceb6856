-- Loses nothing: names are folded as before, only slower.
CREATE OR REPLACE FUNCTION fold_name(name TEXT) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 5 AS $$
BEGIN
    IF octet_length(name) = length(name) THEN
        RETURN lower(translate(name, '-.,''`', '   '));
    END IF;
    RETURN lower(translate(replace(replace(replace(regexp_replace(normalize(name, NFKD), '[\u0300-\u036f]+', '', 'g'),
        'ß', 'ss'), 'æ', 'ae'), 'Æ', 'AE'), '-.,đøłıħĐØŁĦ''`‘’ʼʻ´', '   dolihDOLH'));
END $$;
