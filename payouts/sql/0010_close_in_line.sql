-- A close and postings beside it lock in one order, so that nobody waits in a circle.

-- Keys, indexes and checks of the filled tables, in bulk. Again is a no-op. The keys to
-- accounts and transactions come with attaching: one that was there before is merged
-- with the ledger's, which locks every reader of accounts out.
CREATE OR REPLACE FUNCTION close_build(p integer) RETURNS void
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
    EXECUTE format('ALTER TABLE %I ADD CONSTRAINT %I PRIMARY KEY (period, reader_id, thing_id),'
                   ' ADD CONSTRAINT %I CHECK (period = %s)', line, line || '_pkey', line || '_period', p);
    EXECUTE format('CREATE INDEX ON %I (creator_id, period, thing_id)', line);
    EXECUTE format('ANALYZE %I', txn);
    EXECUTE format('ANALYZE %I', entry);
    EXECUTE format('ANALYZE %I', line);
END
$$;

-- Attaching a month's transactions locks the entries, and attaching its entries locks
-- transactions and accounts. So before it locks anything the close lets postings
-- finish, in the order in which they lock.
ALTER FUNCTION close_finish(integer) RENAME TO close_finish_alone;
REVOKE EXECUTE ON FUNCTION close_finish_alone FROM app;
CREATE FUNCTION close_finish(p integer) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM public.close_lock();
    RETURN public.close_finish_alone(p);
END
$$;
GRANT EXECUTE ON FUNCTION close_finish TO app;
