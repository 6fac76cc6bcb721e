-- What Stripe told us and whom money was taken from is only ever added (L3).

REVOKE UPDATE, DELETE, TRUNCATE ON stripe_event, traced, movement FROM app;
REVOKE DELETE, TRUNCATE ON reconciliation FROM app;

-- Of what moves money nobody changes the amount, whose it is or how it is called.
REVOKE UPDATE, DELETE, TRUNCATE ON payment, refund FROM app;
GRANT UPDATE (stripe_id, session_id, raises_to, asked_at, paid_at, failed_at, failure,
              needs_confirmation, cost, paid_with, fingerprint, returned, fetched_at,
              claimed_until, method, credited_at, processing_at, late_at) ON payment TO app;
GRANT UPDATE (stripe_id, asked_at, done_at, failed_at, failure) ON refund TO app;

CREATE OR REPLACE TRIGGER stripe_event_stays BEFORE UPDATE OR DELETE ON stripe_event
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE stripe_event ENABLE ALWAYS TRIGGER stripe_event_stays;

CREATE OR REPLACE TRIGGER stripe_event_is_not_emptied BEFORE TRUNCATE ON stripe_event
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE stripe_event ENABLE ALWAYS TRIGGER stripe_event_is_not_emptied;

CREATE OR REPLACE TRIGGER traced_stays BEFORE UPDATE OR DELETE ON traced
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE traced ENABLE ALWAYS TRIGGER traced_stays;

CREATE OR REPLACE TRIGGER traced_is_not_emptied BEFORE TRUNCATE ON traced
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE traced ENABLE ALWAYS TRIGGER traced_is_not_emptied;

CREATE OR REPLACE TRIGGER movement_stays BEFORE UPDATE OR DELETE ON movement
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_stays;

CREATE OR REPLACE TRIGGER movement_is_not_emptied BEFORE TRUNCATE ON movement
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_is_not_emptied;
