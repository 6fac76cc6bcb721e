-- Flattrs, partitioned by month. Inserted and, while the month runs, deleted.

CREATE TABLE flattr (
    period integer NOT NULL,
    reader_id bigint NOT NULL,
    thing_id bigint NOT NULL,
    creator_id bigint NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT flattr_once_a_month UNIQUE (period, reader_id, thing_id),
    CONSTRAINT flattr_is_not_for_oneself CHECK (reader_id <> creator_id),
    CONSTRAINT flattr_is_of_its_month CHECK (flattr_period(received_at) = period),
    CONSTRAINT flattr_reader FOREIGN KEY (reader_id) REFERENCES person (id),
    CONSTRAINT flattr_creator FOREIGN KEY (creator_id) REFERENCES person (id),
    CONSTRAINT flattr_thing FOREIGN KEY (thing_id) REFERENCES thing (id)
) PARTITION BY LIST (period);

-- The close reads creators in this order from the index alone.
CREATE INDEX flattr_by_creator ON flattr (period, reader_id, creator_id, thing_id);
CREATE INDEX flattr_of_thing ON flattr (thing_id, received_at);

REVOKE ALL ON flattr FROM app;
GRANT SELECT, INSERT, DELETE ON flattr TO app;

CREATE TRIGGER flattr_stays BEFORE UPDATE ON flattr
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_stays;

-- The public count is a counter beside the thing, kept where it cannot be forgotten.
CREATE FUNCTION flattr_count_thing() RETURNS trigger
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
CREATE TRIGGER flattr_counts AFTER INSERT OR DELETE ON flattr
    FOR EACH ROW EXECUTE FUNCTION flattr_count_thing();
CREATE TRIGGER promise_counts AFTER INSERT OR DELETE ON promise
    FOR EACH ROW EXECUTE FUNCTION flattr_count_thing();

-- Make the partitions of a month and of the one after it. Again is a no-op.
CREATE FUNCTION flattr_open_month(period integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    month integer;
    partition text;
BEGIN
    IF period NOT BETWEEN 197001 AND 999912 OR period % 100 NOT BETWEEN 1 AND 12 THEN
        RAISE invalid_parameter_value USING MESSAGE = format('%s is not a month.', period);
    END IF;
    PERFORM pg_advisory_xact_lock(1178553684, 0);
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
GRANT EXECUTE ON FUNCTION flattr_open_month(integer) TO app;

CREATE TRIGGER flattr_is_not_emptied BEFORE TRUNCATE ON flattr
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_is_not_emptied;
SELECT flattr_open_month(flattr_period(flattr_clock()));

CREATE VIEW audit_flattr AS
SELECT reader_id, thing_id, creator_id,
       to_char(flattr_month_start(period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period, received_at
FROM flattr;
REVOKE ALL ON audit_flattr FROM app;
GRANT SELECT ON audit_flattr TO app;
