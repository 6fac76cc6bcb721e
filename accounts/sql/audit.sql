-- What staff did is only ever added (T42).

REVOKE ALL ON audit FROM app;
GRANT SELECT, INSERT ON audit TO app;

-- Payouts wait seven days after a change that somebody would make who took an account
-- over: the audit log numbers itself and has the platform's clock.
CREATE OR REPLACE FUNCTION audit_stamp() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.audit_id_seq');
    NEW.at := flattr_clock();
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER audit_is_stamped BEFORE INSERT ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_stamp();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_is_stamped;

-- What staff did stays. Of somebody who has left, the function that erases them takes
-- out what was written about them, and never who did what to what, and when.
CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger
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

CREATE OR REPLACE TRIGGER audit_stays BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_keep();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_stays;

CREATE OR REPLACE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_is_not_emptied;
