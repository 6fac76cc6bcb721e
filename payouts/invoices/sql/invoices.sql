-- Invoices over our fee: what of a reader's fee is each creator's, and the papers that say
-- so. Written once after each close, in sets; numbered without gaps; never changed.

REVOKE ALL ON invoice, invoice_line, invoice_series FROM app;
GRANT SELECT ON invoice, invoice_line, invoice_series TO app;

-- What of the fees of the readers from lo to hi (not hi) is on each creator: in proportion
-- to what the creator got of that reader's month, odd cents by the rotation. The parts of
-- one reader's fee add up to it. Written so that it becomes part of the query that asks.
CREATE OR REPLACE FUNCTION fee_parts(p integer, lo bigint, hi bigint)
RETURNS TABLE (reader_id bigint, creator_id bigint, share bigint, part bigint, turn integer)
LANGUAGE sql STABLE
AS $$
    SELECT r.reader_id, r.creator_id, r.share,
           r.whole + (r.is_broken AND r.missing >= row_number() OVER (
               PARTITION BY r.reader_id, r.is_broken ORDER BY r.turn))::integer,
           r.turn::integer
    FROM (
        SELECT q.*, q.fee - sum(q.whole) OVER (PARTITION BY q.reader_id) AS missing,
               (q.rank + public.split_rotation(q.reader_id, p, q.n)) % q.n AS turn
        FROM (
            SELECT l.reader_id, l.creator_id, l.share, s.fee,
                   s.fee * l.share / (s.spent - s.fee) AS whole,
                   s.fee * l.share % (s.spent - s.fee) > 0 AS is_broken,
                   row_number() OVER (PARTITION BY l.reader_id ORDER BY l.creator_id) - 1
                       AS rank,
                   count(*) OVER (PARTITION BY l.reader_id) AS n
            FROM (
                SELECT v.reader_id, v.creator_id, sum(v.amount)::bigint AS share
                FROM public.revenue_line v
                WHERE v.period = p AND v.reader_id >= lo AND v.reader_id < hi
                GROUP BY v.reader_id, v.creator_id
            ) AS l
            JOIN public.split s
                ON s.period = p AND s.reader_id = l.reader_id AND s.fee > 0
        ) AS q
    ) AS r
$$;

-- What of one reader's fee is back with each creator when `back` of it was taken back in
-- all. Each cent of the fee has its place in a line, in which the parts stand as evenly as
-- can be, and the first of them go back: whatever is taken and comes again, and in which
-- order, a creator's part only grows with the sum, and is whole when all of it is back.
CREATE OR REPLACE FUNCTION fee_back(p integer, reader bigint, back bigint)
RETURNS TABLE (creator_id bigint, amount bigint)
LANGUAGE sql STABLE
AS $$
    SELECT c.creator_id, count(*)
    FROM (
        SELECT f.creator_id, row_number() OVER (
            ORDER BY ((2 * nth - 1)::bigint << 32) / f.part, f.turn) AS place
        FROM public.fee_parts(p, reader, reader + 1) f
        CROSS JOIN LATERAL generate_series(1, f.part) AS nth
    ) AS c
    WHERE c.place <= back
    GROUP BY c.creator_id
$$;

-- The VAT in an amount that contains it: half a cent up.
CREATE OR REPLACE FUNCTION invoice_vat(gross bigint, rate integer) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN gross < 0 THEN -1 ELSE 1 END
    * ((abs(gross) * rate * 2 + 10000 + rate) / (2 * (10000 + rate)));

