-- Disputes.

-- Of what moves money nobody changes the amount, whose it is or how it is called.
REVOKE UPDATE, DELETE, TRUNCATE ON dispute FROM app;
GRANT UPDATE (amount, reason, status, closed_at, due_at, reminded_at, withdrawn_at,
              suspended_at) ON dispute TO app;

-- A debit that the bank could not make: the payment failed late, nobody disputed it.
CREATE OR REPLACE FUNCTION dispute_is_the_banks(d dispute) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN d.reason IN ('insufficient_funds', 'incorrect_account_details', 'bank_cannot_process');

-- An inquiry, by which a bank only asks, sets nobody aside, nor does a failed debit.
CREATE OR REPLACE FUNCTION dispute_is_open(d dispute) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN d.closed_at IS NULL AND NOT starts_with(d.status, 'warning_')
    AND NOT dispute_is_the_banks(d);

GRANT EXECUTE ON FUNCTION
    dispute_is_open(dispute), dispute_is_the_banks(dispute)
TO app;
