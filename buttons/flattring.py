"""Flattring: record a click, take it back. The only door to both tables.

A thing with a proved owner gets a `Flattr`; one without gets a `Promise`, which
counts like a flattr, takes no share and moves no money.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from buttons.models import Flattr, Promise, Thing, UsedIntent
from flattr.refusals import Refusal


class FlattrOwner(Refusal):
    """This is your own thing."""

    code = "flattr_owner"
    status = 403


class FlattrOnce(Refusal):
    """You have flattred this thing this month."""

    code = "flattr_once"
    status = 403


class NoMeans(Refusal):
    """You have no open budget."""

    code = "no_means"
    status = 401


class NotFlattrable(Refusal):
    """This thing cannot be flattred."""

    code = "not_found"
    status = 404


class AuthorRefused(NotFlattrable):
    """Its author does not want flattrs."""


# One statement: the month is chosen, every condition looked at and the row written
# under the month's lock. Where the month has no partition yet it writes nothing.
RECORD = """
    WITH fact AS MATERIALIZED (
        SELECT m.period, m.moment, r.id AS reader_id, t.id AS thing_id,
               t.owner_id AS creator_id, t.proved_at IS NOT NULL AS proved
        FROM flattr_moment() AS m
        JOIN thing t ON t.id = %(thing)s AND t.suspended_at IS NULL
        LEFT JOIN person o ON o.id = t.owner_id
        JOIN person r ON r.id = %(reader)s AND r.is_active AND r.suspended_at IS NULL
        JOIN budget b ON b.reader_id = r.id
             AND b.credited_at IS NOT NULL AND b.suspended_at IS NULL
        JOIN LATERAL (
            SELECT amount FROM budget_amount
            WHERE reader_id = r.id AND period <= m.period
            ORDER BY period DESC LIMIT 1
        ) AS a ON a.amount > 0
        WHERE o.id IS DISTINCT FROM r.id
          AND (o.id IS NULL OR (o.is_active AND o.suspended_at IS NULL
                                AND o.closing_at IS NULL))
          AND (t.proved_at IS NOT NULL OR NOT EXISTS (
                  SELECT FROM refused WHERE address IN (t.url, t.host)))
    ), given AS (
        INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)
        SELECT period, reader_id, thing_id, creator_id, moment FROM fact
        WHERE proved AND to_regclass(format('public.flattr_%%s', period)) IS NOT NULL
        ON CONFLICT DO NOTHING
        RETURNING period, creator_id, received_at
    ), promised AS (
        INSERT INTO promise (period, reader_id, thing_id, promised_at)
        SELECT period, reader_id, thing_id, moment FROM fact WHERE NOT proved
        ON CONFLICT DO NOTHING
        RETURNING id, period, promised_at
    )
    SELECT period, creator_id, received_at, NULL FROM given
    UNION ALL SELECT period, NULL, promised_at, id FROM promised
"""

# Why nothing was written, asked only then.
WHY = """
    SELECT t.id IS NOT NULL AND t.suspended_at IS NULL
               AND (o.id IS NULL OR (o.is_active AND o.suspended_at IS NULL
                                     AND o.closing_at IS NULL)),
           o.id IS NOT DISTINCT FROM %(reader)s,
           EXISTS (SELECT FROM flattr f WHERE f.period = m.period
                   AND f.reader_id = %(reader)s AND f.thing_id = t.id)
           OR (t.proved_at IS NULL AND EXISTS (
                   SELECT FROM promise p WHERE p.period = m.period
                   AND p.reader_id = %(reader)s AND p.thing_id = t.id)),
           m.period,
           to_regclass(format('public.flattr_%%s', m.period)) IS NULL,
           t.proved_at IS NULL AND EXISTS (
               SELECT FROM refused WHERE address IN (t.url, t.host))
    FROM flattr_moment() AS m
    LEFT JOIN thing t ON t.id = %(thing)s
    LEFT JOIN person o ON o.id = t.owner_id
"""

UNDO = """
    WITH m AS MATERIALIZED (SELECT period FROM flattr_moment()), undone AS (
        DELETE FROM flattr USING m
        WHERE flattr.period = m.period AND reader_id = %(reader)s
          AND thing_id = %(thing)s RETURNING 1
    ), taken AS (
        DELETE FROM promise USING m
        WHERE promise.period = m.period AND reader_id = %(reader)s
          AND thing_id = %(thing)s RETURNING 1
    )
    SELECT (SELECT count(*) FROM undone) + (SELECT count(*) FROM taken)
