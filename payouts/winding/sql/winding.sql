-- Winding down: nothing new is taken, and what is left to be paid back.

REVOKE ALL ON winding_down FROM app;
GRANT SELECT, INSERT, UPDATE (gives_back_since, told_through, stopped_at) ON winding_down TO app;

-- What was begun stays as it was begun; money that goes back is never unsaid.
CREATE OR REPLACE FUNCTION winding_down_keep_order() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (OLD.gives_back_since IS NOT NULL
            AND NEW.gives_back_since IS DISTINCT FROM OLD.gives_back_since)
        OR (OLD.stopped_at IS NOT NULL AND NEW.stopped_at IS DISTINCT FROM OLD.stopped_at) THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'winding_down: what was begun, given back or stopped stays so.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER winding_down_keeps_order BEFORE UPDATE OR DELETE ON winding_down
    FOR EACH ROW EXECUTE FUNCTION winding_down_keep_order();
ALTER TABLE winding_down ENABLE ALWAYS TRIGGER winding_down_keeps_order;

-- Whoever flattrs holds the month's lock shared, and winding down begins under it
-- exclusively: so what is flattred was committed before, or sees the row here. The code
-- is `NOTHING_NEW` in flattr/web/refusals.py.
CREATE OR REPLACE FUNCTION winding_down_refuse() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF EXISTS (SELECT FROM winding_down WHERE stopped_at IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = '23F01',
            MESSAGE = format('The platform is winding down: nothing new in %s.', TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE TRIGGER flattr_ends_with_the_platform BEFORE INSERT ON flattr
    FOR EACH STATEMENT EXECUTE FUNCTION winding_down_refuse();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_ends_with_the_platform;

CREATE OR REPLACE TRIGGER promise_ends_with_the_platform BEFORE INSERT ON promise
    FOR EACH STATEMENT EXECUTE FUNCTION winding_down_refuse();
ALTER TABLE promise ENABLE ALWAYS TRIGGER promise_ends_with_the_platform;

CREATE OR REPLACE TRIGGER subscription_ends_with_the_platform BEFORE INSERT ON subscription
    FOR EACH STATEMENT EXECUTE FUNCTION winding_down_refuse();
ALTER TABLE subscription ENABLE ALWAYS TRIGGER subscription_ends_with_the_platform;

CREATE OR REPLACE TRIGGER payment_ends_with_the_platform BEFORE INSERT ON payment
    FOR EACH STATEMENT EXECUTE FUNCTION winding_down_refuse();
ALTER TABLE payment ENABLE ALWAYS TRIGGER payment_ends_with_the_platform;

CREATE OR REPLACE TRIGGER gift_ends_with_the_platform BEFORE INSERT ON gift
    FOR EACH STATEMENT EXECUTE FUNCTION winding_down_refuse();
ALTER TABLE gift ENABLE ALWAYS TRIGGER gift_ends_with_the_platform;

-- A budget may be lowered and stopped, and the same be chosen again.
CREATE OR REPLACE FUNCTION winding_down_refuse_raise() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.amount > coalesce((
            SELECT a.amount FROM budget_amount a
            WHERE a.reader_id = NEW.reader_id AND a.period <= NEW.period
            ORDER BY a.period DESC LIMIT 1), 0)
        AND EXISTS (SELECT FROM winding_down WHERE stopped_at IS NULL) THEN
        RAISE EXCEPTION USING ERRCODE = '23F01',
            MESSAGE = 'The platform is winding down: no budget is raised.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER budget_amount_ends_with_the_platform BEFORE INSERT OR UPDATE ON budget_amount
    FOR EACH ROW EXECUTE FUNCTION winding_down_refuse_raise();
ALTER TABLE budget_amount ENABLE ALWAYS TRIGGER budget_amount_ends_with_the_platform;

-- A payout is of 10.00 or more (W3), until the platform pays everybody back.
CREATE OR REPLACE FUNCTION payout_is_large_enough() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF NEW.amount < 1000 AND NOT EXISTS (
        SELECT FROM winding_down WHERE gives_back_since IS NOT NULL) THEN
        RAISE check_violation USING MESSAGE = 'A payout is of 10.00 or more.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER payout_is_large_enough BEFORE INSERT ON payout
    FOR EACH ROW EXECUTE FUNCTION payout_is_large_enough();
ALTER TABLE payout ENABLE ALWAYS TRIGGER payout_is_large_enough;

-- Every reader with money here: what the running month takes when it is closed (with
-- `spends`), what stays for months that are over and not closed, what goes back to where
-- it came from, and why the rest does not. The same as `leftovers.left` says of one.
CREATE OR REPLACE FUNCTION winding_readers(cur text, spends boolean)
RETURNS TABLE (reader_id bigint, means bigint, spent bigint, stays bigint, back bigint, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
SET timezone = 'UTC'
AS $$
    WITH now AS (
        SELECT flattr_period(flattr_clock()) AS period
    ), held AS MATERIALIZED (
        SELECT a.owner_id AS reader_id, b.amount
        FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
        WHERE a.kind = 'means' AND a.currency = cur AND b.amount > 0
    ), over AS (
        SELECT flattr_period(g.at) AS period FROM now, generate_series(
            flattr_month_start(close_next()),
            flattr_month_start(now.period) - interval '1 day', interval '1 month') AS g (at)
    ), unclosed AS (
        SELECT f.reader_id, o.period FROM over o
        CROSS JOIN LATERAL (SELECT DISTINCT l.reader_id FROM flattr l
                            WHERE l.period = o.period) AS f
        UNION
        SELECT c.reader_id, c.period FROM now, close_problem c
        WHERE c.closed_at IS NULL AND c.period < now.period
          AND EXISTS (SELECT FROM flattr l
                      WHERE l.period = c.period AND l.reader_id = c.reader_id)
    ), waits AS (
        SELECT u.reader_id, sum(coalesce((
            SELECT a.amount FROM budget_amount a
            WHERE a.reader_id = u.reader_id AND a.period <= u.period
            ORDER BY a.period DESC LIMIT 1), 0))::bigint AS amount
        FROM unclosed u GROUP BY u.reader_id
    ), runs AS MATERIALIZED (
        SELECT m.reader_id, m.spent
        FROM now CROSS JOIN LATERAL close_months(now.period, NULL, 'creator', 0, cur) m
        WHERE spends
    ), returnable AS (
        SELECT p.reader_id, sum(greatest(0, p.amount - p.returned - coalesce((
            SELECT sum(r.amount) FROM refund r
            WHERE r.payment_id = p.id AND p.provider = 'stripe'
              AND r.done_at IS NULL AND r.failed_at IS NULL), 0)))::bigint AS amount
        FROM payment p JOIN held h USING (reader_id)
        WHERE p.paid_at IS NOT NULL AND p.returned < p.amount
          AND NOT EXISTS (SELECT FROM refund r
                          WHERE r.payment_id = p.id AND r.failed_at IS NOT NULL)
          AND (p.provider <> 'stripe' OR (p.stripe_id IS NOT NULL AND NOT EXISTS (
              SELECT FROM dispute d WHERE d.payment_id = p.id AND d.status <> 'won'
              AND d.status <> ALL('{warning_closed,prevented}')
              AND NOT starts_with(d.status, 'warning_'))))
        GROUP BY p.reader_id
    ), known AS (
        SELECT h.reader_id, h.amount AS means,
               CASE WHEN r.suspended_at IS NOT NULL THEN 'suspended'
                    WHEN EXISTS (SELECT FROM dispute d WHERE d.reader_id = h.reader_id
                                 AND dispute_is_open(d)) THEN 'disputed'
                    ELSE '' END AS stopped,
               least(h.amount, coalesce(w.amount, 0)) AS stays,
               coalesce(m.spent, 0) AS spent, coalesce(p.amount, 0) AS returnable
        FROM held h
        JOIN person r ON r.id = h.reader_id
        LEFT JOIN waits w USING (reader_id)
        LEFT JOIN runs m USING (reader_id)
        LEFT JOIN returnable p USING (reader_id)
    ), parted AS (
        SELECT k.*, least(k.spent, k.means - k.stays) AS taken FROM known k
    )
    SELECT k.reader_id, k.means,
           CASE WHEN k.stopped = '' THEN k.taken ELSE 0 END,
           CASE WHEN k.stopped = '' THEN k.stays ELSE 0 END,
           CASE WHEN k.stopped = '' THEN least(k.means - k.stays - k.taken, k.returnable)
                ELSE 0 END,
           CASE WHEN k.stopped <> '' THEN k.stopped
                WHEN k.means - k.stays - k.taken <= k.returnable THEN ''
                WHEN EXISTS (SELECT FROM refund f WHERE f.reader_id = k.reader_id
                             AND f.failed_at IS NOT NULL) THEN 'refused'
                ELSE 'no_payment' END
    FROM parted k
    ORDER BY k.reader_id
$$;

-- Every creator with money here or a debt: what is held and until when at most, what is
-- ready, what is on its way, what they owe, and why what is ready cannot be sent.
CREATE OR REPLACE FUNCTION winding_creators(cur text)
RETURNS TABLE (creator_id bigint, held bigint, until timestamptz, ready bigint,
               on_its_way bigint, owed bigint, why text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    WITH sums AS (
        SELECT a.owner_id AS creator_id,
               coalesce(sum(b.amount) FILTER (WHERE a.kind = 'pending'), 0)::bigint AS held,
               coalesce(sum(b.amount) FILTER (WHERE a.kind = 'revenue'), 0)::bigint AS ready
        FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
        WHERE a.kind IN ('pending', 'revenue') AND a.currency = cur AND b.amount <> 0
        GROUP BY a.owner_id
    ), owing AS (
        SELECT a.owner_id AS creator_id, -sum(e.amount)::bigint AS owed
        FROM ledger_account a JOIN ledger_entry e ON e.account_id = a.id
        WHERE a.kind = 'debt' AND a.currency = cur
        GROUP BY a.owner_id HAVING sum(e.amount) < 0
    ), sending AS (
        SELECT o.creator_id, sum(o.amount)::bigint AS amount,
               bool_or(o.state = 'held') AS held
        FROM payout o
        WHERE o.state IN ('requested', 'approved', 'held', 'unknown') AND o.currency = cur
        GROUP BY o.creator_id
    )
    SELECT c.id, coalesce(s.held, 0),
           (SELECT max(l.matures_at) FROM lot l
            WHERE l.creator_id = c.id AND l.matured_at IS NULL),
           coalesce(s.ready, 0), coalesce(o.amount, 0), coalesce(d.owed, 0),
           CASE WHEN c.suspended_at IS NOT NULL OR NOT c.is_active THEN 'suspended'
                WHEN to_go.id IS NULL THEN 'no_bank'
                WHEN s.ready > 0 AND s.ready <= d.owed THEN 'owes'
                WHEN k.stripe_id IS NOT NULL AND NOT (k.transfers_enabled AND k.payouts_enabled)
                    THEN 'stripe'
                WHEN to_go.usable_at > flattr_clock() THEN 'new_bank'
                WHEN o.held THEN 'payout_held'
                ELSE '' END
    FROM sums s FULL JOIN owing d USING (creator_id) FULL JOIN sending o USING (creator_id)
    JOIN person c ON c.id = creator_id
    LEFT JOIN LATERAL (
        SELECT t.id, t.usable_at, t.stripe_id FROM destination t
        WHERE t.creator_id = c.id AND t.cancelled_at IS NULL
        ORDER BY t.id DESC LIMIT 1) AS to_go ON true
    LEFT JOIN stripe_account k ON k.stripe_id = to_go.stripe_id AND to_go.stripe_id <> ''
    ORDER BY c.id
$$;

GRANT EXECUTE ON FUNCTION winding_readers(text, boolean), winding_creators(text) TO app;
