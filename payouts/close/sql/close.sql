-- The close: a month is begun, filled in batches, built and finished, one call a step,
-- each committed by the caller. A repeated step finds its work done. What the ledger
-- says afterwards is a function of the frozen rows alone.
--
-- The month's own tables are filled outside the ledger and attached at the end, in the
-- transaction that moves the balances: nobody ever sees half a month. Fresh tables have
-- no statistics, and a join planned as if they were empty compares each creator with
-- each flattr. So what was just frozen is analysed, nothing here joins row by row, and
-- what needs no sorting is read in an index's order.

REVOKE ALL ON close, close_batch, reader_month, close_problem, split, revenue_line, lot FROM app;
GRANT SELECT ON close, close_batch, reader_month, close_problem, split, revenue_line, lot TO app;
GRANT UPDATE (digest) ON close TO app;
GRANT UPDATE (taken, matured_at) ON lot TO app;

-- The month that is to be closed next: one that was begun, else the one after the
-- last, else the first in which anything happened. NULL before anything did.
CREATE OR REPLACE FUNCTION close_next() RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT period FROM close WHERE state = 'closing'),
        (SELECT flattr_following(max(period)) FROM close),
        least((SELECT min(period) FROM budget_amount), (SELECT min(period) FROM flattr),
              (SELECT min(period) FROM ledger_transaction WHERE book = 0)))
$$;

CREATE OR REPLACE FUNCTION close_reference(period integer, reader_id bigint) RETURNS text
LANGUAGE sql IMMUTABLE
AS $$
    SELECT 'close:' || period / 100 || '-' || lpad((period % 100)::text, 2, '0')
        || ':reader:' || reader_id
$$;

-- What `who` (everybody when NULL) gave in a month, as it stands now: budget, means
-- of the month whatever the hour, and the numbers that the split needs.
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

