-- A dispute may take and return more than once and is decided more than once; an
-- inquiry, by which a bank only asks, sets nobody aside, and one that never took money
-- does not count as disputed.

GRANT UPDATE (due_at, reminded_at, withdrawn_at, suspended_at) ON dispute TO app;

-- Only once took a dispute money until now.
UPDATE dispute d SET withdrawn_at = t.occurred_at
FROM ledger_transaction t
WHERE t.book = 0 AND t.reference = 'dispute:' || d.stripe_id || ':withdrawn';

-- Of a dispute's movements that were kept under one reference, the first has it.
ALTER TABLE movement DISABLE TRIGGER movement_stays;
UPDATE movement m SET reference = m.reference || ':' || m.stripe_id
WHERE m.reference LIKE 'dispute:%'
  AND EXISTS (SELECT FROM movement earlier
              WHERE earlier.reference = m.reference
                AND (earlier.happened_at, earlier.seen_at, earlier.stripe_id)
                    < (m.happened_at, m.seen_at, m.stripe_id));
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_stays;

CREATE FUNCTION dispute_is_open(d dispute) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN d.closed_at IS NULL AND NOT starts_with(d.status, 'warning_');
GRANT EXECUTE ON FUNCTION dispute_is_open(dispute) TO app;

-- As before, but for what a dispute is.
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
           AND NOT EXISTS (SELECT FROM dispute d WHERE d.reader_id = m.reader_id
                AND (d.withdrawn_at IS NOT NULL OR dispute_is_open(d)))
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
    LEFT JOIN (SELECT DISTINCT d.reader_id FROM dispute d WHERE dispute_is_open(d))
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

-- As before, but for what an open dispute is.
CREATE OR REPLACE FUNCTION close_reader(p integer, who bigint) RETURNS text
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
    PERFORM reader_lock(who);
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
    IF EXISTS (SELECT FROM dispute d WHERE d.reader_id = who AND dispute_is_open(d)) THEN
        RAISE invalid_parameter_value USING
            MESSAGE = 'A payment of this reader is disputed; that is to be decided first.';
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
