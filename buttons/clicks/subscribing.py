"""Subscriptions: a reader flattrs a thing every month, without a click.

Each fires once a month, as soon as the reader's budget is open. That it did stands
in its row, written with the flattr in one transaction; so a flattr that is taken back
does not come again, and a step that was cut short continues where it was. A month in
which it could not fire is skipped.
"""

from __future__ import annotations

import time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from buttons.clicks.flattring import (
    FlattrOnce,
    MonthOver,
    NoMeans,
    NotFlattrable,
    flattr_thing,
)
from buttons.models import Thing
from buttons.models.programs import Subscription
from flattr.database import clock, faults
from flattr.web.refusals import NOTHING_NEW, NothingNew, Refusal

STEP_SECONDS = 30.0
BATCH = 200


class ThingOwner(Refusal):
    says = _("This is your own thing.")

    code = "thing_owner"
    status = 403


class Subscribed(Refusal):
    says = _("You have a subscription for this thing.")

    code = "subscribed"
    status = 403


class NotSubscribed(Refusal):
    says = _("You have no subscription for this thing.")

    code = "not_found"
    status = 404


def subscribe(reader: User, thing: Thing) -> Subscription:
    """Flattr `thing` every month from now on, or `ThingOwner`, `NotFlattrable`,
    `Subscribed`, `NothingNew`. It fires within a minute or so, if the thing has no flattr of the
    reader's in this month."""
    if thing.suspended_at is not None:
        raise NotFlattrable
    if thing.owner_id == reader.pk:
        raise ThingOwner
    now = clock.now()
    try:
        made, new = Subscription.objects.get_or_create(
            reader=reader, thing=thing, defaults={"created_at": now, "started_at": now}
        )
    except IntegrityError as failure:
        if faults.code_of(failure) == NOTHING_NEW:
            raise NothingNew from failure
        raise
    if not new:
        raise Subscribed
    return made


@transaction.atomic
def toggle(reader: User, thing: Thing) -> Subscription:
    """Pause what is active and resume what is paused, or `NotSubscribed`."""
    now = clock.now()
    found = _of(reader, thing)
    if found.active:
        found.paused_at = now
    else:
        found.paused_at, found.started_at = None, now
    found.save(update_fields=["paused_at", "started_at"])
    return found


@transaction.atomic
def unsubscribe(reader: User, thing: Thing) -> None:
    """End it, or `NotSubscribed`. What it flattred stays."""
    _of(reader, thing).delete()


def fire(seconds: float = STEP_SECONDS) -> int:
    """Fire the subscriptions that are due, for about that long; returns how many
    flattrs that made."""
    began = time.monotonic()
    flattred, last = 0, 0
    while time.monotonic() - began < seconds:
        due = Subscription.objects.due(clock.period()).filter(pk__gt=last)
        batch = list(due.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if not batch:
            break
        flattred += sum(fire_one(pk) for pk in batch)
        last = batch[-1]
    return flattred


@transaction.atomic
def fire_one(pk: int) -> bool:
    """Flattr for one subscription, if that is still due; whether it made a flattr."""
    period, _moment = clock.moment()
    due = Subscription.objects.due(period).select_related("reader", "thing")
    found = due.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
    if found is None:
        return False
    made = True
    try:
        flattr_thing(found.reader, found.thing)
    except (NoMeans, MonthOver, NothingNew):
        return False  # Tried again, as long as the month runs.
    except FlattrOnce:
        made = False  # The reader was faster.
    except Refusal:
        made = False  # Its author does not want it; nor this month.
    found.fired_period = period
    found.save(update_fields=["fired_period"])
    return made


def _of(reader: User, thing: Thing) -> Subscription:
    rows = Subscription.objects.select_for_update()
    found = rows.filter(reader=reader, thing=thing).first()
    if found is None:
        raise NotSubscribed
    return found
