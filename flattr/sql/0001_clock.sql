-- The platform's clock: real time plus an offset that only the owner may change.

CREATE TABLE flattr_clock_offset (
    one boolean PRIMARY KEY DEFAULT true,
    seconds bigint NOT NULL DEFAULT 0,
    CONSTRAINT clock_offset_is_one_row CHECK (one)
);
INSERT INTO flattr_clock_offset DEFAULT VALUES;
REVOKE ALL ON flattr_clock_offset FROM app;
GRANT SELECT ON flattr_clock_offset TO app;

CREATE FUNCTION flattr_clock() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
    SELECT clock_timestamp()
         + make_interval(secs => (SELECT seconds FROM public.flattr_clock_offset))
$$;

CREATE FUNCTION flattr_period(moment timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT (extract(year FROM moment AT TIME ZONE 'UTC') * 100
          + extract(month FROM moment AT TIME ZONE 'UTC'))::integer
$$;

CREATE FUNCTION flattr_month_start(period integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT make_timestamptz(period / 100, period % 100, 1, 0, 0, 0, 'UTC')
$$;

CREATE FUNCTION flattr_following(period integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN period % 100 < 12 THEN period + 1 ELSE period + 89 END
$$;

-- The month and the moment of an act, under the month's shared lock until the
-- transaction ends: a close that takes the lock exclusively waits for the act,
-- and an act that had to wait for a close is of the next month.
CREATE FUNCTION flattr_moment(OUT period integer, OUT moment timestamptz)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    LOOP
        period := public.flattr_period(public.flattr_clock());
        PERFORM pg_advisory_xact_lock_shared(1178553684, period);
        moment := public.flattr_clock();
        EXIT WHEN public.flattr_period(moment) = period;
    END LOOP;
END
$$;

GRANT EXECUTE ON FUNCTION
    flattr_clock(), flattr_period(timestamptz), flattr_month_start(integer),
    flattr_following(integer), flattr_moment()
TO app;

-- For tables whose rows are only ever added.
CREATE FUNCTION flattr_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE integrity_constraint_violation USING
        MESSAGE = format('%s: %s is refused, rows are only ever added.', TG_TABLE_NAME, TG_OP);
END
$$;
