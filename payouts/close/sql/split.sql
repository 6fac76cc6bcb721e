-- The split, in the same integers as flattr/split.py: what each thing gets of a reader's
-- frozen month. A property test holds the two together.

-- flattr/split.py's rotation.
CREATE OR REPLACE FUNCTION split_rotation(reader_id bigint, period integer, n bigint) RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT ((((reader_id % 4294967296) * 668265263
              + (period / 100 * 12 + period % 100 - 1)::bigint * 1640531527) % 4294967296)
            * n / 4294967296)::integer
$$;

-- flattr/split.py's share of one rank, in the same integers.
CREATE OR REPLACE FUNCTION split_share(pot bigint, n bigint, rank bigint, rotation bigint) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$
    SELECT pot / n + ((rank + rotation) % n < pot % n)::integer
$$;

-- What the readers from lo to hi (not hi) flattred, each row with its place in the split:
-- `rank` is the creator's among the reader's creators, or the thing's among the things
-- with the policy 'thing', both by id from 0. `nth` counts a creator's `things` for one
-- reader from 0, by id; with the policy 'creator' each nth = 0 is one creator's entry.
-- Written so that it becomes part of the statement that calls it: rows come in the order
-- of an index of the flattrs and are not sorted.
CREATE OR REPLACE FUNCTION split_ranks(p integer, lo bigint, hi bigint, the_policy text)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank bigint,
               nth bigint, things bigint)
LANGUAGE sql STABLE
AS $$
    SELECT r.reader_id, r.creator_id, r.thing_id,
           CASE the_policy
           WHEN 'thing' THEN row_number() OVER (PARTITION BY r.reader_id ORDER BY r.thing_id)
           ELSE dense_rank() OVER (PARTITION BY r.reader_id ORDER BY r.creator_id)
           END - 1,
           row_number() OVER creator - 1,
           count(*) OVER (PARTITION BY r.reader_id, r.creator_id)
    FROM public.flattr r
    WHERE r.period = p AND r.reader_id >= lo AND r.reader_id < hi
    WINDOW creator AS (PARTITION BY r.reader_id, r.creator_id ORDER BY r.thing_id)
$$;

-- What each thing gets from the readers from lo to hi (not hi). It becomes part of the
-- statement that calls it as well, which is then planned for these readers, this policy
-- and the columns that it asks for.
CREATE OR REPLACE FUNCTION close_lines_of(p integer, lo bigint, hi bigint, the_policy text)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank integer,
               share bigint, amount bigint, nth bigint)
LANGUAGE sql STABLE
AS $$
    SELECT s.reader_id, s.creator_id, s.thing_id, s.rank::integer, s.share,
           CASE WHEN the_policy = 'thing' OR s.things = 1 THEN s.share
           ELSE split_share(s.share, s.things, s.nth,
                            split_rotation(s.reader_id, p, s.things)) END,
           s.nth
    FROM (
        SELECT f.reader_id, f.creator_id, f.thing_id, f.nth, f.things, f.rank,
               split_share(m.pot, m.units, f.rank, m.rotation) AS share
        FROM public.split_ranks(p, lo, hi, the_policy) AS f
        JOIN (
            SELECT b.reader_id, b.spent - b.fee AS pot, b.units, b.rotation
            FROM public.reader_month b
            WHERE b.period = p AND b.reader_id >= lo AND b.reader_id < hi AND b.spent > 0
              AND NOT EXISTS (SELECT FROM public.close_problem c
                              WHERE c.period = p AND c.reader_id = b.reader_id
                                AND c.closed_at IS NULL)
        ) AS m ON m.reader_id = f.reader_id
        OFFSET 0
    ) AS s
$$;

-- The lines of the statements of readers from lo to hi (not hi): what each thing
-- gets. A creator's entry is the sum of its lines.
CREATE OR REPLACE FUNCTION close_lines(p integer, lo bigint, hi bigint)
RETURNS TABLE (reader_id bigint, creator_id bigint, thing_id bigint, rank integer,
               share bigint, amount bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
    SELECT l.reader_id, l.creator_id, l.thing_id, l.rank, l.share, l.amount
    FROM close c CROSS JOIN LATERAL close_lines_of(p, lo, hi, c.policy) l
    WHERE c.period = p
$$;

GRANT EXECUTE ON FUNCTION
    split_rotation(bigint, integer, bigint), split_share(bigint, bigint, bigint, bigint)
TO app;
