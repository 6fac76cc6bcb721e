-- Seals: whoever is mighty enough to disable triggers can change the ledger, but not
-- what the operator has by mail (L7). A seal a day, each over the one before and over
-- all that was posted since.

REVOKE ALL ON ledger_seal FROM app;
GRANT SELECT ON ledger_seal TO app;

CREATE OR REPLACE TRIGGER ledger_seal_stays BEFORE UPDATE OR DELETE ON ledger_seal
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_seal ENABLE ALWAYS TRIGGER ledger_seal_stays;

CREATE OR REPLACE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger_seal
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_seal ENABLE ALWAYS TRIGGER ledger_is_not_emptied;

-- Each line is hashed together with the hash of those before it, so a book of millions
-- is read once and never held.
CREATE OR REPLACE FUNCTION ledger_link(chain bytea, line text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT sha256(chain || convert_to(line, 'UTF8')) $$;

CREATE OR REPLACE AGGREGATE ledger_chain(text) (sfunc = ledger_link, stype = bytea, initcond = '');

CREATE OR REPLACE FUNCTION ledger_moment(moment timestamptz) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$ SELECT to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') $$;

-- A transaction and its entries as seals read them: all that somebody could change.
CREATE OR REPLACE FUNCTION ledger_sealed(after_id bigint, through_id bigint, after_book integer,
                              through_book integer)
RETURNS TABLE (book integer, id bigint, line text, entries bigint)
LANGUAGE sql STABLE
AS $$
    SELECT t.book, t.id,
           concat_ws('|', t.book, t.id, t.reference, t.kind, t.period, t.currency,
                     public.ledger_moment(t.occurred_at), public.ledger_moment(t.posted_at),
                     coalesce(t.content, ''), coalesce(t.reverses::text, ''))
           || E'\n' || coalesce(e.lines, ''), e.many
    FROM (SELECT * FROM public.ledger_transaction o
          WHERE o.book = 0 AND o.id > after_id AND o.id <= through_id
          UNION ALL
          SELECT * FROM public.ledger_transaction c
          WHERE c.book > after_book AND c.book <= through_book) AS t
    CROSS JOIN LATERAL (
        SELECT string_agg(l.line, '' ORDER BY l.line COLLATE "C") AS lines, count(*) AS many
        FROM (SELECT concat_ws('|', a.kind, coalesce(a.owner_id::text, ''), n.currency,
                               n.amount) || E'\n' AS line
              FROM public.ledger_entry n
              LEFT JOIN public.ledger_account a ON a.id = n.account_id
              WHERE n.book = t.book AND n.transaction_id = t.id) AS l
    ) AS e
$$;

-- The seal of a day, from the one before and from what it covers.
CREATE OR REPLACE FUNCTION ledger_seal_of(
    the_day date, previous text, after_id bigint, through_id bigint, after_book integer,
    through_book integer, OUT seal text, OUT transactions bigint, OUT entries bigint)
LANGUAGE sql STABLE
AS $$
    SELECT encode(public.ledger_chain(s.line ORDER BY s.book, s.id), 'hex'),
           count(*) - 1, coalesce(sum(s.entries), 0)::bigint
    FROM (
        SELECT -1 AS book, 0::bigint AS id,
               concat_ws('|', 'seal', to_char(the_day, 'YYYY-MM-DD'), previous, through_id,
                         through_book) || E'\n' AS line, 0::bigint AS entries
        UNION ALL
        SELECT * FROM public.ledger_sealed(after_id, through_id, after_book, through_book)
    ) AS s
$$;

-- Seal the day after the last that was sealed, or for the first time yesterday with all
-- before it. NULL when that day is not over, somebody else is at it, or the ledger is
-- busy: then in a minute.
CREATE OR REPLACE FUNCTION ledger_seal_day() RETURNS date
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp SET lock_timeout = '500ms'
AS $$
DECLARE
    last public.ledger_seal;
    the_day date;
    the_end timestamptz;
    newest bigint;
    through bigint;
    book bigint;
BEGIN
    IF NOT pg_try_advisory_xact_lock(flattr_lock('seal'), 0) THEN
        RETURN NULL;
    END IF;
    SELECT * INTO last FROM ledger_seal s ORDER BY s.day DESC LIMIT 1;
    last.through_id := coalesce(last.through_id, -9223372036854775808);
    last.through_book := coalesce(last.through_book, 0);
    the_day := coalesce(last.day + 1, (flattr_clock() AT TIME ZONE 'UTC')::date - 1);
    the_end := (the_day + 1)::timestamp AT TIME ZONE 'UTC';
    IF flattr_clock() < the_end THEN
        RETURN NULL;
    END IF;

    -- Whoever has drawn an id holds the table until it is committed or given up; for a
    -- moment nobody does. The exception lets go of the lock again.
    BEGIN
        LOCK TABLE ONLY ledger_transaction IN SHARE MODE;
        SELECT max(t.id) INTO newest FROM ledger_transaction t WHERE t.book = 0;
        RAISE SQLSTATE 'FL001';
    EXCEPTION
        WHEN SQLSTATE 'FL001' THEN NULL;
        WHEN lock_not_available OR deadlock_detected THEN RETURN NULL;
    END;
    SELECT min(t.id) - 1 INTO through FROM ledger_transaction t
    WHERE t.book = 0 AND t.id > last.through_id AND t.id <= newest AND t.posted_at >= the_end;
    through := coalesce(through, greatest(newest, last.through_id), 0);

    -- A close is there at once or not at all; one without a reader has nothing to seal.
    SELECT max(b.book) INTO book
    FROM (SELECT substring(p.relid::text FROM '_([0-9]{6})$')::integer AS book
          FROM pg_partition_tree('public.ledger_transaction') p WHERE p.isleaf) AS b
    WHERE b.book > last.through_book
      AND (SELECT t.posted_at FROM ledger_transaction t
           WHERE t.book = b.book ORDER BY t.id LIMIT 1) < the_end;
    book := coalesce(book, last.through_book);

    INSERT INTO ledger_seal (day, made_at, through_id, through_book, transactions, entries, seal)
    SELECT the_day, flattr_clock(), through, book, made.transactions, made.entries, made.seal
    FROM ledger_seal_of(the_day, coalesce(last.seal, ''), last.through_id, through,
                        last.through_book, book::integer) AS made;
    RETURN the_day;
END
$$;

GRANT EXECUTE ON FUNCTION
    ledger_link(bytea, text), ledger_chain(text), ledger_moment(timestamptz),
    ledger_sealed(bigint, bigint, integer, integer),
    ledger_seal_of(date, text, bigint, bigint, integer, integer), ledger_seal_day()
TO app;
