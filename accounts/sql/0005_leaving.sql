-- Names are given once, also after their people have left: what is kept of a name is
-- a hash, salted with what only the owner can read.

CREATE TABLE name_salt (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    salt bytea NOT NULL
);
REVOKE ALL ON name_salt FROM app;
INSERT INTO name_salt (salt)
SELECT sha256(convert_to(gen_random_uuid()::text || gen_random_uuid()::text, 'UTF8'));

CREATE FUNCTION flattr_name_hash(name text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT encode(sha256(salt || convert_to(lower(name), 'UTF8')), 'hex') FROM name_salt
$$;
REVOKE EXECUTE ON FUNCTION flattr_name_hash(text) FROM PUBLIC;

ALTER TABLE taken_name DISABLE TRIGGER taken_name_stays;
UPDATE taken_name SET name = flattr_name_hash(name);
ALTER TABLE taken_name ENABLE ALWAYS TRIGGER taken_name_stays;
ALTER TABLE taken_name RENAME COLUMN name TO hash;

CREATE OR REPLACE FUNCTION person_takes_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    hashed text := flattr_name_hash(NEW.username);
    holder bigint;
BEGIN
    INSERT INTO taken_name (hash, person_id) VALUES (hashed, NEW.id)
    ON CONFLICT (hash) DO NOTHING;
    SELECT person_id INTO holder FROM taken_name WHERE hash = hashed;
    IF holder <> NEW.id THEN
        RAISE unique_violation USING
            MESSAGE = 'This username was somebody''s before.',
            CONSTRAINT = 'username_is_never_given_again';
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION flattr_hold_name(wanted text, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO taken_name (hash, person_id)
    SELECT flattr_name_hash(wanted), id FROM person WHERE lower(email) = lower(address)
    ON CONFLICT (hash) DO NOTHING
$$;

-- Whose a name is or was: NULL for nobody's.
CREATE FUNCTION flattr_holder_of_name(name text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT person_id FROM taken_name WHERE hash = flattr_name_hash(name)
$$;
REVOKE EXECUTE ON FUNCTION flattr_holder_of_name(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flattr_holder_of_name(text) TO app;

-- An account is closed now, not at another time, so that nobody skips the days in
-- which it can be kept; only the owner's function erases, and what is erased stays so.
CREATE FUNCTION person_keep_leaving() RETURNS trigger
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
CREATE TRIGGER person_keeps_leaving BEFORE INSERT OR UPDATE ON person
    FOR EACH ROW EXECUTE FUNCTION person_keep_leaving();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_keeps_leaving;

-- What staff did stays. Of somebody who has left, the function that erases them takes
-- out what was written about them, and never who did what to what, and when.
CREATE FUNCTION audit_keep() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'UPDATE'
        AND coalesce(current_setting('flattr.erasing', true), '') <> ''
        AND ROW (NEW.id, NEW.at, NEW.actor_id, NEW.action, NEW.subject)
            IS NOT DISTINCT FROM ROW (OLD.id, OLD.at, OLD.actor_id, OLD.action, OLD.subject)
    THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation USING
        MESSAGE = format('%s: %s is refused, rows are only ever added.', TG_TABLE_NAME, TG_OP);
END
$$;
DROP TRIGGER audit_stays ON audit;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keep();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_stays;
