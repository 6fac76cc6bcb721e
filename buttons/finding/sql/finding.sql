-- What creators and things are found by, and how near a misspelt word is.

REVOKE ALL ON found_thing, found_person FROM app;
GRANT SELECT ON found_thing, found_person TO app;

CREATE OR REPLACE FUNCTION found_thing_of(one thing) RETURNS found_thing
LANGUAGE sql IMMUTABLE
AS $$
    SELECT one.id, one.category, one.language,
           flattr_folded(concat_ws(' ', one.title, array_to_string(one.tags, ' '))),
           thing_words(
               flattr_plain(one.title), flattr_plain(one.description),
               ARRAY[flattr_plain(array_to_string(one.tags, ' '))], flattr_plain(one.host))
$$;

CREATE OR REPLACE FUNCTION found_person_of(one person) RETURNS found_person
LANGUAGE sql IMMUTABLE
AS $$
    SELECT one.id, flattr_plain(names), flattr_folded(names || ' ' || one.about),
           to_tsvector('simple', flattr_plain(names || ' ' || one.about))
    FROM (VALUES (btrim(one.username || ' ' || one.first_name || ' ' || one.last_name)))
        AS texts (names)
$$;

CREATE OR REPLACE FUNCTION found_thing_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    INSERT INTO found_thing SELECT * FROM found_thing_of(NEW)
    ON CONFLICT (thing_id) DO UPDATE
    SET category = excluded.category, language = excluded.language,
        folded = excluded.folded, words = excluded.words;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER thing_is_found
    AFTER INSERT OR UPDATE OF title, description, tags, host, category, language ON thing
    FOR EACH ROW EXECUTE FUNCTION found_thing_keep();

CREATE OR REPLACE FUNCTION found_person_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.erased_at IS NOT NULL THEN
        DELETE FROM found_person WHERE person_id = NEW.id;
    ELSE
        INSERT INTO found_person SELECT * FROM found_person_of(NEW)
        ON CONFLICT (person_id) DO UPDATE
        SET name = excluded.name, folded = excluded.folded, words = excluded.words;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER person_is_found
    AFTER INSERT OR UPDATE OF username, first_name, last_name, about, is_creator, erased_at ON person
    FOR EACH ROW WHEN (NEW.is_creator) EXECUTE FUNCTION found_person_keep();

-- Only with the extension loaded do its settings have a name that a function may set.
DO $$ BEGIN PERFORM public.word_similarity('', ''); END $$;

-- Things that have nearly the words `asked`: the nearest first, at most `most`. They are near when
-- of the triples of letters in both two in five are in both.
CREATE OR REPLACE FUNCTION found_things_near(asked text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE
SET pg_trgm.word_similarity_threshold = 0.4
AS $$
DECLARE
    wanted text := public.flattr_folded(asked);
BEGIN
    RETURN QUERY
    SELECT f.thing_id
    FROM public.found_thing AS f
    WHERE f.folded %> wanted
    ORDER BY word_similarity(wanted, f.folded) DESC, f.thing_id DESC
    LIMIT most;
END
$$;

-- The same of creators; a name comes before what somebody says about themselves.
CREATE OR REPLACE FUNCTION found_people_near(asked text, most integer) RETURNS SETOF bigint
LANGUAGE plpgsql STABLE
SET pg_trgm.word_similarity_threshold = 0.4
AS $$
DECLARE
    wanted text := public.flattr_folded(asked);
BEGIN
    RETURN QUERY
    SELECT f.person_id
    FROM public.found_person AS f
    WHERE f.folded %> wanted
    ORDER BY word_similarity(wanted, f.name) DESC, word_similarity(wanted, f.folded) DESC,
             f.person_id DESC
    LIMIT most;
END
$$;

GRANT EXECUTE ON FUNCTION
    found_things_near(text, integer), found_people_near(text, integer)
TO app;
