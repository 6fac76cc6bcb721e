-- Pictures of people and things.

-- People and things carry the address of their picture, so that lists need no join.
CREATE OR REPLACE FUNCTION picture_is_shown() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    shown text := '';
    whose picture;
BEGIN
    IF TG_OP = 'DELETE' THEN
        whose := OLD;
    ELSE
        whose := NEW;
        shown := NEW.digest;
    END IF;
    UPDATE person SET picture = shown WHERE id = whose.person_id AND picture <> shown;
    UPDATE thing SET picture = shown WHERE id = whose.thing_id AND picture <> shown;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER picture_shows AFTER INSERT OR UPDATE OR DELETE ON picture
    FOR EACH ROW EXECUTE FUNCTION picture_is_shown();

-- A picture is of a proved thing and of nobody else's: it goes with the proof, and so
-- does what its former owner sent or chose for it.
CREATE OR REPLACE FUNCTION picture_goes_with_proof() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    DELETE FROM wanted_picture WHERE thing_id = NEW.id;
    DELETE FROM picture WHERE thing_id = NEW.id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER thing_loses_picture AFTER UPDATE OF owner_id, proved_at ON thing
    FOR EACH ROW WHEN (
        (OLD.picture <> '' OR OLD.proved_at IS NOT NULL)
        AND (NEW.proved_at IS NULL OR NEW.owner_id IS DISTINCT FROM OLD.owner_id))
    EXECUTE FUNCTION picture_goes_with_proof();

-- Only the triggers above say which picture is shown.
CREATE OR REPLACE FUNCTION picture_refuse_other() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class
                        WHERE oid = 'public.picture'::regclass) THEN
        NEW.picture := OLD.picture;
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER person_keeps_picture BEFORE UPDATE OF picture ON person
    FOR EACH ROW WHEN (NEW.picture IS DISTINCT FROM OLD.picture)
    EXECUTE FUNCTION picture_refuse_other();
CREATE OR REPLACE TRIGGER thing_keeps_picture BEFORE UPDATE OF picture ON thing
    FOR EACH ROW WHEN (NEW.picture IS DISTINCT FROM OLD.picture)
    EXECUTE FUNCTION picture_refuse_other();
