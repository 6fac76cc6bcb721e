-- The ledger's guards. Signed entries, credit positive; every transaction sums to zero.

REVOKE ALL ON ledger_account, ledger_balance, ledger_transaction, ledger_entry FROM app;
GRANT SELECT, INSERT ON ledger_account, ledger_transaction, ledger_entry TO app;
GRANT SELECT ON ledger_balance TO app;

-- A new account of a kind with a floor gets its balance row.
CREATE OR REPLACE FUNCTION ledger_account_opened() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.kind IN ('means', 'pending', 'revenue', 'transit') THEN
        INSERT INTO ledger_balance (account_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER ledger_account_opened AFTER INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_account_opened();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_opened;

CREATE OR REPLACE FUNCTION ledger_stamp_account() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.ledger_account_id_seq');
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER ledger_account_is_stamped BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_account();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_is_stamped;

-- Id, period, posted_at and xid are the database's, whatever was sent. Ids say which seal
-- covers what, and which posting came first: a transaction with an id ahead of all others
-- would leave nothing for later seals, one behind would be in a seal that is made. A
-- close's book keeps the ids that the close gave, before it was attached. A closed month
-- gets nothing more but what the owner's functions close later for one reader.
CREATE OR REPLACE FUNCTION ledger_stamp_transaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    owners boolean;
BEGIN
    owners := current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                              WHERE oid = 'public.ledger_transaction'::regclass);
    IF NEW.book <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A close''s book takes nothing more.';
    ELSIF NEW.kind = 'close' AND NOT owners THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'Only the close writes closes.';
    END IF;
    -- Drawn while the table is locked for this insert, as seals rely on.
    NEW.id := nextval('public.ledger_transaction_id_seq');
    NEW.xid := pg_current_xact_id();
    IF NEW.kind = 'close' THEN
        NEW.posted_at := flattr_clock();
    ELSE
        SELECT m.period, m.moment INTO NEW.period, NEW.posted_at FROM flattr_moment() m;
    END IF;
    NEW.occurred_at := coalesce(NEW.occurred_at, NEW.posted_at);
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER ledger_transaction_is_stamped BEFORE INSERT ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_transaction();
ALTER TABLE ledger_transaction ENABLE ALWAYS TRIGGER ledger_transaction_is_stamped;

CREATE OR REPLACE FUNCTION ledger_stamp_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.ledger_entry_id_seq');
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER ledger_entry_is_stamped BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_entry();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_is_stamped;

-- An entry joins its transaction only in the same breath, and moves the balance.
CREATE OR REPLACE FUNCTION ledger_post_entry() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.book <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A close''s book takes nothing more.';
    END IF;
    PERFORM FROM ledger_transaction
    WHERE book = NEW.book AND id = NEW.transaction_id AND xid = pg_current_xact_id();
    IF NOT FOUND THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'The transaction is sealed: it was committed before.';
    END IF;
    UPDATE ledger_balance SET amount = amount + NEW.amount
    WHERE account_id = NEW.account_id;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER ledger_entry_is_posted AFTER INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_post_entry();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_is_posted;

CREATE OR REPLACE FUNCTION ledger_check_balanced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    txn bigint;
    lines bigint;
    total numeric;
BEGIN
    IF TG_ARGV[0] = 'transaction' THEN
        txn := NEW.id;
    ELSE
        txn := NEW.transaction_id;
    END IF;
    SELECT count(*), coalesce(sum(amount), 0) INTO lines, total
    FROM ledger_entry WHERE book = NEW.book AND transaction_id = txn;
    IF lines < 2 OR total <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Transaction %s has %s entries and sums to %s.', txn, lines, total);
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_transaction_is_balanced ON ledger_transaction;
CREATE CONSTRAINT TRIGGER ledger_transaction_is_balanced
    AFTER INSERT ON ledger_transaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_balanced('transaction');
ALTER TABLE ledger_transaction ENABLE ALWAYS TRIGGER ledger_transaction_is_balanced;

DROP TRIGGER IF EXISTS ledger_entry_is_balanced ON ledger_entry;
CREATE CONSTRAINT TRIGGER ledger_entry_is_balanced
    AFTER INSERT ON ledger_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_balanced('entry');
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_is_balanced;

-- What is reversed of a transaction is at most what it did, account by account.
CREATE OR REPLACE FUNCTION ledger_check_reversal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.reverses IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock(NEW.reverses);
    PERFORM FROM ledger_transaction WHERE id = NEW.reverses AND id <> NEW.id;
    IF NOT FOUND THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('There is no transaction %s to reverse.', NEW.reverses);
    END IF;
    PERFORM FROM (
        SELECT account_id, sum(amount) AS amount FROM ledger_entry
        WHERE transaction_id = NEW.reverses GROUP BY account_id
    ) AS original
    FULL JOIN (
        SELECT e.account_id, sum(e.amount) AS amount
        FROM ledger_transaction t
        JOIN ledger_entry e ON e.book = t.book AND e.transaction_id = t.id
        WHERE t.reverses = NEW.reverses GROUP BY e.account_id
    ) AS reversal USING (account_id)
    WHERE reversal.amount IS NOT NULL
      AND (original.amount IS NULL OR sign(original.amount) = sign(reversal.amount)
           OR abs(reversal.amount) > abs(original.amount));
    IF FOUND THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Transaction %s would be reversed by more than it did.', NEW.reverses);
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS ledger_reversal_is_bounded ON ledger_transaction;
CREATE CONSTRAINT TRIGGER ledger_reversal_is_bounded
    AFTER INSERT ON ledger_transaction DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION ledger_check_reversal();
ALTER TABLE ledger_transaction ENABLE ALWAYS TRIGGER ledger_reversal_is_bounded;

CREATE OR REPLACE TRIGGER ledger_transaction_stays BEFORE UPDATE OR DELETE ON ledger_transaction
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_transaction ENABLE ALWAYS TRIGGER ledger_transaction_stays;

CREATE OR REPLACE TRIGGER ledger_entry_stays BEFORE UPDATE OR DELETE ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_stays;

CREATE OR REPLACE TRIGGER ledger_account_stays BEFORE UPDATE OR DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_stays;

CREATE OR REPLACE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger_transaction
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_transaction ENABLE ALWAYS TRIGGER ledger_is_not_emptied;

CREATE OR REPLACE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger_entry
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_is_not_emptied;

CREATE OR REPLACE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger_account
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_is_not_emptied;

CREATE OR REPLACE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON ledger_balance
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE ledger_balance ENABLE ALWAYS TRIGGER ledger_is_not_emptied;

-- Whoever makes a partition guards it: TRUNCATE guards are not cloned.
CREATE OR REPLACE FUNCTION ledger_guard_partition(partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM app', partition);
    EXECUTE format('CREATE TRIGGER ledger_is_not_emptied BEFORE TRUNCATE ON %s'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change()', partition);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER ledger_is_not_emptied', partition);
END
$$;

CREATE OR REPLACE VIEW audit_entry AS
SELECT t.reference, t.kind, a.kind AS account_kind, a.owner_id, e.currency, e.amount,
       to_char(flattr_month_start(t.period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period,
       t.occurred_at, t.posted_at
FROM ledger_entry e
JOIN ledger_transaction t ON t.book = e.book AND t.id = e.transaction_id
JOIN ledger_account a ON a.id = e.account_id;
REVOKE ALL ON audit_entry FROM app;
GRANT SELECT ON audit_entry TO app;
