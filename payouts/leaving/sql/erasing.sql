-- Erasing somebody who left: what says who it was goes, the ledger stays as it is, and
-- so does what the books need: amounts, times, states (T47).

-- Amounts, months and yes or no stay; words go.
CREATE OR REPLACE FUNCTION flattr_only_numbers(facts jsonb) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(key, value), '{}') FROM jsonb_each(facts)
    WHERE jsonb_typeof(value) IN ('number', 'boolean', 'null')
$$;

CREATE OR REPLACE FUNCTION flattr_without_name(facts jsonb, name text) RETURNS jsonb
LANGUAGE sql IMMUTABLE
AS $$
    SELECT coalesce(jsonb_object_agg(key, CASE WHEN value = to_jsonb(name)
                                          THEN '"somebody who left"' ELSE value END), '{}')
    FROM jsonb_each(facts)
$$;

-- The application may only ask for it, and only for whoever closed their account seven
-- days ago and has no money here; what it may change itself (sessions, addresses,
-- things) it does itself.
CREATE OR REPLACE FUNCTION flattr_erase_person(who bigint) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    leaver public.person;
    called text;
    subjects text[];
    linked bigint[];
BEGIN
    SELECT * INTO leaver FROM person WHERE id = who FOR UPDATE;
    IF leaver.erased_at IS NOT NULL THEN
        RETURN leaver.erased_at;
    ELSIF leaver.closing_at IS NULL
        OR leaver.closing_at > flattr_clock() - interval '7 days' THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('Person %s did not close their account seven days ago.', who);
    ELSIF EXISTS (
            SELECT FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
            WHERE a.owner_id = who AND b.amount <> 0)
        OR EXISTS (SELECT FROM payout WHERE creator_id = who
                   AND state IN ('requested', 'approved', 'held', 'unknown'))
        OR EXISTS (SELECT FROM refund WHERE reader_id = who
                   AND done_at IS NULL AND failed_at IS NULL)
        OR EXISTS (SELECT FROM dispute WHERE reader_id = who AND closed_at IS NULL)
        OR EXISTS (SELECT FROM close_problem WHERE reader_id = who AND closed_at IS NULL)
    THEN
        RAISE invalid_parameter_value USING
            MESSAGE = format('Money of person %s is still here.', who);
    END IF;

    subjects := ARRAY(
        SELECT 'person:' || who
        UNION ALL SELECT 'payout:' || id FROM payout WHERE creator_id = who
        UNION ALL SELECT 'payment:' || id FROM payment WHERE reader_id = who
        UNION ALL SELECT 'thing:' || id FROM thing WHERE owner_id = who
        UNION ALL SELECT 'report:' || r.id FROM report r LEFT JOIN thing t ON t.id = r.thing_id
                  WHERE r.person_id = who OR r.reporter_id = who OR t.owner_id = who);
    -- Whose payouts may name the leaver as somebody they share a bank account, a card or
    -- their readers with.
    linked := ARRAY(
        SELECT other.creator_id FROM destination own
        JOIN destination other USING (fingerprint)
        WHERE own.creator_id = who AND own.fingerprint <> ''
        UNION SELECT l.creator_id FROM given_to l WHERE l.reader_id = who
        UNION SELECT l.reader_id FROM given_to l WHERE l.creator_id = who
        UNION SELECT other.reader_id FROM payment own JOIN payment other USING (fingerprint)
              WHERE own.reader_id = who AND own.fingerprint <> '');
    called := '\m' || regexp_replace(leaver.username, '([.])', '\\\1', 'g') || '\M';

    PERFORM set_config('flattr.erasing', who::text, true);
    UPDATE audit SET before = flattr_only_numbers(before), after = flattr_only_numbers(after),
                     reason = ''
    WHERE subject = ANY (subjects);
    UPDATE audit SET ip = NULL WHERE actor_id = who;
    UPDATE audit SET before = flattr_only_numbers(before), after = flattr_only_numbers(after),
                     reason = ''
    WHERE actor_id = who AND NOT leaver.is_staff;
    UPDATE audit SET before = flattr_without_name(before, leaver.username),
                     after = flattr_without_name(after, leaver.username), reason = ''
    WHERE jsonb_path_exists(before, '$.* ? (@ == $name)', jsonb_build_object('name', leaver.username))
       OR jsonb_path_exists(after, '$.* ? (@ == $name)', jsonb_build_object('name', leaver.username));
    UPDATE audit SET reason = regexp_replace(reason, called, 'somebody who left', 'g')
    WHERE subject IN (SELECT 'payout:' || id FROM payout WHERE creator_id = ANY (linked))
      AND reason ~ called;
    PERFORM set_config('flattr.erasing', '', true);

    UPDATE payout SET flags = regexp_replace(flags::text, called, 'somebody who left', 'g')::jsonb,
                      reason = regexp_replace(reason, called, 'somebody who left', 'g')
    WHERE creator_id = ANY (linked) AND (flags::text ~ called OR reason ~ called);
    UPDATE payout SET flags = '[]', reason = '' WHERE creator_id = who;
    UPDATE approval SET reason = ''
    WHERE payout_id IN (SELECT id FROM payout WHERE creator_id = who);
    UPDATE destination SET holder = '', iban = '', stripe_id = '', bank_id = '', country = '',
                           last4 = '', fingerprint = ''
    WHERE creator_id = who;
    UPDATE payment SET paid_with = '', kept_id = '', fingerprint = '' WHERE reader_id = who;
    UPDATE refund SET failure = '' WHERE reader_id = who;
    UPDATE django_admin_log g SET object_repr = '', change_message = ''
    FROM django_content_type c
    WHERE c.id = g.content_type_id
      AND (g.user_id = who
           OR (c.model IN ('user', 'creator') AND g.object_id = who::text)
           OR c.model || ':' || g.object_id = ANY (subjects));

    -- First what waits: a worker that is just making a picture of it holds its row, and
    -- the picture is there when it lets go.
    DELETE FROM wanted_picture
    WHERE person_id = who OR thing_id IN (SELECT id FROM thing WHERE owner_id = who);
    DELETE FROM picture
    WHERE person_id = who OR thing_id IN (SELECT id FROM thing WHERE owner_id = who);
    UPDATE person SET
        username = 'left:' || who, email = 'left:' || who, password = '!',
        first_name = '', last_name = '', about = '', url = '', links = '{}', city = '', country = '',
        paper_address = '', vat_id = '',
        shows_flattrs = false, suspension_reason = '', last_login = NULL,
        is_active = false, is_staff = false, is_superuser = false,
        leaving_due_at = NULL, erased_at = flattr_clock()
    WHERE id = who;
    RETURN flattr_clock();
END
$$;

GRANT EXECUTE ON FUNCTION
    flattr_erase_person(bigint)
TO app;
