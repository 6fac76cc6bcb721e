-- Texts as they are searched.

-- In small letters and without accents, so that "Bergström" is found by "bergstrom". What
-- stands in indexes is made with it: the dictionary and the collation are named here, not
-- taken from settings, or it were not immutable.
CREATE OR REPLACE FUNCTION flattr_plain(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(
    public.unaccent('public.unaccent'::regdictionary, normalize(given, NFKC)) COLLATE pg_c_utf8);

-- The same, with what Germans without their keyboard write for ä, ö and ü: "Ölmühle" and
-- "oelmuehle" are one. Other words lose an e as well, so it is for what is near, not for what is so.
CREATE OR REPLACE FUNCTION flattr_folded(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN regexp_replace(flattr_plain(given), '([aou])e', '\1', 'g');

GRANT EXECUTE ON FUNCTION
    flattr_plain(text), flattr_folded(text)
TO app;
