-- The public figures of closed months, and of last night. What is kept is what may be
-- shown: no figure stands for fewer than five readers or five creators, and no two of
-- them, now or later, differ by what fewer did.

REVOKE ALL ON month_figures, night_figures FROM app;
GRANT SELECT ON month_figures, night_figures TO app;

-- Closed months whose figures are to be made: for the first time, or since five readers
-- or more who had been set aside were closed after those that are counted.
CREATE OR REPLACE FUNCTION figures_due() RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT c.period
    FROM close c
    LEFT JOIN month_figures f ON f.period = c.period
    WHERE c.state = 'closed' AND c.digest <> ''
      AND (f.period IS NULL
           OR (SELECT count(*) >= 5 AND max(q.closed_at) > f.made_at
               FROM close_problem q
               WHERE q.period = c.period
                 AND q.closed_at > coalesce(f.late_through, '-infinity')))
    ORDER BY c.period
$$;

-- The lines of a close, with those of readers who were closed late until `through`.
CREATE OR REPLACE FUNCTION figures_lines(p integer, through timestamptz)
RETURNS TABLE (reader_id bigint, creator_id bigint, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT l.reader_id, l.creator_id, l.amount
    FROM revenue_line l
    WHERE l.period = p
      AND NOT EXISTS (SELECT FROM close_problem q
                      WHERE q.period = p AND q.reader_id = l.reader_id
                        AND coalesce(q.closed_at, 'infinity') > through)
$$;

-- Until when readers who were closed late are counted: further than `through` only if
-- the others are five or more and gave to five or more, and if the creators who got
-- nothing without them are none or five or more. Else the figures before and after would
-- tell what a few did.
CREATE OR REPLACE FUNCTION figures_late_through(p integer, through timestamptz)
RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH before AS (
        SELECT DISTINCT l.creator_id FROM figures_lines(p, through) l WHERE l.amount > 0
    ), late AS (
        SELECT l.reader_id, l.creator_id, l.amount, q.closed_at
        FROM close_problem q
        JOIN revenue_line l ON l.period = p AND l.reader_id = q.reader_id
        WHERE q.period = p AND q.closed_at > through
    ), counted AS (
        SELECT count(DISTINCT l.reader_id) AS readers,
               count(DISTINCT l.creator_id) FILTER (WHERE l.amount > 0) AS creators,
               count(DISTINCT l.creator_id) FILTER (
                   WHERE l.amount > 0 AND b.creator_id IS NULL) AS new_creators,
               max(l.closed_at) AS closed_at
        FROM late l LEFT JOIN before b USING (creator_id)
    )
    SELECT CASE WHEN c.readers >= 5 AND c.creators >= 5
                     AND c.new_creators NOT BETWEEN 1 AND 4
                THEN c.closed_at ELSE through END
    FROM counted c
$$;

-- What the ledger says of a close: what readers gave, and what of it was our fee.
CREATE OR REPLACE FUNCTION figures_of_ledger(p integer, through timestamptz)
RETURNS TABLE (given bigint, fee bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(-sum(e.amount) FILTER (WHERE a.kind = 'means'), 0)::bigint,
           coalesce(sum(e.amount) FILTER (WHERE a.kind = 'fees'), 0)::bigint
    FROM (
        SELECT account_id, amount FROM ledger_entry WHERE book = p
        UNION ALL
        SELECT x.account_id, x.amount
        FROM close_problem q
        JOIN ledger_transaction t ON t.book = 0
            AND t.reference = close_reference(p, q.reader_id)
        JOIN ledger_entry x ON x.book = 0 AND x.transaction_id = t.id
        WHERE q.period = p AND q.closed_at <= through
    ) AS e
    JOIN ledger_account a ON a.id = e.account_id
    WHERE a.kind IN ('means', 'fees')
$$;

-- What Stripe kept in a month, if five readers or more paid in; and what went back to
-- readers by refunds and disputes, less what came again, if they were five or more.
CREATE OR REPLACE FUNCTION figures_of_stripe(p integer, cur text)
RETURNS TABLE (stripe_cost bigint, given_back bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH posted AS (
        SELECT t.id, t.kind, t.reference FROM ledger_transaction t
        WHERE t.book = 0 AND t.period = p
    ), moved AS (
        SELECT t.id, t.kind, t.reference, a.kind AS place, a.owner_id, e.amount
        FROM posted t
        JOIN ledger_entry e ON e.book = 0 AND e.transaction_id = t.id
        JOIN ledger_account a ON a.id = e.account_id AND a.currency = cur
        WHERE a.kind IN ('stripe_cost', 'stripe_clearing')
           OR (a.kind = 'means' AND t.kind = 'charge')
    ), back AS (
        SELECT m.amount, coalesce(r.reader_id, d.reader_id) AS reader_id
        FROM moved m
        LEFT JOIN refund r ON m.kind = 'refund' AND r.stripe_id = split_part(m.reference, ':', 2)
        LEFT JOIN dispute d ON m.kind = 'dispute' AND d.stripe_id = split_part(m.reference, ':', 2)
        WHERE m.kind IN ('refund', 'dispute')
    )
    SELECT (SELECT CASE WHEN count(DISTINCT m.owner_id) FILTER (WHERE m.place = 'means') >= 5
                        THEN coalesce(-sum(m.amount) FILTER (WHERE m.place = 'stripe_cost'), 0) END
            FROM moved m)::bigint,
           (SELECT CASE WHEN count(DISTINCT b.reader_id) >= 5 THEN sum(b.amount) END
            FROM back b)::bigint
$$;

-- What part of the money the ten creators with most got, and the half with least; each
-- only where five creators and five readers stand behind it and behind the rest. Both
-- only where as many stand between the two cuts, or none.
CREATE OR REPLACE FUNCTION figures_parts(p integer, through timestamptz)
RETURNS TABLE (ten_percent integer, half_percent integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
    WITH got AS MATERIALIZED (
        SELECT l.reader_id, l.creator_id, sum(l.amount)::bigint AS amount
        FROM figures_lines(p, through) l
        WHERE l.amount > 0
        GROUP BY l.reader_id, l.creator_id
    ), ranked AS (
        SELECT g.creator_id, count(*) OVER () AS many,
               row_number() OVER (ORDER BY sum(g.amount) DESC, g.creator_id) AS rank
        FROM got g GROUP BY g.creator_id
    ), placed AS (
        SELECT g.reader_id, g.creator_id, g.amount, r.rank <= 10 AS is_ten,
               r.rank > r.many - r.many / 2 AS is_half
        FROM got g JOIN ranked r USING (creator_id)
    ), cells AS (
        SELECT grouping(is_ten, is_half) AS cut, is_ten, is_half, sum(amount) AS amount,
               count(DISTINCT creator_id) >= 5 AND count(DISTINCT reader_id) >= 5 AS is_of_five
        FROM placed GROUP BY GROUPING SETS ((is_ten), (is_half), (is_ten, is_half))
    ), cuts AS (
        SELECT sum(amount) FILTER (WHERE cut = 1) AS amount,
               sum(amount) FILTER (WHERE cut = 1 AND is_ten) AS ten,
               sum(amount) FILTER (WHERE cut = 2 AND is_half) AS half,
               count(*) FILTER (WHERE cut = 1) = 2
                   AND bool_and(is_of_five) FILTER (WHERE cut = 1) AS ten_is_shown,
               count(*) FILTER (WHERE cut = 2) = 2
                   AND bool_and(is_of_five) FILTER (WHERE cut = 2) AS half_may_be_shown,
               bool_and(is_of_five) FILTER (WHERE cut = 0) AS both_may_be_shown
        FROM cells
    )
    SELECT CASE WHEN ten_is_shown THEN round(100 * ten / amount) END::integer,
           CASE WHEN half_may_be_shown AND (NOT ten_is_shown OR both_may_be_shown)
                THEN round(100 * half / amount) END::integer
    FROM cuts
$$;

-- What a click was worth, the middle one of all: a creator's share, by the clicks that
-- its reader gave them.
CREATE OR REPLACE FUNCTION figures_median(p integer, through timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
    SELECT round(w.worth)::bigint
    FROM (
        SELECT g.worth, sum(g.clicks) OVER (ORDER BY g.worth, g.reader_id, g.creator_id) AS until,
               sum(g.clicks) OVER () AS many
        FROM (SELECT l.reader_id, l.creator_id, count(*) AS clicks,
                     sum(l.amount) / count(*) AS worth
              FROM figures_lines(p, through) l GROUP BY l.reader_id, l.creator_id) AS g
    ) AS w
    WHERE 2 * w.until >= w.many
    ORDER BY w.worth LIMIT 1
$$;

-- Make a month's figures, or make them anew. The caller holds the lock of those who are
-- closed late.
CREATE OR REPLACE FUNCTION figures_make(p integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
DECLARE
    the_close public.close;
    through timestamptz;
    counted record;
    made public.month_figures;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p AND state = 'closed';
    IF the_close.period IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('Month %s is not closed.', p);
    END IF;
    SELECT f.late_through INTO through FROM month_figures f WHERE f.period = p;
    through := figures_late_through(p, coalesce(through, '-infinity'));

    SELECT count(DISTINCT l.reader_id) AS readers, count(*) AS clicks,
           count(DISTINCT l.creator_id) FILTER (WHERE l.amount > 0) AS creators
    INTO counted FROM figures_lines(p, through) l;
    made.period := p;
    made.made_at := flattr_clock();
    made.late_through := nullif(through, '-infinity');
    IF counted.readers >= 5 AND counted.creators >= 5 THEN
        made.readers := counted.readers;
        made.creators := counted.creators;
        made.clicks := counted.clicks;
        SELECT o.given, o.fee INTO made.given, made.fee FROM figures_of_ledger(p, through) o;
        SELECT o.ten_percent, o.half_percent INTO made.ten_percent, made.half_percent
        FROM figures_parts(p, through) o;
        made.median_click := figures_median(p, through);
    END IF;
    SELECT o.stripe_cost, o.given_back INTO made.stripe_cost, made.given_back
    FROM figures_of_stripe(p, the_close.currency) o;

    DELETE FROM month_figures WHERE period = p;
    INSERT INTO month_figures SELECT made.*;
END
$$;

-- Count what there is tonight; false when it was counted already.
CREATE OR REPLACE FUNCTION figures_night() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    made timestamptz := flattr_clock();
    tonight date := (made AT TIME ZONE 'UTC')::date;
BEGIN
    IF EXISTS (SELECT FROM night_figures n WHERE n.day = tonight) THEN
        RETURN false;
    END IF;
    INSERT INTO night_figures (day, made_at, readers, things)
    SELECT tonight, made, nullif(open.readers / 5 * 5, 0),
           CASE WHEN proved.owners >= 5 THEN proved.things END
    FROM (
        SELECT count(*) AS readers
        FROM budget b
        JOIN person r ON r.id = b.reader_id AND r.is_active AND r.suspended_at IS NULL
        CROSS JOIN LATERAL (
            SELECT a.amount FROM budget_amount a
            WHERE a.reader_id = b.reader_id AND a.period <= flattr_period(made)
            ORDER BY a.period DESC LIMIT 1) AS chosen
        WHERE b.credited_at IS NOT NULL AND b.suspended_at IS NULL AND chosen.amount > 0
    ) AS open, (
        SELECT count(*) AS things, count(DISTINCT t.owner_id) AS owners
        FROM thing t
        JOIN person o ON o.id = t.owner_id AND o.is_active AND o.suspended_at IS NULL
            AND o.closing_at IS NULL
        WHERE t.proved_at IS NOT NULL AND NOT t.hidden AND t.suspended_at IS NULL
    ) AS proved;
    RETURN true;
END
$$;

GRANT EXECUTE ON FUNCTION
    figures_due(), figures_make(integer), figures_night()
TO app;
