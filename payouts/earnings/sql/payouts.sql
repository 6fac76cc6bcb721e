-- Nobody types an amount or a destination (W4): once asked for, a payout moves only from
-- state to state, and what was decided stays.

REVOKE UPDATE, DELETE, TRUNCATE ON payout, approval, destination FROM app;
GRANT UPDATE (state, reason, decided_at, transfer_id, sent_at, asked_at, returned, due_at,
              refusals, claimed_until) ON payout TO app;
GRANT UPDATE (cancelled_at) ON destination TO app;

-- What the admin wrote down is only ever added, like the audit log (T42).
REVOKE UPDATE, DELETE, TRUNCATE ON django_admin_log FROM app;

-- Handed to Stripe, a payout is unknown until Stripe says what became of it (W2).
CREATE OR REPLACE FUNCTION payout_keep_order() RETURNS trigger
LANGUAGE plpgsql
AS $$
BEGIN
    IF OLD.state = NEW.state OR (OLD.state, NEW.state) IN (
        ('requested', 'approved'), ('requested', 'held'), ('requested', 'rejected'),
        ('approved', 'sent'), ('approved', 'held'), ('approved', 'rejected'),
        ('approved', 'unknown'), ('unknown', 'sent'), ('unknown', 'approved'),
        ('unknown', 'held'),
        ('held', 'requested'), ('held', 'approved'), ('held', 'rejected'),
        ('sent', 'failed')
    ) THEN
        RETURN NEW;
    END IF;
    RAISE integrity_constraint_violation USING
        MESSAGE = format('A payout does not go from %s to %s.', OLD.state, NEW.state);
END
$$;

CREATE OR REPLACE TRIGGER payout_keeps_order BEFORE UPDATE OF state ON payout
    FOR EACH ROW EXECUTE FUNCTION payout_keep_order();
ALTER TABLE payout ENABLE ALWAYS TRIGGER payout_keeps_order;

-- Approvals and bank accounts count in the order in which they came and from when they
-- did: they number themselves, and another moment than now is refused.
CREATE OR REPLACE FUNCTION approval_is_given_now() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.approval_id_seq');
    IF flattr_clock() - NEW.at NOT BETWEEN interval '0' AND interval '15 seconds' THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'An approval is given now, not at another time.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER approval_is_given_now BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_is_given_now();
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_is_given_now;

-- Nobody approves a payout to themselves.
CREATE OR REPLACE FUNCTION approval_is_not_ones_own() RETURNS trigger
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

CREATE OR REPLACE TRIGGER approval_is_not_ones_own AFTER INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_is_not_ones_own();
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_is_not_ones_own;

CREATE OR REPLACE FUNCTION destination_waits() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.destination_id_seq');
    IF flattr_clock() - NEW.made_at NOT BETWEEN interval '0' AND interval '15 seconds'
        OR NEW.usable_at < NEW.made_at + interval '7 days' THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A new bank account waits seven days.';
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE TRIGGER destination_waits BEFORE INSERT ON destination
    FOR EACH ROW EXECUTE FUNCTION destination_waits();
ALTER TABLE destination ENABLE ALWAYS TRIGGER destination_waits;

CREATE OR REPLACE VIEW audit_payout AS
SELECT id, creator_id, amount, state, transfer_id FROM payout;
REVOKE ALL ON audit_payout FROM app;
GRANT SELECT ON audit_payout TO app;
