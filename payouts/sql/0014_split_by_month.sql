-- Splits are kept by month, as the ledger's entries are: a month's are written into a
-- bare table and get their keys in bulk. Each is of a frozen month, which is of a
-- person and of a close.
DROP VIEW audit_split;
ALTER TABLE split RENAME TO split_before;
ALTER TABLE split_before RENAME CONSTRAINT split_once_a_month TO split_before_pkey;
DROP INDEX split_of_period;
CREATE TABLE split (
    reader_id bigint NOT NULL,
    period integer NOT NULL,
    currency text NOT NULL,
    policy text NOT NULL,
    spent bigint NOT NULL CONSTRAINT split_spends_something CHECK (spent > 0),
    fee bigint NOT NULL CONSTRAINT split_fee_is_a_part CHECK (fee BETWEEN 0 AND spent),
    creators integer NOT NULL CONSTRAINT split_has_creators CHECK (creators > 0),
    units integer NOT NULL CONSTRAINT split_has_units CHECK (units >= creators),
    rotation integer NOT NULL,
    without integer NOT NULL CONSTRAINT split_without_is_counted CHECK (without >= 0),
    trusted boolean NOT NULL,
    reference text NOT NULL,
    CONSTRAINT split_once_a_month PRIMARY KEY (reader_id, period, currency),
    CONSTRAINT split_reference_is_unique UNIQUE (period, reference),
    CONSTRAINT split_of_a_frozen_month FOREIGN KEY (period, reader_id)
        REFERENCES reader_month (period, reader_id)
) PARTITION BY LIST (period);
CREATE INDEX split_of_period ON split (period, reader_id);
CREATE TRIGGER split_stays BEFORE UPDATE OR DELETE ON split
    FOR EACH ROW EXECUTE FUNCTION flattr_refuse_change();
CREATE TRIGGER split_is_not_emptied BEFORE TRUNCATE ON split
    FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change();
ALTER TABLE split ENABLE ALWAYS TRIGGER split_stays;
ALTER TABLE split ENABLE ALWAYS TRIGGER split_is_not_emptied;
REVOKE ALL ON split FROM app;
GRANT SELECT ON split TO app;

-- TRUNCATE guards are not cloned to partitions.
CREATE FUNCTION split_guard_partition(partition regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON %s FROM app', partition);
    EXECUTE format('CREATE TRIGGER split_is_not_emptied BEFORE TRUNCATE ON %s'
                   ' FOR EACH STATEMENT EXECUTE FUNCTION flattr_refuse_change()', partition);
    EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER split_is_not_emptied', partition);
END
$$;

-- A month that is closing has its splits still before it.
DO $$
DECLARE
    p integer;
BEGIN
    FOR p IN SELECT period FROM close WHERE state = 'closed' ORDER BY period LOOP
        EXECUTE format('CREATE TABLE %I PARTITION OF split FOR VALUES IN (%s)', 'split_' || p, p);
        PERFORM split_guard_partition(format('split_%s', p)::regclass);
    END LOOP;
END
$$;
INSERT INTO split SELECT * FROM split_before;
DROP TABLE split_before;

CREATE VIEW audit_split AS
SELECT reader_id, to_char(flattr_month_start(period) AT TIME ZONE 'UTC', 'YYYY-MM') AS period,
       currency, policy, spent, fee, creators, reference
FROM split;
REVOKE ALL ON audit_split FROM app;
GRANT SELECT ON audit_split TO app;