-- Whose months no close splits as things stand now, and the first reason why not.
CREATE OR REPLACE FUNCTION close_hindrances() RETURNS TABLE (reader_id bigint, reason text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT DISTINCT ON (h.reader_id) h.reader_id, h.reason
    FROM (
        SELECT c.reader_id, 1 AS nth, 'an earlier month is not closed' AS reason
        FROM close_problem c WHERE c.closed_at IS NULL
        UNION ALL SELECT r.id, 2, 'suspended by staff'
        FROM person r WHERE r.suspended_at IS NOT NULL
        UNION ALL SELECT d.reader_id, 3, 'a payment is disputed'
        FROM dispute d WHERE dispute_is_open(d)
    ) AS h
    ORDER BY h.reader_id, h.nth
$$;

-- Begin a month's close: freeze budgets, means and holds, set aside whoever cannot be
-- split yet, and make the month's bare tables. Refused for a month that is not over, or
-- out of order.
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
    PERFORM pg_advisory_xact_lock(flattr_lock('close'), p);
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
    PERFORM pg_advisory_xact_lock(flattr_lock('month'), p);
    begun := flattr_clock();
    INSERT INTO close (period, policy, fee_percent, currency, batch_size, begun_at)
    VALUES (p, the_policy, percent, cur, size, begun);

    INSERT INTO reader_month (period, reader_id, account_id, budget, means, spent, fee,
                              creators, units, rotation, hold)
    SELECT p, m.reader_id, m.account_id, m.budget, m.means, m.spent, m.fee,
           m.creators, m.units, m.rotation, h.hold
    FROM close_months(p, NULL, the_policy, percent, cur) m
    CROSS JOIN LATERAL reader_hold(m.reader_id, begun, p) h;
    ANALYZE reader_month;

    INSERT INTO close_problem (period, reader_id, reason, found_at)
    SELECT p, m.reader_id, coalesce(h.reason, 'the frozen month does not add up'), begun
    FROM reader_month m
    LEFT JOIN close_hindrances() h ON h.reader_id = m.reader_id
    LEFT JOIN ledger_balance b ON b.account_id = m.account_id
    WHERE m.period = p AND m.spent > 0
      AND (h.reader_id IS NOT NULL OR m.spent > b.amount OR m.budget > 10000);

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
CREATE OR REPLACE FUNCTION close_batches(p integer)
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

-- Fill the tables of one batch; the readers filled, 0 when it was done. Lines and entries
-- are written from one computation, which is kept in memory for both: some 20 MB for a
-- batch of 20,000 readers.
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

-- What the filled tables come to: by account, and by creator as lots will have it.
-- Nobody sees these tables; the close drops them at its end. Begun anew each time.
CREATE OR REPLACE FUNCTION close_gather(p integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
DECLARE
    entry text := 'ledger_entry_' || p;
    line text := 'revenue_line_' || p;
    sums text := 'close_sum_' || p;
    parts text := 'close_part_' || p;
    wrong bigint;
BEGIN
    EXECUTE format('DROP TABLE IF EXISTS %I, %I', sums, parts);
    EXECUTE format($sql$
        CREATE TABLE public.%I AS
        SELECT account_id, sum(amount)::bigint AS amount FROM %I GROUP BY account_id
    $sql$, sums, entry);
    EXECUTE format($sql$
        CREATE TABLE public.%I AS
        SELECT l.creator_id, m.hold, count(*) AS flattrs, sum(l.amount)::bigint AS amount
        FROM %I l JOIN reader_month m ON m.period = %s AND m.reader_id = l.reader_id
        GROUP BY l.creator_id, m.hold
    $sql$, parts, line, p);
    EXECUTE format('REVOKE ALL ON %I, %I FROM app', sums, parts);

    -- Lines and entries were computed apart.
    EXECUTE format($sql$
        SELECT count(*)
        FROM (SELECT creator_id, sum(amount) AS amount FROM %I GROUP BY creator_id
              HAVING sum(amount) > 0) AS of_lines
        FULL JOIN (SELECT a.owner_id AS creator_id, s.amount
                   FROM %I s JOIN ledger_account a ON a.id = s.account_id
                   WHERE a.kind = 'pending') AS of_entries USING (creator_id)
        WHERE of_lines.amount IS DISTINCT FROM of_entries.amount
    $sql$, parts, sums) INTO wrong;
    IF wrong > 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Lines and entries of %s creators differ in %s.', wrong, p);
    END IF;
    EXECUTE format('ANALYZE %I', sums);
END
$$;

-- TRUNCATE guards are not cloned to partitions.
CREATE OR REPLACE FUNCTION split_guard_partition(partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM app', partition);
    EXECUTE format('CREATE TRIGGER split_is_not_emptied BEFORE TRUNCATE ON %s'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change()', partition);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER split_is_not_emptied', partition);
END
$$;

-- The splits of a filled month, in a bare table: one of each transaction, which has two
-- entries and sums to zero.
CREATE OR REPLACE FUNCTION close_write_splits(p integer) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB'
AS $$
DECLARE
    the_close public.close;
    splits text := 'split_' || p;
    written bigint;
    wrong bigint;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p;
    EXECUTE format('CREATE TABLE public.%I (LIKE split INCLUDING DEFAULTS INCLUDING CONSTRAINTS)', splits);
    EXECUTE format('REVOKE ALL ON %I FROM app', splits);
    EXECUTE format($sql$
        INSERT INTO %I (reader_id, period, currency, policy, spent, fee, creators, units,
                        rotation, without, hold, reference)
        SELECT m.reader_id, $1, $2, $3, m.spent, m.fee, m.creators, m.units, m.rotation,
               m.creators - (e.lines - 1 - (m.fee > 0)::integer), m.hold,
               close_reference($1, m.reader_id)
        FROM reader_month m
        JOIN (SELECT transaction_id, count(*)::integer AS lines FROM %I
              GROUP BY transaction_id HAVING count(*) >= 2 AND sum(amount) = 0) AS e
            ON e.transaction_id = ($1::bigint << 40) + m.reader_id
        WHERE m.period = $1 AND m.spent > 0
    $sql$, splits, 'ledger_entry_' || p) USING p, the_close.currency, the_close.policy;
    GET DIAGNOSTICS written = ROW_COUNT;
    EXECUTE format('SELECT count(*) - $1 FROM %I', 'ledger_transaction_' || p)
        INTO wrong USING written;
    IF wrong <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('%s transactions of %s do not sum to zero.', wrong, p);
    END IF;
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (reader_id, period, currency),'
                   ' ADD CONSTRAINT %I UNIQUE (period, reference),'
                   ' ADD CONSTRAINT %I CHECK (period = %s)',
                   splits, splits || '_pkey', splits || '_reference', splits || '_period', p);
    EXECUTE format('CREATE INDEX ON %I (period, reader_id)', splits);
    EXECUTE format('ANALYZE %I', splits);
END
$$;

-- Keys, indexes and checks of the filled tables, in bulk, and the month's splits and
-- sums, before anybody has to wait. Again is a no-op. The keys to accounts and
-- transactions come with attaching: one that was there before is merged with the
-- ledger's, which locks every reader of accounts out.
CREATE OR REPLACE FUNCTION close_build(p integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET maintenance_work_mem = '128MB'
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
        SELECT FROM close_batches(p) b WHERE NOT b.done
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
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (period, reader_id, thing_id),'
                   ' ADD CONSTRAINT %I CHECK (period = %s)', line, line || '_pkey', line || '_period', p);
    EXECUTE format('CREATE INDEX ON %I (creator_id, period, thing_id)', line);
    EXECUTE format('ANALYZE %I', txn);
    EXECUTE format('ANALYZE %I', entry);
    EXECUTE format('ANALYZE %I', line);
    PERFORM close_write_splits(p), close_gather(p);
END
$$;

-- Asked for before a close is finished. Whoever takes money back has done so, or waits
-- and then sees the close. And attaching the close's tables locks the ledger's against
-- writing, after the balances: whoever has written half a posting by then, and waits
-- for a balance, would be waited for in turn. In the order in which postings write.
CREATE OR REPLACE FUNCTION close_lock() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(flattr_lock('readers'), 0);
    LOCK TABLE ledger_transaction, ledger_account, ledger_entry IN SHARE ROW EXCLUSIVE MODE;
END
$$;

-- Check, attach, move the balances, write splits and lots: all visible at once.
CREATE OR REPLACE FUNCTION close_finish(p integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM public.close_lock();
    RETURN public.close_finish_alone(p);
END
$$;

-- Attach, move the balances, write the lots: all visible at once. Nobody else posts
-- meanwhile (close_lock), so balances are neither read nor written by others.
CREATE OR REPLACE FUNCTION close_finish_alone(p integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET enable_nestloop = off SET work_mem = '64MB' SET maintenance_work_mem = '128MB'
AS $$
DECLARE
    the_close public.close;
    txn text := 'ledger_transaction_' || p;
    entry text := 'ledger_entry_' || p;
    line text := 'revenue_line_' || p;
    splits text := 'split_' || p;
    sums text := 'close_sum_' || p;
    parts text := 'close_part_' || p;
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
    IF to_regclass('public.' || sums) IS NULL THEN
        -- Built before splits were written there.
        PERFORM close_write_splits(p), close_gather(p);
    END IF;
    finished := flattr_clock();

    -- Whose money went away since the freeze is set aside; the others are not kept waiting.
    INSERT INTO close_problem (period, reader_id, reason, found_at)
    SELECT p, m.reader_id, 'less in the account than was frozen', finished
    FROM reader_month m JOIN ledger_balance b ON b.account_id = m.account_id
    WHERE m.period = p AND m.spent > b.amount
    ON CONFLICT DO NOTHING;
    IF FOUND THEN
        EXECUTE format('DELETE FROM %I WHERE transaction_id IN (SELECT ($1::bigint << 40) + reader_id'
                       ' FROM close_problem WHERE period = $1 AND found_at = $2)', entry)
            USING p, finished;
        EXECUTE format('DELETE FROM %I WHERE id IN (SELECT ($1::bigint << 40) + reader_id'
                       ' FROM close_problem WHERE period = $1 AND found_at = $2)', txn)
            USING p, finished;
        EXECUTE format('DELETE FROM %I WHERE reader_id IN (SELECT reader_id'
                       ' FROM close_problem WHERE period = $1 AND found_at = $2)', line)
            USING p, finished;
        EXECUTE format('DELETE FROM %I WHERE reader_id IN (SELECT reader_id'
                       ' FROM close_problem WHERE period = $1 AND found_at = $2)', splits)
            USING p, finished;
        PERFORM close_gather(p);
    END IF;

    EXECUTE format('ALTER TABLE ledger_transaction ATTACH PARTITION %I FOR VALUES IN (%s)', txn, p);
    EXECUTE format('ALTER TABLE ledger_entry ATTACH PARTITION %I FOR VALUES IN (%s)', entry, p);
    EXECUTE format('ALTER TABLE revenue_line ATTACH PARTITION %I FOR VALUES IN (%s)', line, p);
    EXECUTE format('ALTER TABLE split ATTACH PARTITION %I FOR VALUES IN (%s)', splits, p);
    PERFORM ledger_guard_partition(txn::regclass), ledger_guard_partition(entry::regclass),
            split_guard_partition(splits::regclass);

    EXECUTE format('UPDATE ledger_balance b SET amount = b.amount + s.amount'
                   ' FROM %I s WHERE b.account_id = s.account_id', sums);

    EXECUTE format($sql$
        INSERT INTO lot (period, creator_id, hold, currency, amount, counted_from, matures_at)
        SELECT $1, l.creator_id, l.hold, $2, l.amount, $3, $3 + hold_lasts(l.hold)
        FROM %I l
        WHERE l.amount > 0
    $sql$, parts) USING p, the_close.currency, finished;

    EXECUTE format($sql$
        UPDATE close SET state = 'closed', closed_at = $2,
            readers = s.readers, spent = s.spent, fee = s.fee, shares = s.shares,
            creators = l.creators, flattrs = l.flattrs
        FROM (SELECT count(*) AS readers, coalesce(sum(spent), 0) AS spent,
                     coalesce(sum(fee), 0) AS fee,
                     coalesce(sum(creators - without), 0) AS shares FROM %I) AS s,
             (SELECT count(DISTINCT creator_id) FILTER (WHERE amount > 0) AS creators,
                     coalesce(sum(flattrs), 0) AS flattrs FROM %I) AS l
        WHERE close.period = $1
    $sql$, splits, parts) USING p, finished;
    EXECUTE format('DROP TABLE %I, %I', sums, parts);
    RETURN 'closed';
END
$$;

CREATE OR REPLACE TRIGGER split_stays BEFORE UPDATE OR DELETE ON split
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE split ENABLE ALWAYS TRIGGER split_stays;

CREATE OR REPLACE TRIGGER split_is_not_emptied BEFORE TRUNCATE ON split
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE split ENABLE ALWAYS TRIGGER split_is_not_emptied;

CREATE OR REPLACE VIEW audit_split AS
SELECT reader_id, to_char(flattr_month_start(period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period,
       currency, policy, spent, fee, creators, reference
FROM split;
REVOKE ALL ON audit_split FROM app;
GRANT SELECT ON audit_split TO app;

GRANT EXECUTE ON FUNCTION
    close_next(), close_reference(integer, bigint),
    close_begin(integer, text, integer, text, integer), close_batches(integer),
    close_fill(integer, bigint, bigint), close_build(integer), close_finish
TO app;
