-- Whoever comes to own a thing is a creator from then on, so that pages need not look for things.

CREATE OR REPLACE FUNCTION flattr_owner_is_creator() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    UPDATE person SET is_creator = true WHERE id = NEW.owner_id AND NOT is_creator;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER thing_has_owner AFTER INSERT ON thing
    FOR EACH ROW WHEN (NEW.owner_id IS NOT NULL) EXECUTE FUNCTION flattr_owner_is_creator();

CREATE OR REPLACE TRIGGER thing_changes_owner AFTER UPDATE OF owner_id ON thing
    FOR EACH ROW WHEN (NEW.owner_id IS NOT NULL AND NEW.owner_id IS DISTINCT FROM OLD.owner_id)
    EXECUTE FUNCTION flattr_owner_is_creator();
