-- Readers who were set aside by a close, and are closed later.

-- What is taken back from a reader is taken one thing after the other, and not while
-- a close, or theirs alone, moves what they have. Held until the transaction ends;
-- whoever posts, or needs people's rows locked as well, asks for this first.
CREATE OR REPLACE FUNCTION reader_lock(who bigint) RETURNS void
LANGUAGE plpgsql
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(flattr_lock('readers'), 0);
    PERFORM pg_advisory_xact_lock(flattr_lock('reader'), hashint8(who));
END
$$;

-- Close one reader's month that had been set aside: in book 0, under the same
-- reference, from the rows as they stand now. Its shares are lots of their own,
-- counted from this posting. Refused while the reader is suspended or disputes a payment.
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
                       rotation, without, hold, reference)
    SELECT who, p, the_close.currency, the_close.policy, now_frozen.spent, now_frozen.fee,
           now_frozen.creators, now_frozen.units, now_frozen.rotation,
           now_frozen.creators - count(DISTINCT l.creator_id) FILTER (WHERE l.amount > 0),
           now_frozen.hold, close_reference(p, who)
    FROM revenue_line l WHERE l.period = p AND l.reader_id = who;
    INSERT INTO lot (period, creator_id, hold, reader_id, currency, amount, counted_from, matures_at)
    SELECT p, l.creator_id, now_frozen.hold, who, the_close.currency, sum(l.amount), at,
           at + hold_lasts(now_frozen.hold)
    FROM revenue_line l WHERE l.period = p AND l.reader_id = who
    GROUP BY l.creator_id HAVING sum(l.amount) > 0;
    RETURN 'closed';
END
$$;

GRANT EXECUTE ON FUNCTION
    reader_lock(bigint), close_reader(integer, bigint)
TO app;
