-- The close, faster: the same rows from the same frozen months.
--
-- Fresh tables have no statistics, and a join planned as if they were empty compares
-- each creator with each flattr. So what was just frozen is analysed, nothing here
-- joins row by row, and what needs no sorting is read in an index's order.

-- As before, in the same integers, but without numeric: reader * 2654435761 modulo
-- 2^32 by the multiplier's two halves, since the whole product leaves a bigint.
CREATE OR REPLACE FUNCTION split_rotation(reader_id bigint, period integer, n bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ((((reader_id % 4294967296) * 31153
              + ((reader_id % 4294967296) * 40503 % 65536) * 65536
              + period::bigint * 40503) % 4294967296) % n)::integer
$$;

-- As before, but what a reader's month is made of is looked up once for all uses of it.
CREATE OR REPLACE FUNCTION close_months(p integer, who bigint, the_policy text, percent integer, cur text)
RETURNS TABLE (
    reader_id bigint, account_id bigint, budget bigint, means bigint, spent bigint,
    fee bigint, creators integer, units integer, rotation integer)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH clicked AS (
        SELECT f.reader_id, count(DISTINCT f.creator_id)::integer AS creators,
               count(*)::integer AS things
        FROM flattr f
        WHERE f.period = p AND (who IS NULL OR f.reader_id = who)
        GROUP BY f.reader_id
    ), later AS (
        SELECT e.account_id, sum(e.amount)::bigint AS amount
        FROM ledger_transaction t
        JOIN ledger_entry e ON e.book = 0 AND e.transaction_id = t.id
        WHERE t.book = 0 AND t.period > p
        GROUP BY e.account_id
    ), funded AS MATERIALIZED (
        SELECT c.reader_id, a.id AS account_id, c.creators,
               CASE the_policy WHEN 'thing' THEN c.things ELSE c.creators END AS units,
               coalesce((SELECT ba.amount FROM budget_amount ba
                         WHERE ba.reader_id = c.reader_id AND ba.period <= p
                         ORDER BY ba.period DESC LIMIT 1), 0) AS budget,
               greatest(0, least(coalesce(b.amount, 0),
                   coalesce(b.amount, 0) - coalesce(l.amount, 0))) AS means
        FROM clicked c
        LEFT JOIN ledger_account a
            ON a.kind = 'means' AND a.owner_id = c.reader_id AND a.currency = cur
        LEFT JOIN ledger_balance b ON b.account_id = a.id
        LEFT JOIN later l ON l.account_id = a.id
    )
    SELECT f.reader_id, f.account_id, f.budget, f.means, least(f.budget, f.means),
           (least(f.budget, f.means) * percent + 50) / 100,
           f.creators, f.units, split_rotation(f.reader_id, p, f.units)
    FROM funded f
$$;

-- As before; and what was frozen is analysed, since all that follows is planned by it.
CREATE OR REPLACE FUNCTION close_begin(
    p integer, the_policy text, percent integer, cur text, size integer DEFAULT 20000)
RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found_state text;
    expected integer;
    begun timestamptz;
BEGIN
    PERFORM pg_advisory_xact_lock(1178553685, p);
    SELECT state INTO found_state FROM close WHERE period = p;
    IF found_state IS NOT NULL THEN
        RETURN found_state;
    END IF;
    IF flattr_clock() < flattr_month_start(flattr_following(p)) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('Month %s is not over.', p);
    END IF;
    expected := close_next();
    IF expected IS DISTINCT FROM p THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('Month %s is out of order: the next to close is %s.',
                             p, coalesce(expected::text, 'none, since nothing happened yet'));
    END IF;

    -- Whoever acted in the month holds this lock shared until it is committed.
    PERFORM pg_advisory_xact_lock(1178553684, p);
    begun := flattr_clock();
    INSERT INTO close (period, policy, fee_percent, currency, batch_size, begun_at)
    VALUES (p, the_policy, percent, cur, size, begun);

    INSERT INTO reader_month (period, reader_id, account_id, budget, means, spent, fee,
                              creators, units, rotation, trusted)
    SELECT p, m.reader_id, m.account_id, m.budget, m.means, m.spent, m.fee,
           m.creators, m.units, m.rotation,
           coalesce(b.credited_at <= begun - interval '60 days', false)
           AND (SELECT count(*) FROM (SELECT FROM split s
                WHERE s.reader_id = m.reader_id AND s.period < p LIMIT 3) AS paid) = 3
           AND NOT EXISTS (SELECT FROM dispute d WHERE d.reader_id = m.reader_id)
    FROM close_months(p, NULL, the_policy, percent, cur) m
    LEFT JOIN budget b ON b.reader_id = m.reader_id;
    ANALYZE reader_month;

    INSERT INTO close_problem (period, reader_id, reason, found_at)
    SELECT p, m.reader_id,
           CASE WHEN earlier.reader_id IS NOT NULL THEN 'an earlier month is not closed'
                WHEN r.suspended_at IS NOT NULL THEN 'suspended by staff'
                WHEN disputed.reader_id IS NOT NULL THEN 'a payment is disputed'
                ELSE 'the frozen month does not add up' END,
           begun
    FROM reader_month m
    JOIN person r ON r.id = m.reader_id
    LEFT JOIN (SELECT DISTINCT c.reader_id FROM close_problem c WHERE c.closed_at IS NULL)
        AS earlier ON earlier.reader_id = m.reader_id
    LEFT JOIN (SELECT DISTINCT d.reader_id FROM dispute d WHERE d.closed_at IS NULL)
        AS disputed ON disputed.reader_id = m.reader_id
    LEFT JOIN ledger_balance b ON b.account_id = m.account_id
    WHERE m.period = p AND m.spent > 0
      AND (earlier.reader_id IS NOT NULL OR r.suspended_at IS NOT NULL
           OR disputed.reader_id IS NOT NULL OR m.spent > b.amount OR m.budget > 10000);

    INSERT INTO ledger_account (kind, owner_id, currency)
    SELECT DISTINCT 'pending', f.creator_id, cur FROM flattr f WHERE f.period = p
    UNION ALL SELECT 'fees', NULL, cur
    ON CONFLICT DO NOTHING;

    EXECUTE format('CREATE TABLE public.%I (LIKE ledger_transaction INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                   'ledger_transaction_' || p);
    EXECUTE format('CREATE TABLE public.%I (LIKE ledger_entry INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                   'ledger_entry_' || p);
    EXECUTE format('CREATE TABLE public.%I (LIKE revenue_line INCLUDING DEFAULTS INCLUDING CONSTRAINTS)',
                   'revenue_line_' || p);
    EXECUTE format('REVOKE ALL ON %I, %I, %I FROM app', 'ledger_transaction_' || p,
                   'ledger_entry_' || p, 'revenue_line_' || p);
    RETURN 'closing';
END
$$;

-- What each thing gets from the readers from lo to hi (not hi). Written so that it
-- becomes part of the statement that calls it, which is then planned for these readers,
-- this policy and the columns that it asks for: rows come in the order of an index of
-- the flattrs and are not sorted. `nth` counts a creator's things for one reader from
-- 0, by id; with the policy 'creator' each nth = 0 is one creator's entry.
CREATE FUNCTION close_lines_of(p integer, lo bigint, hi bigint, the_policy text)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank integer,
               share bigint, amount bigint, nth bigint)
LANGUAGE sql STABLE
AS $$
    SELECT s.reader_id, s.creator_id, s.thing_id, s.rank::integer, s.share,
           CASE WHEN the_policy = 'thing' OR s.things = 1 THEN s.share
           ELSE split_share(s.share, s.things, s.nth,
                            split_rotation(s.reader_id, p, s.things)) END,
           s.nth
    FROM (
        SELECT f.reader_id, f.creator_id, f.thing_id, f.nth, f.things, f.rank,
               split_share(m.pot, m.units, f.rank, m.rotation) AS share
        FROM (
            SELECT r.reader_id, r.creator_id, r.thing_id,
                   CASE the_policy
                   WHEN 'thing' THEN row_number() OVER (PARTITION BY r.reader_id ORDER BY r.thing_id)
                   ELSE dense_rank() OVER (PARTITION BY r.reader_id ORDER BY r.creator_id)
                   END - 1 AS rank,
                   row_number() OVER creator - 1 AS nth,
                   count(*) OVER (PARTITION BY r.reader_id, r.creator_id) AS things
            FROM public.flattr r
            WHERE r.period = p AND r.reader_id >= lo AND r.reader_id < hi
            WINDOW creator AS (PARTITION BY r.reader_id, r.creator_id ORDER BY r.thing_id)
        ) AS f
        JOIN (
            SELECT b.reader_id, b.spent - b.fee AS pot, b.units, b.rotation
            FROM public.reader_month b
            WHERE b.period = p AND b.reader_id >= lo AND b.reader_id < hi AND b.spent > 0
              AND NOT EXISTS (SELECT FROM public.close_problem c
                              WHERE c.period = p AND c.reader_id = b.reader_id
                                AND c.closed_at IS NULL)
        ) AS m ON m.reader_id = f.reader_id
        OFFSET 0
    ) AS s
$$;

CREATE OR REPLACE FUNCTION close_lines(p integer, lo bigint, hi bigint)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank integer,
               share bigint, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT l.reader_id, l.creator_id, l.thing_id, l.rank, l.share, l.amount
    FROM close c CROSS JOIN LATERAL close_lines_of(p, lo, hi, c.policy) l
    WHERE c.period = p
$$;

-- As before, but lines and entries are written from one computation, which is kept in
-- memory for both: some 20 MB for a batch of 20,000 readers.
CREATE OR REPLACE FUNCTION close_fill(p integer, lo bigint, hi bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
DECLARE
    the_close public.close;
    filled bigint;
    entry text := 'ledger_entry_' || p;
    line text := 'revenue_line_' || p;
    credits text;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p FOR SHARE;
    IF the_close.state IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('The close of %s has not begun.', p);
    ELSIF the_close.state = 'closed' THEN
        RETURN 0;
    END IF;
    SELECT count(*) INTO filled FROM reader_month m
    WHERE m.period = p AND m.reader_id >= lo AND m.reader_id < hi AND m.spent > 0
      AND NOT EXISTS (SELECT FROM close_problem c
                      WHERE c.period = p AND c.reader_id = m.reader_id);
    INSERT INTO close_batch (period, lo, hi, readers) VALUES (p, lo, hi, filled)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;

    EXECUTE format($sql$
        INSERT INTO %I (book, id, reference, kind, period, currency, occurred_at, posted_at, xid)
        SELECT $1, ($1::bigint << 40) + m.reader_id, close_reference($1, m.reader_id), 'close',
               $1, $4, $5, $6, pg_current_xact_id()
        FROM reader_month m
        WHERE m.period = $1 AND m.reader_id >= $2 AND m.reader_id < $3 AND m.spent > 0
          AND NOT EXISTS (SELECT FROM close_problem c
                          WHERE c.period = $1 AND c.reader_id = m.reader_id)
    $sql$, 'ledger_transaction_' || p)
        USING p, lo, hi, the_close.currency, flattr_month_start(flattr_following(p)), flattr_clock();

    -- A creator's entry is the share that stands in the first of the lines, or the sum
    -- of the lines where each thing has a share of its own.
    IF the_close.policy = 'creator' THEN
        credits := 'SELECT l.reader_id, l.creator_id, l.share AS amount FROM computed l'
                   ' WHERE l.nth = 0 AND l.share > 0';
    ELSE
        credits := 'SELECT l.reader_id, l.creator_id, sum(l.amount)::bigint AS amount'
                   ' FROM computed l GROUP BY l.reader_id, l.creator_id HAVING sum(l.amount) > 0';
    END IF;
    EXECUTE format($sql$
        WITH computed AS MATERIALIZED (
            SELECT * FROM close_lines_of($1, $2, $3, $5)
        ), written AS (
            INSERT INTO %I (period, reader_id, creator_id, thing_id, rank, share, amount)
            SELECT $1, l.reader_id, l.creator_id, l.thing_id, l.rank, l.share, l.amount
            FROM computed l
        )
        INSERT INTO %I (book, id, transaction_id, account_id, currency, amount)
        SELECT $1, nextval(%L), ($1::bigint << 40) + e.reader_id, e.account_id, $4, e.amount
        FROM (
            SELECT l.reader_id, a.id AS account_id, l.amount
            FROM (%s) AS l
            JOIN ledger_account a
                ON a.kind = 'pending' AND a.owner_id = l.creator_id AND a.currency = $4
            UNION ALL
            SELECT m.reader_id, m.account_id, -m.spent
            FROM reader_month m
            WHERE m.period = $1 AND m.reader_id >= $2 AND m.reader_id < $3 AND m.spent > 0
              AND NOT EXISTS (SELECT FROM close_problem c
                              WHERE c.period = $1 AND c.reader_id = m.reader_id)
            UNION ALL
            SELECT m.reader_id, (SELECT a.id FROM ledger_account a WHERE a.kind = 'fees'
                                 AND a.owner_id IS NULL AND a.currency = $4), m.fee
            FROM reader_month m
            WHERE m.period = $1 AND m.reader_id >= $2 AND m.reader_id < $3
              AND m.spent > 0 AND m.fee > 0
              AND NOT EXISTS (SELECT FROM close_problem c
                              WHERE c.period = $1 AND c.reader_id = m.reader_id)
        ) AS e
    $sql$, line, entry, pg_get_serial_sequence('public.ledger_entry', 'id'), credits)
        USING p, lo, hi, the_close.currency, the_close.policy;
    RETURN filled;
END
$$;
