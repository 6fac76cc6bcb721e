-- The close: a month is begun, filled in batches, built and finished, one call a
-- step, each committed by the caller. A repeated step finds its work done. What the
-- ledger says afterwards is a function of the frozen rows alone.
--
-- The month's own tables are filled outside the ledger and attached at the end, in
-- the transaction that moves the balances: nobody ever sees half a month.

-- The month that is to be closed next: one that was begun, else the one after the
-- last, else the first in which anything happened. NULL before anything did.
CREATE FUNCTION close_next() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT period FROM close WHERE state = 'closing'),
        (SELECT flattr_following(max(period)) FROM close),
        least((SELECT min(period) FROM budget_amount), (SELECT min(period) FROM flattr),
              (SELECT min(period) FROM ledger_transaction WHERE book = 0)))
$$;

CREATE FUNCTION close_reference(period integer, reader_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT 'close:' || period / 100 || '-' || lpad((period % 100)::text, 2, '0')
        || ':reader:' || reader_id
$$;

-- flattr/split.py's rotation, in the same integers.
CREATE FUNCTION split_rotation(reader_id bigint, period integer, n bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ((reader_id::numeric * 2654435761 + period::numeric * 40503)
            % 4294967296 % n)::integer
$$;

-- flattr/split.py's share of one rank, in the same integers.
CREATE FUNCTION split_share(pot bigint, n bigint, rank bigint, rotation bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT pot / n + ((rank + rotation) % n < pot % n)::integer
$$;

-- What `who` (everybody when NULL) gave in a month, as it stands now: budget, means
-- of the month whatever the hour, and the numbers that the split needs.
CREATE FUNCTION close_months(p integer, who bigint, the_policy text, percent integer, cur text)
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
    ), funded AS (
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

CREATE FUNCTION close_begin(
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
           AND (SELECT count(*) FROM split s
                WHERE s.reader_id = m.reader_id AND s.period < p) >= 3
    FROM close_months(p, NULL, the_policy, percent, cur) m
    LEFT JOIN budget b ON b.reader_id = m.reader_id;

    INSERT INTO close_problem (period, reader_id, reason, found_at)
    SELECT p, m.reader_id,
           CASE WHEN earlier.reader_id IS NOT NULL THEN 'an earlier month is not closed'
                WHEN r.suspended_at IS NOT NULL THEN 'suspended by staff'
                ELSE 'the frozen month does not add up' END,
           begun
    FROM reader_month m
    JOIN person r ON r.id = m.reader_id
    LEFT JOIN (SELECT DISTINCT c.reader_id FROM close_problem c WHERE c.closed_at IS NULL)
        AS earlier ON earlier.reader_id = m.reader_id
    LEFT JOIN ledger_balance b ON b.account_id = m.account_id
    WHERE m.period = p AND m.spent > 0
      AND (earlier.reader_id IS NOT NULL OR r.suspended_at IS NOT NULL
           OR m.spent > b.amount OR m.budget > 10000);

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

-- The readers of a month that take part in its close, in the batches that its begin chose.
CREATE FUNCTION close_batches(p integer)
RETURNS TABLE (lo bigint, hi bigint, done boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH numbered AS (
        SELECT m.reader_id, row_number() OVER (ORDER BY m.reader_id) - 1 AS n
        FROM reader_month m
        WHERE m.period = p AND m.spent > 0
    ), firsts AS (
        SELECT reader_id AS lo,
               coalesce(lead(reader_id) OVER (ORDER BY reader_id), 9223372036854775807) AS hi
        FROM numbered
        WHERE n % (SELECT c.batch_size FROM close c WHERE c.period = p) = 0
    )
    SELECT f.lo, f.hi, b.period IS NOT NULL
    FROM firsts f LEFT JOIN close_batch b ON b.period = p AND b.lo = f.lo
    ORDER BY f.lo
$$;

-- The lines of the statements of readers from lo to hi (not hi): what each thing
-- gets. A creator's entry is the sum of its lines.
CREATE FUNCTION close_lines(p integer, lo bigint, hi bigint)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank integer,
               share bigint, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH months AS (
        SELECT m.reader_id, m.spent - m.fee AS pot, m.units, m.rotation, c.policy
        FROM reader_month m JOIN close c USING (period)
        WHERE m.period = p AND m.reader_id >= lo AND m.reader_id < hi AND m.spent > 0
    ), ranked AS (
        SELECT f.reader_id, f.creator_id, f.thing_id,
               dense_rank() OVER creators - 1 AS creator_rank,
               row_number() OVER things - 1 AS rank_of_all,
               row_number() OVER (PARTITION BY f.reader_id, f.creator_id
                                  ORDER BY f.thing_id) - 1 AS thing_rank,
               count(*) OVER (PARTITION BY f.reader_id, f.creator_id) AS things
        FROM flattr f
        WHERE f.period = p AND f.reader_id >= lo AND f.reader_id < hi
        WINDOW creators AS (PARTITION BY f.reader_id ORDER BY f.creator_id),
               things AS (PARTITION BY f.reader_id ORDER BY f.thing_id)
    ), shared AS (
        SELECT r.*, m.policy,
               CASE m.policy WHEN 'thing' THEN r.rank_of_all ELSE r.creator_rank END AS unit_rank,
               split_share(m.pot, m.units,
                   CASE m.policy WHEN 'thing' THEN r.rank_of_all ELSE r.creator_rank END,
                   m.rotation) AS unit_share
        FROM ranked r JOIN months m USING (reader_id)
    )
    SELECT s.reader_id, s.creator_id, s.thing_id, s.unit_rank::integer, s.unit_share,
           CASE s.policy WHEN 'thing' THEN s.unit_share
           ELSE split_share(s.unit_share, s.things, s.thing_rank,
                            split_rotation(s.reader_id, p, s.things)) END
    FROM shared s
$$;

-- Fill the tables of one batch. Returns the readers filled, 0 when it was done.
CREATE FUNCTION close_fill(p integer, lo bigint, hi bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    the_close public.close;
    filled bigint;
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
        INSERT INTO %I (period, reader_id, creator_id, thing_id, rank, share, amount)
        SELECT $1, l.reader_id, l.creator_id, l.thing_id, l.rank, l.share, l.amount
        FROM close_lines($1, $2, $3) l
        WHERE NOT EXISTS (SELECT FROM close_problem c
                          WHERE c.period = $1 AND c.reader_id = l.reader_id)
    $sql$, 'revenue_line_' || p) USING p, lo, hi;

    EXECUTE format($sql$
        INSERT INTO %I (book, id, reference, kind, period, currency, occurred_at, posted_at, xid)
        SELECT $1, ($1::bigint << 40) + m.reader_id, close_reference($1, m.reader_id), 'close',
               $1, $4, flattr_month_start(flattr_following($1)), flattr_clock(),
               pg_current_xact_id()
        FROM reader_month m
        WHERE m.period = $1 AND m.reader_id >= $2 AND m.reader_id < $3 AND m.spent > 0
          AND NOT EXISTS (SELECT FROM close_problem c
                          WHERE c.period = $1 AND c.reader_id = m.reader_id)
    $sql$, 'ledger_transaction_' || p) USING p, lo, hi, the_close.currency;

    EXECUTE format($sql$
        INSERT INTO %I (book, id, transaction_id, account_id, currency, amount)
        SELECT $1, nextval(pg_get_serial_sequence('public.ledger_entry', 'id')),
               ($1::bigint << 40) + e.reader_id, e.account_id, $4, e.amount
        FROM (
            SELECT l.reader_id, a.id AS account_id, sum(l.amount)::bigint AS amount
            FROM %I l
            JOIN ledger_account a
                ON a.kind = 'pending' AND a.owner_id = l.creator_id AND a.currency = $4
            WHERE l.reader_id >= $2 AND l.reader_id < $3
            GROUP BY l.reader_id, a.id
            HAVING sum(l.amount) > 0
            UNION ALL
            SELECT m.reader_id, side.account_id, side.amount
            FROM reader_month m
            CROSS JOIN LATERAL (VALUES
                (m.account_id, -m.spent),
                ((SELECT a.id FROM ledger_account a
                  WHERE a.kind = 'fees' AND a.owner_id IS NULL AND a.currency = $4), m.fee)
            ) AS side (account_id, amount)
            WHERE m.period = $1 AND m.reader_id >= $2 AND m.reader_id < $3 AND m.spent > 0
              AND side.amount <> 0
              AND NOT EXISTS (SELECT FROM close_problem c
                              WHERE c.period = $1 AND c.reader_id = m.reader_id)
        ) AS e
    $sql$, 'ledger_entry_' || p, 'revenue_line_' || p) USING p, lo, hi, the_close.currency;
    RETURN filled;
END
$$;

-- Keys, indexes and checks of the filled tables, in bulk. Again is a no-op.
CREATE FUNCTION close_build(p integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    the_close public.close;
    txn text := 'ledger_transaction_' || p;
    entry text := 'ledger_entry_' || p;
    line text := 'revenue_line_' || p;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p FOR UPDATE;
    IF the_close.state IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('The close of %s has not begun.', p);
    ELSIF the_close.state = 'closed'
        OR EXISTS (SELECT FROM pg_constraint WHERE conname = txn || '_pkey') THEN
        RETURN;
    END IF;
    IF EXISTS (
        SELECT FROM reader_month m
        WHERE m.period = p AND m.spent > 0
          AND NOT EXISTS (SELECT FROM close_batch b
                          WHERE b.period = p AND m.reader_id >= b.lo AND m.reader_id < b.hi)
    ) THEN
        RAISE invalid_parameter_value USING MESSAGE = format('Readers of %s are not filled yet.', p);
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (book, id),'
                   ' ADD CONSTRAINT %I UNIQUE (book, id, currency),'
                   ' ADD CONSTRAINT %I UNIQUE (book, reference),'
                   ' ADD CONSTRAINT %I CHECK (book = %s)',
                   txn, txn || '_pkey', txn || '_currency', txn || '_reference', txn || '_book', p);
    EXECUTE format('CREATE INDEX ON %I (period, id)', txn);
    EXECUTE format('CREATE INDEX ON %I (reverses) WHERE reverses IS NOT NULL', txn);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (book, id),'
                   ' ADD CONSTRAINT %I CHECK (book = %s)', entry, entry || '_pkey', entry || '_book', p);
    EXECUTE format('CREATE INDEX ON %I (transaction_id)', entry);
    EXECUTE format('CREATE INDEX ON %I (account_id, transaction_id)', entry);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT entry_of_an_account FOREIGN KEY'
                   ' (account_id, currency) REFERENCES ledger_account (id, currency)', entry);
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (period, reader_id, thing_id),'
                   ' ADD CONSTRAINT %I CHECK (period = %s)', line, line || '_pkey', line || '_period', p);
    EXECUTE format('CREATE INDEX ON %I (creator_id, period, thing_id)', line);
    EXECUTE format('ANALYZE %I', txn);
    EXECUTE format('ANALYZE %I', entry);
    EXECUTE format('ANALYZE %I', line);
END
$$;

-- Check, attach, move the balances, write splits and lots: all visible at once.
CREATE FUNCTION close_finish(p integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    the_close public.close;
    txn text := 'ledger_transaction_' || p;
    entry text := 'ledger_entry_' || p;
    line text := 'revenue_line_' || p;
    wrong bigint;
    finished timestamptz;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p FOR UPDATE;
    IF the_close.state IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('The close of %s has not begun.', p);
    ELSIF the_close.state = 'closed' THEN
        RETURN 'closed';
    ELSIF NOT EXISTS (SELECT FROM pg_constraint WHERE conname = txn || '_pkey') THEN
        RAISE invalid_parameter_value USING MESSAGE = format('The close of %s is not built.', p);
    END IF;
    finished := flattr_clock();

    -- Balances are locked in one order everywhere, so that nobody waits in a circle.
    EXECUTE format(
        'SELECT count(*) FROM (SELECT b.account_id FROM ledger_balance b'
        ' WHERE b.account_id IN (SELECT account_id FROM %I)'
        ' ORDER BY b.account_id FOR UPDATE) AS locked', entry) INTO wrong;

    -- Whose money went away since the freeze is set aside; the others are not kept waiting.
    INSERT INTO close_problem (period, reader_id, reason, found_at)
    SELECT p, m.reader_id, 'less in the account than was frozen', finished
    FROM reader_month m JOIN ledger_balance b ON b.account_id = m.account_id
    WHERE m.period = p AND m.spent > b.amount
    ON CONFLICT DO NOTHING;
    EXECUTE format('DELETE FROM %I WHERE transaction_id IN (SELECT ($1::bigint << 40) + reader_id'
                   ' FROM close_problem WHERE period = $1 AND found_at = $2)', entry)
        USING p, finished;
    EXECUTE format('DELETE FROM %I WHERE id IN (SELECT ($1::bigint << 40) + reader_id'
                   ' FROM close_problem WHERE period = $1 AND found_at = $2)', txn)
        USING p, finished;
    EXECUTE format('DELETE FROM %I WHERE reader_id IN (SELECT reader_id'
                   ' FROM close_problem WHERE period = $1 AND found_at = $2)', line)
        USING p, finished;

    EXECUTE format($sql$
        SELECT count(*) FROM %I t LEFT JOIN (
            SELECT transaction_id, count(*) AS lines, sum(amount) AS total
            FROM %I GROUP BY transaction_id
        ) AS e ON e.transaction_id = t.id
        WHERE e.lines IS NULL OR e.lines < 2 OR e.total <> 0
    $sql$, txn, entry) INTO wrong;
    IF wrong > 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('%s transactions of %s do not sum to zero.', wrong, p);
    END IF;

    EXECUTE format('ALTER TABLE ledger_transaction ATTACH PARTITION %I FOR VALUES IN (%s)', txn, p);
    EXECUTE format('ALTER TABLE ledger_entry ATTACH PARTITION %I FOR VALUES IN (%s)', entry, p);
    EXECUTE format('ALTER TABLE revenue_line ATTACH PARTITION %I FOR VALUES IN (%s)', line, p);
    PERFORM ledger_guard_partition(txn::regclass), ledger_guard_partition(entry::regclass);

    EXECUTE format(
        'UPDATE ledger_balance b SET amount = b.amount + s.amount'
        ' FROM (SELECT account_id, sum(amount)::bigint AS amount FROM %I GROUP BY account_id) s'
        ' WHERE b.account_id = s.account_id', entry);

    EXECUTE format($sql$
        INSERT INTO split (reader_id, period, currency, policy, spent, fee, creators, units,
                           rotation, without, trusted, reference)
        SELECT m.reader_id, $1, $2, $3, m.spent, m.fee, m.creators, m.units, m.rotation,
               m.creators - got.creators, m.trusted, close_reference($1, m.reader_id)
        FROM reader_month m
        JOIN (SELECT l.reader_id, count(DISTINCT l.creator_id)
                     FILTER (WHERE l.amount > 0)::integer AS creators
              FROM %I l GROUP BY l.reader_id) AS got USING (reader_id)
        WHERE m.period = $1 AND m.spent > 0
    $sql$, line) USING p, the_close.currency, the_close.policy;

    EXECUTE format($sql$
        INSERT INTO lot (period, creator_id, trusted, currency, amount, counted_from, matures_at)
        SELECT $1, l.creator_id, m.trusted, $2, sum(l.amount), $3,
               $3 + CASE WHEN m.trusted THEN interval '7 days' ELSE interval '30 days' END
        FROM %I l JOIN reader_month m ON m.period = $1 AND m.reader_id = l.reader_id
        GROUP BY l.creator_id, m.trusted
        HAVING sum(l.amount) > 0
    $sql$, line) USING p, the_close.currency, finished;

    EXECUTE format($sql$
        UPDATE close SET state = 'closed', closed_at = $2,
            readers = s.readers, spent = s.spent, fee = s.fee,
            creators = l.creators, flattrs = l.flattrs, shares = e.shares
        FROM (SELECT count(*) AS readers, coalesce(sum(spent), 0) AS spent,
                     coalesce(sum(fee), 0) AS fee FROM split WHERE period = $1) AS s,
             (SELECT count(DISTINCT creator_id) FILTER (WHERE amount > 0) AS creators,
                     count(*) AS flattrs FROM %I) AS l,
             (SELECT count(*) AS shares FROM %I x JOIN ledger_account a ON a.id = x.account_id
              WHERE a.kind = 'pending') AS e
        WHERE close.period = $1
    $sql$, line, entry) USING p, finished;
    RETURN 'closed';
END
$$;

-- Close one reader's month that had been set aside: in book 0, under the same
-- reference, from the rows as they stand now. Its shares are lots of their own,
-- counted from this posting.
CREATE FUNCTION close_reader(p integer, who bigint) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    the_close public.close;
    now_frozen record;
    txn bigint;
    at timestamptz;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p AND state = 'closed';
    IF the_close.period IS NULL THEN
        RAISE invalid_parameter_value USING MESSAGE = format('Month %s is not closed.', p);
    END IF;
    PERFORM FROM close_problem
    WHERE period = p AND reader_id = who AND closed_at IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'nothing to do';
    END IF;
    IF EXISTS (SELECT FROM close_problem
               WHERE reader_id = who AND period < p AND closed_at IS NULL) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'An earlier month of this reader is to be closed first.';
    END IF;
    IF EXISTS (SELECT FROM person WHERE id = who AND suspended_at IS NOT NULL) THEN
        RAISE invalid_parameter_value USING MESSAGE = 'The reader is suspended.';
    END IF;
    at := flattr_clock();
    UPDATE reader_month m
    SET account_id = f.account_id, budget = f.budget, means = f.means, spent = f.spent,
        fee = f.fee, creators = f.creators, units = f.units, rotation = f.rotation
    FROM close_months(p, who, the_close.policy, the_close.fee_percent, the_close.currency) f
    WHERE m.period = p AND m.reader_id = who;
    UPDATE close_problem SET closed_at = at WHERE period = p AND reader_id = who;
    SELECT * INTO now_frozen FROM reader_month WHERE period = p AND reader_id = who;
    IF now_frozen.spent = 0 THEN
        RETURN 'nothing was left to split';
    END IF;

    INSERT INTO revenue_line (period, reader_id, creator_id, thing_id, rank, share, amount)
    SELECT p, l.reader_id, l.creator_id, l.thing_id, l.rank, l.share, l.amount
    FROM close_lines(p, who, who + 1) l;
    INSERT INTO ledger_account (kind, owner_id, currency)
    SELECT DISTINCT 'pending', l.creator_id, the_close.currency FROM revenue_line l
    WHERE l.period = p AND l.reader_id = who
    ON CONFLICT DO NOTHING;
    INSERT INTO ledger_transaction (book, reference, kind, period, currency, occurred_at, posted_at, xid)
    VALUES (0, close_reference(p, who), 'close', p, the_close.currency,
            flattr_month_start(flattr_following(p)), at, pg_current_xact_id())
    RETURNING id INTO txn;
    INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)
    SELECT 0, txn, e.account_id, the_close.currency, e.amount
    FROM (
        SELECT a.id AS account_id, sum(l.amount)::bigint AS amount
        FROM revenue_line l
        JOIN ledger_account a ON a.kind = 'pending' AND a.owner_id = l.creator_id
            AND a.currency = the_close.currency
        WHERE l.period = p AND l.reader_id = who
        GROUP BY a.id HAVING sum(l.amount) > 0
        UNION ALL SELECT now_frozen.account_id, -now_frozen.spent
        UNION ALL SELECT a.id, now_frozen.fee FROM ledger_account a
        WHERE a.kind = 'fees' AND a.currency = the_close.currency AND now_frozen.fee > 0
    ) AS e
    ORDER BY e.account_id;
    INSERT INTO split (reader_id, period, currency, policy, spent, fee, creators, units,
                       rotation, without, trusted, reference)
    SELECT who, p, the_close.currency, the_close.policy, now_frozen.spent, now_frozen.fee,
           now_frozen.creators, now_frozen.units, now_frozen.rotation,
           now_frozen.creators - count(DISTINCT l.creator_id) FILTER (WHERE l.amount > 0),
           now_frozen.trusted, close_reference(p, who)
    FROM revenue_line l WHERE l.period = p AND l.reader_id = who;
    INSERT INTO lot (period, creator_id, trusted, reader_id, currency, amount, counted_from, matures_at)
    SELECT p, l.creator_id, now_frozen.trusted, who, the_close.currency, sum(l.amount), at,
           at + CASE WHEN now_frozen.trusted THEN interval '7 days' ELSE interval '30 days' END
    FROM revenue_line l WHERE l.period = p AND l.reader_id = who
    GROUP BY l.creator_id HAVING sum(l.amount) > 0;
    RETURN 'closed';
END
$$;

GRANT EXECUTE ON FUNCTION
    close_next(), close_reference(integer, bigint),
    split_rotation(bigint, integer, bigint), split_share(bigint, bigint, bigint, bigint),
    close_begin(integer, text, integer, text, integer), close_batches(integer),
    close_fill(integer, bigint, bigint), close_build(integer), close_finish(integer),
    close_reader(integer, bigint)
TO app;
