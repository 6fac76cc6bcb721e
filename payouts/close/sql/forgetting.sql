-- Who flattrs what tells what somebody reads, thinks and believes (T46). Eighteen months
-- after the close statements say all that is still needed of a month, so its flattrs go,
-- a partition at a time.

-- The oldest month that may be forgotten; none while a reader's part of it is still to
-- be closed.
CREATE OR REPLACE FUNCTION flattr_forgettable() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT min(c.period) FROM close c
    WHERE c.state = 'closed' AND c.closed_at <= flattr_clock() - interval '18 months'
      AND to_regclass('public.flattr_' || c.period) IS NOT NULL
      AND NOT EXISTS (SELECT FROM close_problem p
                      WHERE p.period = c.period AND p.closed_at IS NULL)
$$;

-- Forget the oldest month that may be; the month, or NULL when there is none. The
-- public counts stay: they stand beside the things.
CREATE OR REPLACE FUNCTION flattr_forget_month() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    p integer := flattr_forgettable();
BEGIN
    IF p IS NOT NULL THEN
        EXECUTE format('DROP TABLE public.%I', 'flattr_' || p);
    END IF;
    RETURN p;
END
$$;

GRANT EXECUTE ON FUNCTION
    flattr_forget_month()
TO app;
