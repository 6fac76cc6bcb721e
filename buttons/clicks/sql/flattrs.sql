-- Flattrs, partitioned by month: inserted and, while the month runs, deleted.

REVOKE ALL ON flattr FROM app;
GRANT SELECT, INSERT, DELETE ON flattr TO app;

CREATE OR REPLACE TRIGGER flattr_stays BEFORE UPDATE ON flattr
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_stays;

CREATE OR REPLACE TRIGGER flattr_is_not_emptied BEFORE TRUNCATE ON flattr
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_is_not_emptied;

-- The public count is a counter beside the thing, kept where it cannot be forgotten.
CREATE OR REPLACE FUNCTION flattr_count_thing() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        UPDATE thing SET flattrs = flattrs + 1 WHERE id = NEW.thing_id;
    ELSE
        UPDATE thing SET flattrs = flattrs - 1 WHERE id = OLD.thing_id;
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER flattr_counts AFTER INSERT OR DELETE ON flattr
    FOR EACH ROW EXECUTE FUNCTION flattr_count_thing();

CREATE OR REPLACE TRIGGER promise_counts AFTER INSERT OR DELETE ON promise
    FOR EACH ROW EXECUTE FUNCTION flattr_count_thing();

-- Make the partitions of a month and of the one after it. Again is a no-op.
CREATE OR REPLACE FUNCTION flattr_open_month(period integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    month integer;
    partition text;
BEGIN
    IF period NOT BETWEEN 197001 AND 999912 OR period % 100 NOT BETWEEN 1 AND 12 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s is not a month.', period);
    END IF;
    PERFORM pg_advisory_xact_lock(flattr_lock('month'), 0);
    FOREACH month IN ARRAY ARRAY[period, flattr_following(period)] LOOP
        partition := format('flattr_%s', month);
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        EXECUTE format('CREATE TABLE public.%I PARTITION OF flattr FOR VALUES IN (%s)', partition, month);
        EXECUTE format('REVOKE ALL ON %I FROM app', partition);
        EXECUTE format('GRANT MAINTAIN ON %I TO app', partition);
        EXECUTE format(
            'CREATE TRIGGER flattr_is_not_emptied BEFORE TRUNCATE ON %I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change()', partition);
        EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER flattr_is_not_emptied', partition);
    END LOOP;
END
$$;

CREATE OR REPLACE VIEW audit_flattr AS
SELECT reader_id, thing_id, creator_id,
       to_char(flattr_month_start(period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period, received_at
FROM flattr;
REVOKE ALL ON audit_flattr FROM app;
GRANT SELECT ON audit_flattr TO app;

GRANT EXECUTE ON FUNCTION
    flattr_open_month(integer)
TO app;
