"""Promises: kept once the author has come forward; otherwise they lapse.

All promises of a reader for one thing become one flattr of the month that is running
then, received now, if the budget is open. The reader is told and can undo it until
that month ends. Of promises from earlier months at most 25 creators' worth are kept
in a month, so that nobody's month is suddenly crowded; the oldest come first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import F, Max, Min, Q

from accounts.mail import outbox
from accounts.models import Budget, Outbox, User
from buttons.clicks.flattring import FlattrOnce, flattr_thing
from buttons.models import Promise, PromiseQuerySet, Thing
from flattr import months
from flattr.database import clock
from flattr.web.refusals import Refusal

OLD_CREATORS_A_MONTH = 25
MONTHS_KEPT = 6


def keep_promises() -> int:
    """Turn every promise that can be kept into a flattr; how many flattrs it made."""
    period = clock.period()
    due = list(_due(period))
    readers = User.objects.in_bulk({reader for reader, _, _ in due})
    things = Thing.objects.with_owner().in_bulk({thing for _, thing, _ in due})
    crowds: dict[int, set[int]] = {}
    kept = 0
    for reader_id, thing_id, latest in due:
        reader, thing = readers[reader_id], things[thing_id]
        creator = thing.owner_id
        assert creator is not None, thing
        # What was promised again in this month is wanted in this month.
        old = latest < period
        if old and creator != reader_id:
            if reader_id not in crowds:
                crowds[reader_id] = _kept_of_old(reader, period)
            if not _has_room(crowds[reader_id], creator):
                continue
        if _keep_promise(reader, thing, period, old=old):
            kept += 1
            if old:
                crowds[reader_id].add(creator)
    return kept


def _due(period: int) -> Iterable[tuple[int, int, int]]:
    """Reader, thing and latest month of what can be kept, the oldest first; of one's
    own things too, whose promises only lapse."""
    open_budgets = Budget.objects.open(period).values("reader")
    return (
        Promise.objects.filter(
            Q(reader__in=open_budgets) | Q(reader=F("thing__owner")),
            thing__proved_at__isnull=False,
            thing__suspended_at=None,
            thing__owner__is_active=True,
            thing__owner__suspended_at=None,
            thing__owner__closing_at=None,
        )
        .values("reader_id", "thing_id")
        .annotate(first=Min("promised_at"), latest=Max("period"))
        .order_by("first", "reader_id", "thing_id")
        .values_list("reader_id", "thing_id", "latest")
    )


def _kept_of_old(reader: User, period: int) -> set[int]:
    """The creators of promises from earlier months that were kept in this one: the
    mails that said so are the record."""
    told = Outbox.objects.filter(
        person=reader, template="promise_kept", facts__period=period, facts__old=True
    )
    return set(told.values_list("facts__creator", flat=True))


def _has_room(crowd: set[int], creator: int) -> bool:
    return creator in crowd or len(crowd) < OLD_CREATORS_A_MONTH


@transaction.atomic
def _keep_promise(reader: User, thing: Thing, period: int, *, old: bool) -> bool:
    """Make one flattr of what the reader promised the thing; whether one was made."""
    if old and thing.owner_id != reader.pk and not _is_let_in(reader, thing, period):
        return False
    promises = Promise.objects.select_for_update().filter(reader=reader, thing=thing)
    if not list(promises):
        return False
    made = False
    if thing.owner_id != reader.pk:
        try:
            flattr_thing(reader, thing)
            made = True
        except FlattrOnce:
            pass  # There is one in this month already; that is the one they become.
        except Refusal:
            return False
    promises.delete()
    if made:
        assert thing.owner is not None, thing
        # What one creator's pages became at once is one mail.
        outbox.add(
            f"promise_kept:{months.show(period)}:{reader.pk}:{thing.pk}",
            "promise_kept",
            reader,
            {"thing": thing.pk, "title": thing.title},
            creator=thing.owner_id,
            creator_name=thing.owner.name,
            period=period,
            old=old,
        )
    return made


def _is_let_in(reader: User, thing: Thing, period: int) -> bool:
    """Whether the month is not crowded yet, now that no other worker keeps promises
    of this reader; the month's lock first, as wherever people are locked."""
    assert thing.owner_id is not None, thing
    clock.moment()
    User.objects.select_for_update(no_key=True).get(pk=reader.pk)
    return _has_room(_kept_of_old(reader, period), thing.owner_id)


def lapse_promises() -> int:
    """Let promises lapse that waited for six months, and notify their readers; returns
    how many did."""
    waited = Promise.objects.filter(promised_at__lt=_six_months_before(clock.now()))
    readers = User.objects.filter(pk__in=waited.values("reader")).order_by("pk")
    return sum(_lapse(reader, waited.filter(reader=reader)) for reader in readers)


@transaction.atomic
def _lapse(reader: User, waited: PromiseQuerySet) -> int:
    """All that has waited too long for one reader, in one mail, the oldest first."""
    locked = waited.select_for_update(of=("self",)).select_related("thing")
    gone = list(locked.order_by("thing_id", "id"))
    if not gone:
        return 0
    waited.filter(pk__in=[promise.pk for promise in gone]).delete()
    first, *others = sorted(gone, key=lambda promise: promise.pk)
    outbox.write(
        f"promise_lapsed:{first.pk}",
        "promise_lapsed",
        reader,
        thing=first.thing_id,
        title=first.thing.title,
        more=[
            {"thing": promise.thing_id, "title": promise.thing.title}
            for promise in others
        ],
        period=first.period,
    )
    return len(gone)


def _six_months_before(now: datetime) -> datetime:
    """The same day and hour six months earlier, or that month's last day."""
    first = months.start(months.shifted(months.period_of(now), -MONTHS_KEPT))
    last = months.end(months.period_of(first))
    return min(first + (now - months.start(months.period_of(now))), last)
