-- Disputes.

-- Of what moves money nobody changes the amount, whose it is or how it is called.
REVOKE UPDATE, DELETE, TRUNCATE ON dispute FROM app;
GRANT UPDATE (amount, reason, status, closed_at, due_at, reminded_at, withdrawn_at,
              suspended_at) ON dispute TO app;

-- An inquiry, by which a bank only asks, sets nobody aside.
CREATE OR REPLACE FUNCTION dispute_is_open(d dispute) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN d.closed_at IS NULL AND NOT starts_with(d.status, 'warning_');

GRANT EXECUTE ON FUNCTION
    dispute_is_open(dispute)
TO app;
