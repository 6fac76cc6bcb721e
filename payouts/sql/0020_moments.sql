-- Approvals and bank accounts count in the order in which they came and from when they
-- did: they number themselves, and another moment than now is refused.

CREATE FUNCTION approval_is_given_now() RETURNS trigger
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
CREATE TRIGGER approval_is_given_now BEFORE INSERT ON approval
    FOR EACH ROW EXECUTE FUNCTION approval_is_given_now();
ALTER TABLE approval ENABLE ALWAYS TRIGGER approval_is_given_now;

CREATE FUNCTION destination_waits() RETURNS trigger
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
CREATE TRIGGER destination_waits BEFORE INSERT ON destination
    FOR EACH ROW EXECUTE FUNCTION destination_waits();
ALTER TABLE destination ENABLE ALWAYS TRIGGER destination_waits;
