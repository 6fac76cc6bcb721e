-- What creators would get if the month ended now, by the close's own rules: computed once
-- a night from the 25th on, and kept of nobody with fewer than five readers.

REVOKE ALL ON forecast, forecast_night FROM app;
GRANT SELECT ON forecast, forecast_night TO app;

-- Tonight's forecasts in place of those before; how many, or NULL when it is before the
-- 25th, when they were made tonight, or when an earlier month is still to be closed,
-- since what that will spend is still in people's accounts. Writes these two tables
-- alone and locks nobody out.
CREATE OR REPLACE FUNCTION forecast_make(the_policy text, percent integer, cur text)
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
DECLARE
    made timestamptz := flattr_clock();
    p integer := flattr_period(made);
    tonight date := (made AT TIME ZONE 'UTC')::date;
    written integer;
BEGIN
    IF extract(day FROM tonight) < 25
        OR EXISTS (SELECT FROM forecast_night n WHERE n.day = tonight)
        OR close_next() IS DISTINCT FROM p THEN
        RETURN NULL;
    END IF;
    INSERT INTO forecast_night (day, period, made_at) VALUES (tonight, p, made);
    DELETE FROM forecast;
    INSERT INTO forecast (creator_id, period, amount, readers, made_at)
    SELECT g.creator_id, p, sum(g.amount), count(*), made
    FROM (
        SELECT f.creator_id, f.reader_id,
               sum(split_share(m.spent - m.fee, m.units, f.rank, m.rotation)) AS amount
        FROM split_ranks(p, 0, 9223372036854775807, the_policy) f
        JOIN close_months(p, NULL, the_policy, percent, cur) m ON m.reader_id = f.reader_id
        LEFT JOIN close_hindrances() h ON h.reader_id = f.reader_id
        WHERE (the_policy = 'thing' OR f.nth = 0) AND m.spent > 0 AND h.reader_id IS NULL
        GROUP BY f.creator_id, f.reader_id
    ) AS g
    WHERE g.amount > 0
    GROUP BY g.creator_id
    HAVING count(*) >= 5;
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN written;
END
$$;

GRANT EXECUTE ON FUNCTION
    forecast_make(text, integer, text)
TO app;
