-- Nobody changes whose a gift is, or how much: once made, it only moves from state to
-- state. A gift that is given has its lot.

REVOKE UPDATE, DELETE, TRUNCATE ON gift FROM app;
GRANT UPDATE (state, reserved_at, due_at, given_at, period, ended_at, ending) ON gift TO app;

-- A gift is made now, for a thing that is proved to be the creator's, and with it the
-- reader's month is at most 100.00. Two at once wait for each other.
CREATE OR REPLACE FUNCTION gift_is_allowed() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    month integer;
    at timestamptz;
BEGIN
    SELECT m.period, m.moment INTO month, at FROM flattr_moment() m;
    IF at - NEW.made_at NOT BETWEEN interval '0' AND interval '15 seconds'
        OR NEW.state NOT IN ('waiting', 'reserved') THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A gift begins now, not at another time.';
    END IF;
    IF NEW.thing_id IS NOT NULL THEN
        PERFORM FROM thing t WHERE t.id = NEW.thing_id AND t.owner_id = NEW.creator_id
            AND t.proved_at IS NOT NULL AND t.suspended_at IS NULL;
        IF NOT FOUND THEN
            RAISE integrity_constraint_violation USING
                MESSAGE = 'A gift is for a thing that is proved to be the creator''s.';
        END IF;
    END IF;
    PERFORM reader_lock(NEW.reader_id);
    IF NEW.amount + coalesce((
        SELECT sum(g.amount) FROM gift g WHERE g.reader_id = NEW.reader_id
        AND (g.state IN ('waiting', 'reserved')
             OR (g.state = 'given' AND g.period = month))), 0) > 10000 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A reader gives at most 100.00 a month.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER gift_is_allowed BEFORE INSERT ON gift
    FOR EACH ROW EXECUTE FUNCTION gift_is_allowed();
ALTER TABLE gift ENABLE ALWAYS TRIGGER gift_is_allowed;

CREATE OR REPLACE FUNCTION gift_keep_order() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('waiting', 'reserved'), ('waiting', 'void'), ('waiting', 'lapsed'),
        ('reserved', 'given'), ('reserved', 'void')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation USING
        MESSAGE = format('A gift does not go from %s to %s.', OLD.state, NEW.state);
END
$$;

CREATE OR REPLACE TRIGGER gift_keeps_order BEFORE UPDATE OF state ON gift
    FOR EACH ROW EXECUTE FUNCTION gift_keep_order();
ALTER TABLE gift ENABLE ALWAYS TRIGGER gift_keeps_order;

-- What was given is held, by what the reader's bank can take back on that day. Only for
-- what the ledger says: the posting comes first.
CREATE OR REPLACE FUNCTION gift_is_held() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM ledger_transaction t
    JOIN ledger_entry e ON e.book = 0 AND e.transaction_id = t.id
    JOIN ledger_account a ON a.id = e.account_id
    WHERE t.book = 0 AND t.reference = 'gift:' || NEW.id AND t.period = NEW.period
      AND t.posted_at = NEW.given_at AND a.kind = 'pending'
      AND a.owner_id = NEW.creator_id AND e.amount = NEW.amount - NEW.fee;
    IF NOT FOUND THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Gift %s is not in the ledger as it says.', NEW.id);
    END IF;
    INSERT INTO lot (period, creator_id, hold, gift_id, currency, amount, counted_from,
                     matures_at)
    SELECT NEW.period, NEW.creator_id, h.hold, NEW.id, NEW.currency, NEW.amount - NEW.fee,
           NEW.given_at, NEW.given_at + hold_lasts(h.hold)
    FROM reader_hold(NEW.reader_id, NEW.given_at, NEW.period) h;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER gift_is_held AFTER UPDATE OF state ON gift
    FOR EACH ROW WHEN (NEW.state = 'given' AND OLD.state <> 'given')
    EXECUTE FUNCTION gift_is_held();
ALTER TABLE gift ENABLE ALWAYS TRIGGER gift_is_held;

-- When all is said and done, the ledger has of a gift what its state says, and no more.
CREATE OR REPLACE FUNCTION gift_check_booked() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    now_is public.gift;
    begins text := 'gift:' || NEW.id;
    booked text[];
BEGIN
    SELECT * INTO now_is FROM gift WHERE id = NEW.id;
    booked := ARRAY(SELECT t.reference FROM ledger_transaction t
                    WHERE t.book = 0
                      AND t.reference IN (begins, begins || ':reserve', begins || ':void')
                    ORDER BY t.reference COLLATE "C");
    IF booked IS DISTINCT FROM (CASE
        WHEN now_is.reserved_at IS NULL THEN '{}'
        WHEN now_is.state = 'reserved' THEN ARRAY[begins || ':reserve']
        WHEN now_is.state = 'given' THEN ARRAY[begins, begins || ':reserve']
        ELSE ARRAY[begins || ':reserve', begins || ':void'] END)
    THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = format('Gift %s is not in the ledger as it says.', NEW.id);
    END IF;
    RETURN NULL;
END
$$;

DROP TRIGGER IF EXISTS gift_is_booked ON gift;
CREATE CONSTRAINT TRIGGER gift_is_booked
    AFTER INSERT OR UPDATE ON gift DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION gift_check_booked();
ALTER TABLE gift ENABLE ALWAYS TRIGGER gift_is_booked;

-- For an auditor: each gift beside `audit_entry`'s lines of `gift:ID`.
CREATE OR REPLACE VIEW audit_gift AS
SELECT id, reader_id, creator_id, thing_id, amount, fee, currency, state,
       to_char(flattr_month_start(period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period
FROM gift;
REVOKE ALL ON audit_gift FROM app;
GRANT SELECT ON audit_gift TO app;

-- What each reader gave each creator in each month, by shares of closes and by gifts: who
-- looks for what is wrong with an income sees both.
CREATE OR REPLACE VIEW given_to AS
SELECT period, reader_id, creator_id, amount FROM revenue_line
UNION ALL
SELECT period, reader_id, creator_id, amount - fee FROM gift WHERE state = 'given';
REVOKE ALL ON given_to FROM app;
GRANT SELECT ON given_to TO app;
