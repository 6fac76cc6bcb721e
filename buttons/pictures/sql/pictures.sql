-- Pictures of people and things.

-- People and things carry the address of the picture that they show, so that lists need
-- no join. None is shown that staff took down, nor any of whom or what they suspended.
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
        IF NEW.taken_down_at IS NULL THEN
            shown := NEW.digest;
        END IF;
    END IF;
    UPDATE person SET picture = CASE WHEN suspended_at IS NULL THEN shown ELSE '' END
        WHERE id = whose.person_id;
    UPDATE thing SET picture = CASE WHEN suspended_at IS NULL AND NOT EXISTS (
            SELECT FROM person WHERE id = thing.owner_id AND suspended_at IS NOT NULL)
            THEN shown ELSE '' END
        WHERE id = whose.thing_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER picture_shows AFTER INSERT OR UPDATE OR DELETE ON picture
    FOR EACH ROW EXECUTE FUNCTION picture_is_shown();

-- A suspension, and its end, is looked at as if the pictures had come just now.
CREATE OR REPLACE FUNCTION picture_follows_suspension() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_TABLE_NAME = 'thing' THEN
        UPDATE picture SET digest = digest WHERE thing_id = NEW.id;
    ELSE
        UPDATE picture SET digest = digest WHERE person_id = NEW.id
            OR thing_id IN (SELECT id FROM thing WHERE owner_id = NEW.id);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER person_hides_picture AFTER UPDATE OF suspended_at ON person
    FOR EACH ROW WHEN ((OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL))
    EXECUTE FUNCTION picture_follows_suspension();
CREATE OR REPLACE TRIGGER thing_hides_picture AFTER UPDATE OF suspended_at ON thing
    FOR EACH ROW WHEN ((OLD.suspended_at IS NULL) <> (NEW.suspended_at IS NULL))
    EXECUTE FUNCTION picture_follows_suspension();

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