"""

TAKE_BACK = """
    WITH m AS MATERIALIZED (SELECT period FROM flattr_moment()), undone AS (
        DELETE FROM flattr USING m
        WHERE flattr.period = m.period AND {of_flattr} RETURNING reader_id, thing_id
    ), taken AS (
        DELETE FROM promise USING m
        WHERE promise.period = m.period AND {of_promise} RETURNING reader_id, thing_id
    )
    SELECT reader_id, thing_id FROM undone UNION SELECT reader_id, thing_id FROM taken
"""


def flattr_thing(reader: User, thing: Thing) -> Flattr | Promise:
    """Record the click, or refuse and leave nothing behind.

    One statement does the work; only a refusal costs a second, to say why:
    `NotFlattrable`, `FlattrOwner`, `FlattrOnce`, `NoMeans`, in this order. A thing
    without a proved owner gets a `Promise`. Once a month for a reader and a thing.
    """
    recorded = _record(reader, thing)
    if recorded is None and _month_was_missing(reader, thing):
        recorded = _record(reader, thing)
    assert recorded is not None, (reader.pk, thing.pk)
    return recorded


def undo_flattr(reader: User, thing: Thing) -> bool:
    """Take back the running month's flattr or promise; False when there is none.

    What was flattred in a month that is over stays (promise C3).
    """
    with connection.cursor() as cursor:
        cursor.execute(UNDO, {"reader": reader.pk, "thing": thing.pk})
        undone: int = cursor.fetchone()[0]
    return undone > 0


def undo_promises(reader: User, thing: Thing) -> bool:
    """Take back all that a reader promised a thing, of whatever month: a promise
    moves no money, so it may go at any time."""
    taken, _by_model = Promise.objects.filter(reader=reader, thing=thing).delete()
    return taken > 0


def take_back_of_thing(thing: Thing) -> list[tuple[User, Thing]]:
    """Take back the running month's flattrs of a suspended thing; whose they were,
    so that the readers can be told."""
    return _take_back("flattr.thing_id = %(id)s", "promise.thing_id = %(id)s", thing.pk)


def take_back_of_creator(creator: User) -> list[tuple[User, Thing]]:
    """Take back the running month's flattrs of a suspended creator, and what was
    promised to things they are named for; whose they were."""
    return _take_back(
        "flattr.creator_id = %(id)s",
        "promise.thing_id IN (SELECT id FROM thing WHERE owner_id = %(id)s)",
        creator.pk,
    )


def prune_intents() -> int:
    """Forget the nonces of forms that are too old to be sent; how many there were."""
    hour_ago = timezone.now() - timedelta(hours=1)
    pruned, _by_model = UsedIntent.objects.filter(used_at__lt=hour_ago).delete()
    return pruned


def _record(reader: User, thing: Thing) -> Flattr | Promise | None:
    with connection.cursor() as cursor:
        cursor.execute(RECORD, {"reader": reader.pk, "thing": thing.pk})
        row = cursor.fetchone()
    if row is None:
        return None
    period, creator_id, moment, promise_id = row
    if promise_id is not None:
        return Promise(
            id=promise_id, reader=reader, thing=thing, period=period, promised_at=moment
        )
    return Flattr(
        period=period,
        reader=reader,
        thing=thing,
        creator_id=creator_id,
        received_at=moment,
    )


def _month_was_missing(reader: User, thing: Thing) -> bool:
    """Why nothing was recorded: raise the refusal, or make the month's partition."""
    with connection.cursor() as cursor:
        cursor.execute(WHY, {"reader": reader.pk, "thing": thing.pk})
        flattrable, own, once, period, missing, refused = cursor.fetchone()
        if not flattrable:
            raise NotFlattrable
        if refused:
            raise AuthorRefused
        if own:
            raise FlattrOwner
        if once:
            raise FlattrOnce
        if not missing:
            raise NoMeans
        cursor.execute("SELECT flattr_open_month(%s)", [period])
    return True


@transaction.atomic
def _take_back(of_flattr: str, of_promise: str, pk: int) -> list[tuple[User, Thing]]:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            TAKE_BACK.format(of_flattr=of_flattr, of_promise=of_promise), {"id": pk}
        )
        rows: list[tuple[int, int]] = cursor.fetchall()
    readers = User.objects.in_bulk({reader for reader, _thing in rows})
    things = Thing.objects.in_bulk({thing for _reader, thing in rows})
    return [(readers[reader], things[thing]) for reader, thing in sorted(rows)]
