-- What Stripe told us of our balance is only ever added; who looked at it, and when,
-- is never taken away.

REVOKE UPDATE, DELETE, TRUNCATE ON movement FROM app;
CREATE TRIGGER movement_stays BEFORE UPDATE OR DELETE ON movement
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER movement_is_not_emptied BEFORE TRUNCATE ON movement
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_stays;
ALTER TABLE movement ENABLE ALWAYS TRIGGER movement_is_not_emptied;

REVOKE DELETE, TRUNCATE ON reconciliation FROM app;
GRANT UPDATE (fetched_at) ON payment TO app;
