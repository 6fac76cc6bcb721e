-- Closing an account.

-- An account is closed now, not at another time, so that nobody skips the days in
-- which it can be kept; only the owner's function erases, and what is erased stays so.
CREATE OR REPLACE FUNCTION person_keep_leaving() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    owners boolean;
BEGIN
    owners := current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                              WHERE oid = 'public.person'::regclass);
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NOT NULL THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'This person has left.';
    ELSIF NEW.erased_at IS NOT NULL AND NOT owners THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'People are erased by flattr_erase_person() alone.';
    ELSIF NEW.closing_at IS NOT NULL
        AND (TG_OP = 'INSERT' OR NEW.closing_at IS DISTINCT FROM OLD.closing_at)
        AND flattr_clock() - NEW.closing_at NOT BETWEEN interval '0' AND interval '15 seconds' THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'An account is closed now, not at another time.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER person_keeps_leaving BEFORE INSERT OR UPDATE ON person
    FOR EACH ROW EXECUTE FUNCTION person_keep_leaving();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_keeps_leaving;
