-- Usernames and public ids are one namespace: neither may ever be, or become, somebody
-- else's other. Where that is so already, the id is not entered for its owner, and
-- staff change the later of the two.

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
DROP TRIGGER person_takes_name ON person;
CREATE TRIGGER person_takes_name AFTER INSERT OR UPDATE OF username, public_id ON person
    FOR EACH ROW EXECUTE FUNCTION person_takes_name();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_takes_name;

INSERT INTO taken_name (hash, person_id)
SELECT flattr_name_hash(public_id), id FROM person
ON CONFLICT (hash) DO NOTHING;

CREATE VIEW shared_name AS
SELECT numbered.public_id AS name, named.id AS named_id, numbered.id AS numbered_id
FROM person named
JOIN person numbered ON lower(named.username) = numbered.public_id AND named.id <> numbered.id
WHERE named.erased_at IS NULL AND numbered.erased_at IS NULL;
REVOKE ALL ON shared_name FROM app;
GRANT SELECT ON shared_name TO app;
