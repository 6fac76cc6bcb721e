-- Usernames and public ids are one namespace: neither is ever given to another person, nor
-- is or becomes somebody else's other, also after their people have left. What is kept of
-- a name is a hash, salted with what only the owner can read (A8).

REVOKE ALL ON name_salt, taken_name FROM app;
GRANT SELECT ON taken_name TO app;

CREATE OR REPLACE FUNCTION flattr_name_hash(name text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT encode(sha256(salt || convert_to(lower(name), 'UTF8')), 'hex') FROM name_salt
$$;

CREATE OR REPLACE FUNCTION person_takes_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    fresh boolean := TG_OP = 'INSERT';
    wanted text;
    hashed text;
    holder bigint;
BEGIN
    FOREACH wanted IN ARRAY array_remove(ARRAY[
        CASE WHEN fresh OR NEW.username IS DISTINCT FROM OLD.username THEN NEW.username END,
        CASE WHEN fresh OR NEW.public_id IS DISTINCT FROM OLD.public_id THEN NEW.public_id END
    ], NULL)
    LOOP
        hashed := flattr_name_hash(wanted);
        INSERT INTO taken_name (hash, person_id) VALUES (hashed, NEW.id)
        ON CONFLICT (hash) DO NOTHING;
        SELECT person_id INTO holder FROM taken_name WHERE hash = hashed;
        IF holder <> NEW.id THEN
            RAISE unique_violation USING
                MESSAGE = 'This username or public id was somebody''s before.',
                CONSTRAINT = 'username_is_never_given_again';
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER person_takes_name AFTER INSERT OR UPDATE OF username, public_id ON person
    FOR EACH ROW EXECUTE FUNCTION person_takes_name();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_takes_name;

CREATE OR REPLACE TRIGGER taken_name_stays BEFORE UPDATE OR DELETE ON taken_name
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE taken_name ENABLE ALWAYS TRIGGER taken_name_stays;

-- A name that was asked for with the address of somebody who has an account is kept
-- for that person: whoever asked cannot tell it from a sign-up that went through.
CREATE OR REPLACE FUNCTION flattr_hold_name(wanted text, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO taken_name (hash, person_id)
    SELECT flattr_name_hash(wanted), id FROM person WHERE lower(email) = lower(address)
    ON CONFLICT (hash) DO NOTHING
$$;

-- Whose a name is or was: NULL for nobody's.
CREATE OR REPLACE FUNCTION flattr_holder_of_name(name text) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT person_id FROM taken_name WHERE hash = flattr_name_hash(name)
$$;

-- Strings that are one person's username and another's public id, from before the two
-- were one namespace. Staff change the later of the two.
CREATE OR REPLACE VIEW shared_name AS
SELECT numbered.public_id AS name, named.id AS named_id, numbered.id AS numbered_id
FROM person named
JOIN person numbered ON lower(named.username) = numbered.public_id AND named.id <> numbered.id
WHERE named.erased_at IS NULL AND numbered.erased_at IS NULL;
REVOKE ALL ON shared_name FROM app;
GRANT SELECT ON shared_name TO app;

GRANT EXECUTE ON FUNCTION
    flattr_hold_name(text, text), flattr_holder_of_name(text)
TO app;
