-- Flattring.

-- A click in one statement, whose parts are planned once for a connection: the month
-- is chosen, every condition looked at, the form's nonce used up and the row written
-- under the month's lock, or it is said why not, and then nothing is written.
--
-- The thing is `asked`, else the one at `asked_address`. What is asked about an address is
-- done for proved things alone: to others more belongs than a click.
--
-- `outcome`: 'flattr', 'promise', or why nothing was written: 'unknown' and 'unproved'
-- (of an address), 'used', 'proved_meanwhile', 'not_found', 'author_refused',
-- 'flattr_owner', 'flattr_once', 'no_means', 'new_month', and 'no_partition' where
-- flattr_open_month has to be called first.
CREATE OR REPLACE FUNCTION flattr_click(
    giver bigint,
    asked bigint,
    asked_address text,
    nonce_sent text,      -- null: no form was asked for
    owner_shown bigint,   -- with a form: who it said would get the flattr,
    month_shown integer,  -- and in which month
    OUT outcome text,
    OUT thing_id bigint,
    OUT title text,
    OUT image text,
    OUT flattrs bigint,
    OUT period integer,
    OUT creator_id bigint,
    OUT moment timestamptz,
    OUT promise_id bigint
)
LANGUAGE plpgsql VOLATILE
AS $$
DECLARE
    page record;
    month integer;
BEGIN
    SELECT m.period, m.moment INTO month, moment FROM public.flattr_moment() AS m;
    period := month;
    IF asked IS NULL THEN
        SELECT t.id INTO asked FROM public.thing AS t WHERE t.url = asked_address;
        IF NOT FOUND THEN
            outcome := 'unknown';
            RETURN;
        END IF;
    END IF;

    SELECT t.id, t.url, t.host, t.title, t.picture, t.owner_id, t.proved_at IS NOT NULL AS proved,
           t.suspended_at IS NULL
           AND (o.id IS NULL OR (o.is_active AND o.suspended_at IS NULL
                                 AND o.closing_at IS NULL)) AS flattrable
    INTO page
    FROM public.thing AS t LEFT JOIN public.person AS o ON o.id = t.owner_id
    WHERE t.id = asked;
    thing_id := page.id;
    title := page.title;
    -- The digest, of which the API makes an address.
    image := page.picture;
    creator_id := page.owner_id;

    IF page.id IS NULL THEN
        outcome := 'not_found';
    ELSIF asked_address IS NOT NULL AND NOT page.proved THEN
        outcome := 'unproved';
    ELSIF nonce_sent IS NOT NULL AND EXISTS (
        SELECT FROM public.used_intent AS u WHERE u.nonce = nonce_sent
    ) THEN
        outcome := 'used';
    ELSIF nonce_sent IS NOT NULL AND page.owner_id IS DISTINCT FROM owner_shown THEN
        outcome := 'proved_meanwhile';
    ELSIF NOT page.flattrable THEN
        outcome := 'not_found';
    ELSIF NOT page.proved AND EXISTS (
        SELECT FROM public.refused AS f WHERE f.address IN (page.url, page.host)
    ) THEN
        outcome := 'author_refused';
    ELSIF page.owner_id = giver THEN
        outcome := 'flattr_owner';
    ELSIF to_regclass(format('public.flattr_%s', month)) IS NULL THEN
        outcome := 'no_partition';
    ELSIF NOT EXISTS (
        SELECT FROM public.person AS r JOIN public.budget AS b ON b.reader_id = r.id
        WHERE r.id = giver AND r.is_active AND r.suspended_at IS NULL
          AND b.credited_at IS NOT NULL AND b.suspended_at IS NULL
    ) OR coalesce((
        SELECT a.amount FROM public.budget_amount AS a
        WHERE a.reader_id = giver AND a.period <= month
        ORDER BY a.period DESC LIMIT 1
    ), 0) = 0 THEN
        outcome := CASE WHEN EXISTS (
            SELECT FROM public.flattr AS f
            WHERE f.period = month AND f.reader_id = giver AND f.thing_id = asked
        ) OR (NOT page.proved AND EXISTS (
            SELECT FROM public.promise AS p
            WHERE p.period = month AND p.reader_id = giver AND p.thing_id = asked
        )) THEN 'flattr_once' ELSE 'no_means' END;
    ELSIF nonce_sent IS NOT NULL AND month_shown <> month THEN
        outcome := 'new_month';
    END IF;
    IF outcome IS NOT NULL THEN
        RETURN;
    END IF;

    -- Of two at once with one form the second waits here for the first.
    IF nonce_sent IS NOT NULL THEN
        INSERT INTO public.used_intent (nonce, used_at)
        VALUES (nonce_sent, statement_timestamp()) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            outcome := 'used';
            RETURN;
        END IF;
    END IF;
    IF page.proved THEN
        INSERT INTO public.flattr (period, reader_id, thing_id, creator_id, received_at)
        VALUES (month, giver, asked, page.owner_id, moment) ON CONFLICT DO NOTHING;
        outcome := CASE WHEN FOUND THEN 'flattr' ELSE 'flattr_once' END;
    ELSE
        INSERT INTO public.promise (period, reader_id, thing_id, promised_at)
        VALUES (month, giver, asked, moment) ON CONFLICT DO NOTHING
        RETURNING id INTO promise_id;
        outcome := CASE WHEN FOUND THEN 'promise' ELSE 'flattr_once' END;
    END IF;
    SELECT t.flattrs INTO flattrs FROM public.thing AS t WHERE t.id = asked;
    IF nonce_sent IS NOT NULL AND outcome = 'flattr_once' THEN
        DELETE FROM public.used_intent AS u WHERE u.nonce = nonce_sent;
    END IF;
END
$$;

GRANT EXECUTE ON FUNCTION
    flattr_click(bigint, bigint, text, text, bigint, integer)
TO app;