-- Note up to which transaction the invoices of a closed month say what happened. What
-- happens to a reader's month holds the readers' lock: nothing with a lower number is
-- committed after this.
CREATE OR REPLACE FUNCTION invoices_begin(p integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(flattr_lock('readers'), 0);
    UPDATE close SET invoiced_through = (
        SELECT coalesce(max(t.id), 0) FROM ledger_transaction t WHERE t.book = 0)
    WHERE period = p AND state = 'closed' AND invoiced_through IS NULL;
END
$$;

-- Readers who had been set aside and were closed since: to be invoiced with month p.
CREATE OR REPLACE FUNCTION invoices_late(p integer, after_id bigint, through_id bigint)
RETURNS TABLE (period integer, reader_id bigint, fee bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT q.period, q.reader_id, s.fee
    FROM close_problem q
    JOIN split s ON s.period = q.period AND s.reader_id = q.reader_id AND s.fee > 0
    JOIN ledger_transaction t
        ON t.book = 0 AND t.reference = close_reference(q.period, q.reader_id)
    WHERE t.id <= through_id AND (q.period = p OR (q.period < p AND t.id > after_id))
$$;

-- Of which reader's months fees were taken back since, or came again, and how much of
-- each was back before and is back now.
CREATE OR REPLACE FUNCTION invoices_taken(p integer, after_id bigint, through_id bigint)
RETURNS TABLE (period integer, reader_id bigint, before bigint, now bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT r.period, r.reader_id,
           coalesce(sum(r.amount) FILTER (WHERE r.period < p AND t.id <= after_id), 0)::bigint,
           sum(r.amount)::bigint
    FROM traced r
    JOIN ledger_transaction t ON t.book = 0 AND t.reference = r.reference
    WHERE r.kind = 'fee' AND r.period <= p AND t.id <= through_id
    GROUP BY r.period, r.reader_id
    HAVING bool_or(r.period = p OR t.id > after_id)
$$;

-- The same of gifts, whose fee is on one creator alone: how much is back since.
CREATE OR REPLACE FUNCTION invoices_gifts_taken(p integer, after_id bigint, through_id bigint)
RETURNS TABLE (period integer, creator_id bigint, back bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT g.period, g.creator_id, sum(r.amount)::bigint
    FROM traced r
    JOIN gift g ON g.id = r.gift_id
    JOIN ledger_transaction t ON t.book = 0 AND t.reference = r.reference
    WHERE r.kind = 'fee' AND g.period <= p AND t.id <= through_id
      AND (g.period = p OR t.id > after_id)
    GROUP BY g.period, g.creator_id
$$;

-- With which month's invoices a reader's fee of a month was charged.
CREATE OR REPLACE FUNCTION invoiced_with(p integer, reader bigint) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT coalesce(
        (SELECT min(c.period) FROM close c
         JOIN close_problem q ON q.period = p AND q.reader_id = reader
         JOIN ledger_transaction t
             ON t.book = 0 AND t.reference = close_reference(p, reader)
         WHERE c.period >= p AND c.invoiced_through >= t.id), p)
$$;

-- What all invoices less credit notes come to beyond the fees that they are about: of
-- closes, of readers who were closed later and of gifts, less what was taken back of them.
-- Always 0.
CREATE OR REPLACE FUNCTION invoices_difference() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH done AS (
        SELECT coalesce(max(c.period), 0) AS period,
               coalesce(max(c.invoiced_through), 0) AS through, coalesce(sum(c.fee), 0) AS fee
        FROM close c WHERE c.invoiced_at IS NOT NULL
    )
    SELECT (SELECT coalesce(sum(i.gross), 0) FROM invoice i) - d.fee
        - (SELECT coalesce(sum(s.fee), 0) FROM close_problem q
           JOIN split s ON s.period = q.period AND s.reader_id = q.reader_id
           JOIN ledger_transaction t
               ON t.book = 0 AND t.reference = close_reference(q.period, q.reader_id)
           WHERE q.period <= d.period AND t.id <= d.through)
        - (SELECT coalesce(sum(g.fee), 0) FROM gift g WHERE g.period <= d.period)
        + (SELECT coalesce(sum(r.amount), 0) FROM traced r
           LEFT JOIN gift g ON g.id = r.gift_id
           JOIN ledger_transaction t ON t.book = 0 AND t.reference = r.reference
           WHERE r.kind = 'fee' AND coalesce(r.period, g.period) <= d.period
             AND t.id <= d.through)
    FROM done d
$$;

-- Numbers of a year begin at 1 and leave none out.
CREATE OR REPLACE FUNCTION invoice_counts() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT year, min(number) AS first, max(number) AS last, count(*) AS many
               FROM added GROUP BY year ORDER BY year LOOP
        UPDATE invoice_series s SET last = one.last
        WHERE s.year = one.year AND s.last = one.first - 1
          AND one.last = s.last + one.many;
        IF NOT FOUND THEN
            RAISE integrity_constraint_violation USING
                MESSAGE = format('Invoice %s of %s does not follow the last one.',
                                 one.first, one.year);
        END IF;
    END LOOP;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER invoice_is_counted AFTER INSERT ON invoice
    REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION invoice_counts();
ALTER TABLE invoice ENABLE ALWAYS TRIGGER invoice_is_counted;

CREATE OR REPLACE TRIGGER invoice_stays BEFORE UPDATE OR DELETE ON invoice
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE invoice ENABLE ALWAYS TRIGGER invoice_stays;

CREATE OR REPLACE TRIGGER invoice_is_not_emptied BEFORE TRUNCATE ON invoice
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE invoice ENABLE ALWAYS TRIGGER invoice_is_not_emptied;

CREATE OR REPLACE TRIGGER invoice_line_stays BEFORE UPDATE OR DELETE ON invoice_line
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE invoice_line ENABLE ALWAYS TRIGGER invoice_line_stays;

CREATE OR REPLACE TRIGGER invoice_line_is_not_emptied BEFORE TRUNCATE ON invoice_line
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE invoice_line ENABLE ALWAYS TRIGGER invoice_line_is_not_emptied;

-- The last number of a year; whoever asks holds the year until the end.
CREATE OR REPLACE FUNCTION invoice_last(of_year integer) RETURNS integer
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    found integer;
BEGIN
    INSERT INTO invoice_series (year, last) VALUES (of_year, 0) ON CONFLICT DO NOTHING;
    SELECT last INTO found FROM invoice_series WHERE year = of_year FOR UPDATE;
    RETURN found;
END
$$;

-- Write the invoices and credit notes that belong to a closed month; how many. Months go
-- in order. `seller` says who we are and what VAT is in the fee:
-- {"name", "address", "vat_id", "prefix" (how VAT ids of our country begin, if it is one
-- of the European Union), "prefixes" (of all its countries), "rate", "note"}.
CREATE OR REPLACE FUNCTION invoices_make(p integer, seller jsonb) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET work_mem = '64MB'
AS $$
DECLARE
    the_close public.close;
    earlier public.close;
    at timestamptz := flattr_clock();
    of_year integer := extract(year FROM at AT TIME ZONE 'UTC');
    known bigint;
    last integer;
    made bigint;
    corrected bigint;
    wrong bigint;
BEGIN
    SELECT * INTO the_close FROM close WHERE period = p FOR UPDATE;
    SELECT * INTO earlier FROM close WHERE period < p ORDER BY period DESC LIMIT 1;
    IF the_close.invoiced_through IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('Invoices of %s have not begun.', p);
    ELSIF the_close.invoiced_at IS NOT NULL THEN
        RETURN 0;
    ELSIF earlier.period IS NOT NULL AND earlier.invoiced_at IS NULL THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('Invoices of %s are to be written first.', earlier.period);
    END IF;
    UPDATE close SET invoiced_at = at WHERE period = p;
    known := coalesce(earlier.invoiced_through, 0);
    IF the_close.fee = 0
        AND NOT EXISTS (SELECT FROM invoices_late(p, known, the_close.invoiced_through))
        AND NOT EXISTS (SELECT FROM invoices_taken(p, known, the_close.invoiced_through))
        AND NOT EXISTS (SELECT FROM invoices_gifts_taken(p, known, the_close.invoiced_through))
        AND NOT EXISTS (SELECT FROM gift g WHERE g.period = p AND g.fee > 0)
    THEN
        RETURN 0;
    END IF;

    last := invoice_last(of_year);
    WITH late AS MATERIALIZED (
        SELECT * FROM invoices_late(p, known, the_close.invoiced_through)
    ), parts AS MATERIALIZED (
        SELECT f.creator_id, 'month' AS kind, p AS period, sum(f.share + f.part)::bigint AS given,
               sum(f.part)::bigint AS fee
        FROM fee_parts(p, 0, 9223372036854775807) f
        WHERE f.part > 0 AND NOT EXISTS (
            SELECT FROM close_problem q WHERE q.period = p AND q.reader_id = f.reader_id)
        GROUP BY f.creator_id
        UNION ALL
        SELECT f.creator_id, 'late', l.period, sum(f.share + f.part)::bigint, sum(f.part)::bigint
        FROM late l CROSS JOIN LATERAL fee_parts(l.period, l.reader_id, l.reader_id + 1) f
        WHERE f.part > 0
        GROUP BY f.creator_id, l.period
        UNION ALL
        SELECT g.creator_id, 'gift', p, sum(g.amount)::bigint, sum(g.fee)::bigint
        FROM gift g WHERE g.period = p AND g.fee > 0
        GROUP BY g.creator_id
    ), sums AS (
        SELECT s.*, last + row_number() OVER (ORDER BY s.creator_id) AS number,
               r.first_name, r.last_name, r.username, r.erased_at, r.paper_address, r.vat_id,
               CASE WHEN (seller->>'rate')::integer = 0 THEN 'none'
                    WHEN seller->>'prefix' <> '' AND left(r.vat_id, 2) <> seller->>'prefix'
                     AND seller->'prefixes' ? left(r.vat_id, 2) THEN 'reverse'
                    ELSE 'charged' END AS treatment
        FROM (SELECT creator_id, sum(fee)::bigint AS gross FROM parts GROUP BY creator_id) AS s
        JOIN person r ON r.id = s.creator_id
    ), priced AS (
        SELECT s.*, CASE s.treatment WHEN 'charged' THEN (seller->>'rate')::integer ELSE 0 END
                    AS rate
        FROM sums s
    ), written AS (
        INSERT INTO invoice (year, number, period, creator_id, issued_at, currency, treatment,
                             rate, gross, vat, note, seller, seller_address, seller_vat_id,
                             customer, customer_address, customer_vat_id)
        SELECT of_year, s.number, p, s.creator_id, at, the_close.currency, s.treatment,
               s.rate, s.gross, invoice_vat(s.gross, s.rate),
               CASE s.treatment WHEN 'none' THEN seller->>'note' ELSE '' END,
               seller->>'name', seller->>'address', seller->>'vat_id',
               CASE WHEN s.erased_at IS NOT NULL THEN ''
                    ELSE coalesce(nullif(trim(s.first_name || ' ' || s.last_name), ''),
                                  s.username) END,
               s.paper_address, s.vat_id
        FROM priced s
        ORDER BY s.number
        RETURNING id, creator_id
    )
    INSERT INTO invoice_line (invoice_id, kind, period, percent, given, fee)
    SELECT w.id, l.kind, l.period, CASE l.kind WHEN 'gift' THEN NULL ELSE c.fee_percent END,
           l.given, l.fee
    FROM written w
    JOIN parts l ON l.creator_id = w.creator_id
    JOIN close c ON c.period = l.period
    ORDER BY w.id, l.period, l.kind;

    -- What was taken back is on the invoice that the fee was on, and so is what came again.
    SELECT s.last INTO last FROM invoice_series s WHERE s.year = of_year;
    WITH moved AS MATERIALIZED (
        SELECT t.period, b.creator_id, invoiced_with(t.period, t.reader_id) AS written_for,
               sum(b.amount)::bigint AS back
        FROM invoices_taken(p, known, the_close.invoiced_through) t
        CROSS JOIN LATERAL (
            SELECT n.creator_id, n.amount FROM fee_back(t.period, t.reader_id, t.now) n
            UNION ALL
            SELECT o.creator_id, -o.amount FROM fee_back(t.period, t.reader_id, t.before) o
        ) AS b
        GROUP BY t.period, t.reader_id, b.creator_id
        UNION ALL
        SELECT g.period, g.creator_id, g.period, g.back
        FROM invoices_gifts_taken(p, known, the_close.invoiced_through) g
    ), parts AS MATERIALIZED (
        SELECT i.id AS corrects_id, m.period, -sum(m.back)::bigint AS fee
        FROM moved m
        JOIN invoice i ON i.creator_id = m.creator_id AND i.corrects_id IS NULL
            AND i.period = m.written_for
        GROUP BY i.id, m.period
        HAVING sum(m.back) <> 0
    ), sums AS (
        SELECT i.*, s.amount,
               last + row_number() OVER (ORDER BY i.creator_id, i.id) AS new_number
        FROM (SELECT corrects_id, sum(fee)::bigint AS amount FROM parts GROUP BY corrects_id
              HAVING sum(fee) <> 0) AS s
        JOIN invoice i ON i.id = s.corrects_id
    ), written AS (
        INSERT INTO invoice (year, number, period, creator_id, corrects_id, issued_at, currency,
                             treatment, rate, gross, vat, note, seller, seller_address,
                             seller_vat_id, customer, customer_address, customer_vat_id)
        SELECT of_year, s.new_number, p, s.creator_id, s.id, at, s.currency, s.treatment,
               s.rate, s.amount, invoice_vat(s.amount, s.rate), s.note, s.seller,
               s.seller_address, s.seller_vat_id, s.customer, s.customer_address,
               s.customer_vat_id
        FROM sums s
        ORDER BY s.new_number
        RETURNING id, corrects_id
    )
    INSERT INTO invoice_line (invoice_id, kind, period, fee)
    SELECT w.id, 'back', l.period, l.fee
    FROM written w
    JOIN parts l ON l.corrects_id = w.corrects_id
    ORDER BY w.id, l.period;

    SELECT count(*) INTO made FROM invoice WHERE period = p;
    SELECT coalesce(sum(i.gross - l.fee), 0) INTO wrong
    FROM invoice i
    LEFT JOIN (SELECT invoice_id, sum(fee) AS fee FROM invoice_line GROUP BY invoice_id) AS l
        ON l.invoice_id = i.id
    WHERE i.period = p;
    IF wrong <> 0 OR invoices_difference() <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Invoices of %s do not add up to the fees.', p);
    END IF;
    RETURN made;
END
$$;

GRANT EXECUTE ON FUNCTION
    fee_parts(integer, bigint, bigint), fee_back(integer, bigint, bigint),
    invoices_begin(integer), invoices_make(integer, jsonb), invoices_difference()
TO app;
