-- Odd cents move on from month to month and reader to reader, evenly for every n. By
-- the first rule they stood still for whoever flattred 3, 6, 9, 12 or 23 creators.

-- flattr/split.py's rotation, in the same integers.
CREATE OR REPLACE FUNCTION split_rotation(reader_id bigint, period integer, n bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ((((reader_id % 4294967296) * 668265263
              + (period / 100 * 12 + period % 100 - 1)::bigint * 1640531527) % 4294967296)
            * n / 4294967296)::integer
$$;

-- A month that is closing was frozen by the first rule. Nobody has seen anything of it
-- yet: it is begun again, from the same facts.
DO $$
DECLARE
    p integer;
BEGIN
    FOR p IN SELECT period FROM close WHERE state = 'closing' LOOP
        EXECUTE format('DROP TABLE IF EXISTS ledger_entry_%s, ledger_transaction_%1$s,'
                       ' revenue_line_%1$s, split_%1$s, close_sum_%1$s, close_part_%1$s', p);
        DELETE FROM close_batch WHERE period = p;
        DELETE FROM close_problem WHERE period = p;
        DELETE FROM reader_month WHERE period = p;
        DELETE FROM close WHERE period = p;
    END LOOP;
END
$$;

-- By which rule, stands with the close and with each split: a reader who was set aside
-- is closed by the rule that holds then.
ALTER TABLE close ADD COLUMN formula text NOT NULL DEFAULT 'first'
    CONSTRAINT close_formula_is_known CHECK (formula IN ('first', 'golden'));
ALTER TABLE close ALTER COLUMN formula SET DEFAULT 'golden';
ALTER TABLE split ADD COLUMN formula text NOT NULL DEFAULT 'first'
    CONSTRAINT split_formula_is_known CHECK (formula IN ('first', 'golden'));
ALTER TABLE split ALTER COLUMN formula SET DEFAULT 'golden';
