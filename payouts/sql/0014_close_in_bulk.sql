-- The close's last two steps: what can be written and summed up before the ledger is
-- locked is, so that postings wait as short as can be.

-- What the filled tables come to: by account, and by creator as lots will have it.
-- Nobody sees these tables; the close drops them at its end. Begun anew each time.
CREATE FUNCTION close_gather(p integer) RETURNS void
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
        SELECT l.creator_id, m.trusted, count(*) AS flattrs, sum(l.amount)::bigint AS amount
        FROM %I l JOIN reader_month m ON m.period = %s AND m.reader_id = l.reader_id
        GROUP BY l.creator_id, m.trusted
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

-- The splits of a filled month, in a bare table: one of each transaction, which has two
-- entries and sums to zero.
CREATE FUNCTION close_write_splits(p integer) RETURNS void
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
                        rotation, without, trusted, reference)
        SELECT m.reader_id, $1, $2, $3, m.spent, m.fee, m.creators, m.units, m.rotation,
               m.creators - (e.lines - 1 - (m.fee > 0)::integer), m.trusted,
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

-- As before; and splits and sums are written here, before anybody has to wait.
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
        INSERT INTO lot (period, creator_id, trusted, currency, amount, counted_from, matures_at)
        SELECT $1, l.creator_id, l.trusted, $2, l.amount, $3,
               $3 + CASE WHEN l.trusted THEN interval '7 days' ELSE interval '30 days' END
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
