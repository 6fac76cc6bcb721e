-- Ids say which seal covers what, and which posting came first. So whatever an insert
-- says, book 0 and the accounts number themselves: a transaction with an id ahead of all
-- others would leave nothing for later seals, one behind would be in a seal that is made.
-- A close's book keeps the ids that the close gave, before it was attached.

CREATE OR REPLACE FUNCTION ledger_stamp_transaction() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    owners boolean;
BEGIN
    owners := current_user = (SELECT pg_get_userbyid(relowner) FROM pg_class
                              WHERE oid = 'public.ledger_transaction'::regclass);
    IF NEW.book <> 0 THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'A close''s book takes nothing more.';
    ELSIF NEW.kind = 'close' AND NOT owners THEN
        RAISE integrity_constraint_violation USING
            MESSAGE = 'Only the close writes closes.';
    END IF;
    -- Drawn while the table is locked for this insert, as seals rely on.
    NEW.id := nextval('public.ledger_transaction_id_seq');
    NEW.xid := pg_current_xact_id();
    IF NEW.kind = 'close' THEN
        NEW.posted_at := flattr_clock();
    ELSE
        SELECT m.period, m.moment INTO NEW.period, NEW.posted_at FROM flattr_moment() m;
    END IF;
    NEW.occurred_at := coalesce(NEW.occurred_at, NEW.posted_at);
    RETURN NEW;
END
$$;

CREATE FUNCTION ledger_stamp_entry() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.ledger_entry_id_seq');
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_entry_is_stamped BEFORE INSERT ON ledger_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_entry();
ALTER TABLE ledger_entry ENABLE ALWAYS TRIGGER ledger_entry_is_stamped;

CREATE FUNCTION ledger_stamp_account() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    NEW.id := nextval('public.ledger_account_id_seq');
    RETURN NEW;
END
$$;
CREATE TRIGGER ledger_account_is_stamped BEFORE INSERT ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_stamp_account();
ALTER TABLE ledger_account ENABLE ALWAYS TRIGGER ledger_account_is_stamped;
