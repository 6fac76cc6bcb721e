"""Flattring: record a click, take it back. The only door to both tables.

A thing with a proved owner gets a `Flattr`; one without gets a `Promise`, which
counts like a flattr, takes no share and moves no money.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.models import Flattr, Promise, Thing, UsedIntent
from flattr.database import faults
from flattr.web.refusals import NOTHING_NEW, NothingNew, Refusal

# How long a form that was sent is known, so that it is not sent twice.
INTENTS_KEPT = timedelta(hours=1)


class FlattrOwner(Refusal):
    says = _("This is your own thing.")

    code = "flattr_owner"
    status = 403


class FlattrOnce(Refusal):
    says = _("You have flattred this thing this month.")

    code = "flattr_once"
    status = 403


class NoMeans(Refusal):
    says = _("You have no open budget.")

    code = "no_means"
    status = 401


class NotFlattrable(Refusal):
    says = _("This thing cannot be flattred.")

    code = "not_found"
    status = 404


class AuthorRefused(NotFlattrable):
    says = _("Its author does not want flattrs.")


class MonthOver(Refusal):
    says = _("This month is just being closed. Please try again in a minute.")

    code = "month_over"
    status = 403


# The code with which a guard of the database refuses, where it is no key or check.
REFUSED_BY_GUARD = "23000"

# One statement makes the click and says how it went: sql/click.sql.
CLICK = """
    SELECT outcome, thing_id, title, image, flattrs, period, creator_id, moment,
           promise_id
    FROM flattr_click(%(reader)s, %(thing)s, %(address)s, %(nonce)s, %(owner)s, %(month)s)
"""
REFUSALS: dict[str, type[Refusal]] = {
    "not_found": NotFlattrable,
    "author_refused": AuthorRefused,
    "flattr_owner": FlattrOwner,
    "flattr_once": FlattrOnce,
    "no_means": NoMeans,
}

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


@dataclass(frozen=True, slots=True)
class Form:
    """What the form of a confirm page was about: it works once (`nonce`), for what it
    showed: `owner_id` as who gets the flattr, `period` as its month."""

    nonce: str
    owner_id: int | None
    period: int


@dataclass(frozen=True, slots=True)
class Click:
    """How a click went, in the words of sql/click.sql; `flattrs` is the thing's count
    with it."""

    outcome: str
    thing_id: int
    title: str
    image: str
    flattrs: int
    period: int
    creator_id: int | None
    moment: datetime
    promise_id: int | None


def flattr_thing(reader: User, thing: Thing) -> Flattr | Promise:
    """Record the click, or refuse and leave nothing behind: one statement.

    Refused with `NotFlattrable`, `FlattrOwner`, `FlattrOnce`, `NoMeans`, `NothingNew`, in
    this order.
    A thing without a proved owner gets a `Promise`. Once a month for a reader and a
    thing, whose count is brought up to date.
    """
    done = _click(reader, thing=thing.pk)
    if refusal := REFUSALS.get(done.outcome):
        raise refusal
    thing.flattrs = done.flattrs
    return _recorded(done, reader, thing)


def flattr_address(reader: User, address: str, form: Form | None = None) -> Click:
    """Record the click on the thing at a normalised address, if it is proved whose
    that is: one statement. Refused as `flattr_thing` refuses.

    The outcome is `flattr`; `unknown` or `unproved` for a page that needs more than a
    click, since it has to be registered first; with a form also `used`,
    `proved_meanwhile` (it showed another owner) and `new_month`. Only `flattr` wrote
    anything.
    """
    done = _click(reader, address=address, form=form)
    if refusal := REFUSALS.get(done.outcome):
        raise refusal
    return done


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
    """Take back the running month's flattrs of a suspended thing; returns each with its
    reader, so that the readers can be notified."""
    return _take_back("flattr.thing_id = %(id)s", "promise.thing_id = %(id)s", thing.pk)


def take_back_of_creator(creator: User) -> list[tuple[User, Thing]]:
    """Take back the running month's flattrs of a suspended creator, and what was
    promised to things they are named for; returns each with its reader."""
    return _take_back(
        "flattr.creator_id = %(id)s",
        "promise.thing_id IN (SELECT id FROM thing WHERE owner_id = %(id)s)",
        creator.pk,
    )


def prune_intents() -> int:
    """Forget the nonces of forms that are too old to be sent; how many there were."""
    old = timezone.now() - INTENTS_KEPT
    pruned, _by_model = UsedIntent.objects.filter(used_at__lt=old).delete()
    return pruned


def _click(
    reader: User,
    *,
    thing: int | None = None,
    address: str | None = None,
    form: Form | None = None,
) -> Click:
    values: dict[str, int | str | None] = {
        "reader": reader.pk,
        "thing": thing,
        "address": address,
        "nonce": form.nonce if form else None,
        "owner": form.owner_id if form else None,
        "month": form.period if form else None,
    }
    try:
        done = _ask_for(values)
        if done.outcome == "no_partition":
            with connection.cursor() as cursor:
                cursor.execute("SELECT flattr_open_month(%s)", [done.period])
            done = _ask_for(values)
    except IntegrityError as failure:
        if faults.code_of(failure) == NOTHING_NEW:
            raise NothingNew from failure
        # The database's clock was set back, into a month that is closed already.
        if faults.code_of(failure) == REFUSED_BY_GUARD:
            raise MonthOver from failure
        raise
    return done


def _ask_for(values: dict[str, int | str | None]) -> Click:
    with connection.cursor() as cursor:
        cursor.execute(CLICK, values)
        return Click(*cursor.fetchone())


def _recorded(done: Click, reader: User, thing: Thing) -> Flattr | Promise:
    if done.outcome == "promise":
        return Promise(
            id=done.promise_id,
            reader=reader,
            thing=thing,
            period=done.period,
            promised_at=done.moment,
        )
    assert done.outcome == "flattr", done
    assert done.creator_id is not None, done
    return Flattr(
        period=done.period,
        reader=reader,
        thing=thing,
        creator_id=done.creator_id,
        received_at=done.moment,
    )


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
