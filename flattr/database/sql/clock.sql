-- The platform's clock, its months, and the moment of an act. Money, months and holds
-- use this clock; `travel` moves its offset, in local mode alone.

REVOKE ALL ON flattr_clock_offset FROM app;
GRANT SELECT ON flattr_clock_offset TO app;

-- Real time plus an offset that only the owner may change.
CREATE OR REPLACE FUNCTION flattr_clock() RETURNS timestamptz
LANGUAGE sql VOLATILE PARALLEL SAFE
AS $$
    SELECT clock_timestamp()
         + make_interval(secs => (SELECT seconds FROM public.flattr_clock_offset))
$$;

CREATE OR REPLACE FUNCTION flattr_period(moment timestamptz) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT (extract(year FROM moment AT TIME ZONE 'UTC') * 100
          + extract(month FROM moment AT TIME ZONE 'UTC'))::integer
$$;

CREATE OR REPLACE FUNCTION flattr_month_start(period integer) RETURNS timestamptz
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT make_timestamptz(period / 100, period % 100, 1, 0, 0, 0, 'UTC')
$$;

CREATE OR REPLACE FUNCTION flattr_following(period integer) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE WHEN period % 100 < 12 THEN period + 1 ELSE period + 89 END
$$;

-- Advisory locks have two keys: what is locked, and which of them.
--   month    an act holds its month's shared, the close takes it exclusively
--   close    the beginning of one month's close
--   readers  shared by whoever takes from a reader, exclusively by a close's end
--   reader   one reader, from whom one thing is taken after the other
--   seal     making a day's seal
-- Rows that are claimed are locked as rows; what has a name only is locked by
-- `flattr.database.locks`, under one key of 64 bits, and so are reversals, by the id of what they
-- reverse.
CREATE OR REPLACE FUNCTION flattr_lock(what text) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT CASE what
        WHEN 'month' THEN 1178553684
        WHEN 'close' THEN 1178553685
        WHEN 'reader' THEN 1178553686
        WHEN 'readers' THEN 1178553687
        WHEN 'seal' THEN 1178553688
        ELSE ('there is no lock called ' || what)::integer
    END
$$;

-- The month and the moment of an act, under the month's shared lock until the
-- transaction ends: a close that takes the lock exclusively waits for the act,
-- and an act that had to wait for a close is of the next month.
CREATE OR REPLACE FUNCTION flattr_moment(OUT period integer, OUT moment timestamptz)
LANGUAGE plpgsql VOLATILE
AS $$
BEGIN
    LOOP
        period := public.flattr_period(public.flattr_clock());
        PERFORM pg_advisory_xact_lock_shared(public.flattr_lock('month'), period);
        moment := public.flattr_clock();
        EXIT WHEN public.flattr_period(moment) = period;
    END LOOP;
END
$$;

-- For tables whose rows are only ever added.
CREATE OR REPLACE FUNCTION flattr_refuse_change() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    RAISE integrity_constraint_violation USING
        MESSAGE = format('%s: %s is refused, rows are only ever added.', TG_TABLE_NAME, TG_OP);
END
$$;

GRANT EXECUTE ON FUNCTION
    flattr_lock(text), flattr_clock(), flattr_period(timestamptz), flattr_month_start(integer),
    flattr_following(integer), flattr_moment()
TO app;
