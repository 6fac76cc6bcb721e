-- What Stripe told us and whom money was taken from is only ever added (L3); of what
-- moves money, nobody changes the amount, whose it is or how it is called.

REVOKE UPDATE, DELETE, TRUNCATE ON stripe_event, traced FROM app;
CREATE TRIGGER stripe_event_stays BEFORE UPDATE OR DELETE ON stripe_event
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER stripe_event_is_not_emptied BEFORE TRUNCATE ON stripe_event
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER traced_stays BEFORE UPDATE OR DELETE ON traced
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER traced_is_not_emptied BEFORE TRUNCATE ON traced
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE stripe_event ENABLE ALWAYS TRIGGER stripe_event_stays;
ALTER TABLE stripe_event ENABLE ALWAYS TRIGGER stripe_event_is_not_emptied;
ALTER TABLE traced ENABLE ALWAYS TRIGGER traced_stays;
ALTER TABLE traced ENABLE ALWAYS TRIGGER traced_is_not_emptied;

REVOKE UPDATE, DELETE, TRUNCATE ON payment, refund, dispute FROM app;
GRANT UPDATE (stripe_id, session_id, raises_to, asked_at, paid_at, failed_at, failure,
              needs_confirmation, cost, card, fingerprint, returned) ON payment TO app;
GRANT UPDATE (stripe_id, asked_at, done_at, failed_at, failure) ON refund TO app;
GRANT UPDATE (amount, reason, status, closed_at) ON dispute TO app;

GRANT UPDATE (asked_at, returned) ON payout TO app;
ALTER TABLE payout ADD CONSTRAINT payout_is_not_returned_twice
    CHECK (returned BETWEEN 0 AND amount);

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
