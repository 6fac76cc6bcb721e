-- The catalogue's search.

-- The words of a thing, in whatever language, for the catalogue's search.
CREATE OR REPLACE FUNCTION thing_words(title text, description text, tags text[], host text)
RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT to_tsvector(
        'simple', concat_ws(' ', title, description, array_to_string(tags, ' '), host))
$$;

GRANT EXECUTE ON FUNCTION
    thing_words(text, text, text[], text)
TO app;
