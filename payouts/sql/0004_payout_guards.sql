-- Nobody types an amount or a destination (W4): once asked for, a payout moves only
-- from state to state, and what was decided stays.

REVOKE UPDATE, DELETE, TRUNCATE ON payout, approval, destination FROM app;
GRANT UPDATE (state, reason, decided_at, transfer_id, sent_at) ON payout TO app;
GRANT UPDATE (cancelled_at) ON destination TO app;

CREATE FUNCTION payout_keep_order() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('requested', 'approved'), ('requested', 'held'), ('requested', 'rejected'),
        ('approved', 'sent'), ('approved', 'held'), ('approved', 'rejected'),
        ('held', 'requested'), ('held', 'approved'), ('held', 'rejected'),
        ('sent', 'failed')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation USING
        MESSAGE = format('A payout does not go from %s to %s.', OLD.state, NEW.state);
END
$$;
CREATE TRIGGER payout_keeps_order BEFORE UPDATE OF state ON payout
    FOR EACH ROW EXECUTE FUNCTION payout_keep_order();
ALTER TABLE payout ENABLE ALWAYS TRIGGER payout_keeps_order;

-- Nobody approves a payout to themselves.
CREATE FUNCTION approval_is_not_ones_own() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    PERFORM FROM payout WHERE id = NEW.payout_id AND creator_id = NEW.staff_id;
    IF FOUND THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'Nobody approves a payout to themselves.';
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER approval_is_not_ones_own AFTER INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_is_not_ones_own();
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_is_not_ones_own;

-- What the admin wrote down is only ever added, like the audit log (T42).
REVOKE UPDATE, DELETE, TRUNCATE ON django_admin_log FROM app;
