-- What a reader gives a month.

-- What somebody gives is chosen for the running month or a later one: a month that is
-- over is split by what was chosen while it ran.
CREATE OR REPLACE FUNCTION budget_amount_keep_border() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF current_user <> (SELECT pg_get_userbyid(relowner) FROM pg_class
                        WHERE oid = 'public.budget_amount'::regclass)
        AND least(OLD.period, NEW.period) < (SELECT m.period FROM flattr_moment() m) THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'The month is over: what was given in it stays.';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;

CREATE OR REPLACE TRIGGER budget_amount_keeps_border BEFORE INSERT OR UPDATE OR DELETE ON budget_amount
    FOR EACH ROW EXECUTE FUNCTION budget_amount_keep_border();
ALTER TABLE budget_amount ENABLE ALWAYS TRIGGER budget_amount_keeps_border;
