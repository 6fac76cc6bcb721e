-- A name that was asked for with the address of somebody who has an account is kept
-- for that person: whoever asked cannot tell it from a sign-up that went through.

CREATE FUNCTION flattr_hold_name(wanted text, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    INSERT INTO taken_name (name, person_id)
    SELECT lower(wanted), id FROM person WHERE lower(email) = lower(address)
    ON CONFLICT (name) DO NOTHING
$$;
REVOKE EXECUTE ON FUNCTION flattr_hold_name(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION flattr_hold_name(text, text) TO app;
