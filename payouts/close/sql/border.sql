-- The month's border: no flattr is missed by a close, and none lands in a closed month.

-- A flattr is of the month it arrives in and is taken back only while that runs.
CREATE OR REPLACE FUNCTION flattr_keep_border() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    what public.flattr;
BEGIN
    IF TG_OP = 'DELETE' THEN
        what := OLD;
        IF (SELECT m.period FROM flattr_moment() m) <> what.period THEN
            RAISE integrity_constraint_violation USING MESSAGE = 'The month is over.';
        END IF;
    ELSE
        what := NEW;
        PERFORM pg_advisory_xact_lock_shared(flattr_lock('month'), what.period);
        IF flattr_clock() - what.received_at NOT BETWEEN interval '0' AND interval '15 seconds' THEN
            RAISE integrity_constraint_violation USING
                MESSAGE = 'A flattr is received now, not at another time.';
        END IF;
    END IF;
    PERFORM FROM close WHERE period = what.period;
    IF FOUND THEN
        RAISE integrity_constraint_violation USING MESSAGE = 'The month is closing or closed.';
    END IF;
    RETURN what;
END
$$;

CREATE OR REPLACE TRIGGER flattr_keeps_border BEFORE INSERT OR DELETE ON flattr
    FOR EACH ROW EXECUTE FUNCTION flattr_keep_border();
ALTER TABLE flattr ENABLE ALWAYS TRIGGER flattr_keeps_border;
