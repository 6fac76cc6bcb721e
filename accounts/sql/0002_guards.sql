-- A username is never given to another person, also after a rename or a leaving.

CREATE TABLE taken_name (
    name text PRIMARY KEY,
    person_id bigint NOT NULL
);
REVOKE ALL ON taken_name FROM app;
GRANT SELECT ON taken_name TO app;

CREATE FUNCTION person_takes_name() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    holder bigint;
BEGIN
    INSERT INTO taken_name (name, person_id) VALUES (lower(NEW.username), NEW.id)
    ON CONFLICT (name) DO NOTHING;
    SELECT person_id INTO holder FROM taken_name WHERE name = lower(NEW.username);
    IF holder <> NEW.id THEN
        RAISE unique_violation USING
            MESSAGE = 'This username was somebody''s before.',
            CONSTRAINT = 'username_is_never_given_again';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER person_takes_name AFTER INSERT OR UPDATE OF username ON person
    FOR EACH ROW EXECUTE FUNCTION person_takes_name();
ALTER TABLE person ENABLE ALWAYS TRIGGER person_takes_name;

CREATE TRIGGER taken_name_stays BEFORE UPDATE OR DELETE ON taken_name
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE taken_name ENABLE ALWAYS TRIGGER taken_name_stays;

-- What staff did is only ever added.

REVOKE ALL ON audit FROM app;
GRANT SELECT, INSERT ON audit TO app;
CREATE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_stays;
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_is_not_emptied;
