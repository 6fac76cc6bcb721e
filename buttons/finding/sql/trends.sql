-- How many people flattr what, this month and the last: counted once an hour in one pass, never
-- for a page, and kept of nothing that fewer than five flattr.

REVOKE ALL ON thing_trend, creator_trend, trend_hour FROM app;
GRANT SELECT ON thing_trend, creator_trend, trend_hour TO app;

-- This hour's trends in place of those before; of how many things and creators, or NULL when they
-- were counted in this hour already. People are counted, not money, and suspended ones are not;
-- of the last month as many days as are over of this one.
CREATE OR REPLACE FUNCTION trends_make() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB'
AS $$
DECLARE
    made timestamptz := flattr_clock();
    this integer := flattr_period(made);
    began timestamptz := flattr_month_start(this);
    last integer := flattr_period(began - interval '1 day');
    until timestamptz := flattr_month_start(last) + (made - began);
    written integer;
BEGIN
    IF EXISTS (SELECT FROM trend_hour WHERE date_trunc('hour', made_at) = date_trunc('hour', made)) THEN
        RETURN NULL;
    END IF;
    INSERT INTO trend_hour (one, made_at) VALUES (true, made)
    ON CONFLICT (one) DO UPDATE SET made_at = excluded.made_at;
    DELETE FROM thing_trend;
    DELETE FROM creator_trend;
    WITH clicked AS MATERIALIZED (
        SELECT f.thing_id, f.creator_id, f.reader_id, f.period = this AS now
        FROM flattr AS f JOIN person AS r ON r.id = f.reader_id
        WHERE f.period IN (this, last) AND r.suspended_at IS NULL
          AND (f.period = this OR f.received_at < until)
    ), of_things AS (
        INSERT INTO thing_trend (thing_id, readers, rise)
        SELECT c.thing_id, c.readers, trend_rise(c.readers, c.before)
        FROM (SELECT thing_id, count(*) FILTER (WHERE now) AS readers,
                     count(*) FILTER (WHERE NOT now) AS before
              FROM clicked GROUP BY thing_id) AS c
        WHERE c.readers >= 5
        RETURNING 1
    ), of_creators AS (
        INSERT INTO creator_trend (creator_id, readers, rise)
        SELECT c.creator_id, c.readers, trend_rise(c.readers, c.before)
        FROM (SELECT creator_id, count(*) FILTER (WHERE now) AS readers,
                     count(*) FILTER (WHERE NOT now) AS before
              FROM (SELECT DISTINCT creator_id, reader_id, now FROM clicked) AS each
              GROUP BY creator_id) AS c
        WHERE c.readers >= 5
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM of_things) + (SELECT count(*) FROM of_creators) INTO written;
    RETURN written;
END
$$;

-- By how much `readers` are more than `before`, in thousandths of those, of whom fewer than five
-- count as five; 0 where they are not more.
CREATE OR REPLACE FUNCTION trend_rise(readers bigint, before bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN readers > before THEN readers * 1000 / greatest(before, 5) ELSE 0 END;

GRANT EXECUTE ON FUNCTION
    trends_make()
TO app;
