-- How long what a reader gave is held, by how easily their bank takes a payment back.

CREATE OR REPLACE FUNCTION hold_lasts(hold text) RETURNS interval
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE hold WHEN 'trusted' THEN interval '7 days'
                 WHEN 'new' THEN interval '30 days'
                 WHEN 'debit' THEN interval '56 days' END;

-- In which lot a reader's money is when it is given `at` in month `p`. A debit can be
-- taken back for eight weeks, so whoever paid by one lately is held that long, unless
-- many debits of theirs stood for half a year. A planner writes this function into the
-- query that asks: it stays one SELECT without settings.
CREATE OR REPLACE FUNCTION reader_hold(who bigint, at timestamptz, p integer)
RETURNS TABLE (hold text)
LANGUAGE sql STABLE
AS $$
    SELECT CASE
        WHEN EXISTS (SELECT FROM public.payment d WHERE d.reader_id = who
                     AND d.method = 'sepa_debit' AND d.credited_at IS NOT NULL
                     AND d.credited_at > at - interval '56 days')
         AND NOT (
            (SELECT count(*) >= 6 AND min(d.credited_at) <= at - interval '180 days'
             FROM public.payment d WHERE d.reader_id = who
             AND d.method = 'sepa_debit' AND d.credited_at IS NOT NULL)
            AND NOT EXISTS (SELECT FROM public.dispute t
                            JOIN public.payment d ON d.id = t.payment_id
                            WHERE t.reader_id = who AND d.method = 'sepa_debit'
                            AND t.withdrawn_at IS NOT NULL))
        THEN 'debit'
        WHEN coalesce((SELECT b.credited_at <= at - interval '60 days'
                       FROM public.budget b WHERE b.reader_id = who), false)
         AND (SELECT count(*) FROM (SELECT FROM public.split s
              WHERE s.reader_id = who AND s.period < p LIMIT 3) AS paid) = 3
         AND NOT EXISTS (SELECT FROM public.dispute t WHERE t.reader_id = who
              AND (t.withdrawn_at IS NOT NULL OR public.dispute_is_open(t))
              AND NOT public.dispute_is_the_banks(t))
        THEN 'trusted'
        ELSE 'new'
    END
$$;

GRANT EXECUTE ON FUNCTION
    hold_lasts(text), reader_hold(bigint, timestamptz, integer)
TO app;
