"""Winding the platform down is begun, and may be stopped until money goes back.

From the moment on in which it begins nothing new is flattred or paid in; the database
sees to that (`winding.sql`). Months that are over are closed, shares mature and payouts
are reviewed as ever. What becomes of the running month the operator chooses.
"""

from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from flattr import months
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts.close import foot
from payouts.models import Close, RunningMonth, WindingDown

# Every budget ends with the month before, so that the running month pays nothing.
END_BUDGETS = """
    INSERT INTO budget_amount (reader_id, period, amount)
    SELECT reader_id, %(period)s, 0 FROM budget_amount
    WHERE period <= %(period)s GROUP BY reader_id
    ON CONFLICT (reader_id, period) DO UPDATE SET amount = 0
"""
# Whoever acts in the month holds its lock shared.
END_MONTH = "SELECT pg_advisory_xact_lock(flattr_lock('month'), %s)"


class NotBegun(Refusal):
    says = _("Only a member of staff who is active begins or stops it.")

    code = "not_begun"
    status = 403


class NotStopped(Refusal):
    says = _("There is nothing to stop: the platform is not winding down.")

    code = "not_stopped"
    status = 403


def begin(by: User, running_month: str) -> WindingDown:
    """Begin to wind down; again returns what was begun, if it is the same choice.

    Refused with `NotBegun` for whoever is not staff, and for another choice than the
    one it was begun with.
    """
    if not by.acts_as_staff:
        raise NotBegun
    with transaction.atomic():
        period, at = _alone()
        begun = WindingDown.objects.running()
        if begun is not None:
            if begun.running_month != running_month:
                raise NotBegun(
                    _("It was begun with the other choice for the running month.")
                )
            return begun
        begun = WindingDown.objects.create(
            began_at=at, begun_by=by, period=period, running_month=running_month
        )
        if running_month == RunningMonth.GIVE_BACK:
            _end_budgets(period)
            _give_back(begun, at)
        audit.note(
            by,
            "winding_down_begun",
            f"winding_down:{begun.pk}",
            after={"period": period, "running_month": running_month},
        )
    cache.delete(foot.KEY)
    return begun


def _alone() -> tuple[int, datetime]:
    """The month and the moment; nobody flattrs or chooses a budget until the transaction
    ends, and whoever did is committed."""
    while True:
        period = clock.period()
        with connection.cursor() as cursor:
            cursor.execute(END_MONTH, [period])
        at = clock.now()
        if months.period_of(at) == period:
            return period, at


def _end_budgets(period: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("DELETE FROM budget_amount WHERE period > %s", [period])
        cursor.execute(END_BUDGETS, {"period": period})


def _give_back(begun: WindingDown, at: datetime) -> None:
    begun.gives_back_since = at
    begun.save(update_fields=["gives_back_since"])


@transaction.atomic
def give_back_if_due() -> WindingDown | None:
    """The winding down that gives back, from the close of the month on in which it
    began; None before, and without one."""
    begun = WindingDown.objects.select_for_update().filter(stopped_at=None).first()
    if begun is None:
        return None
    if begun.gives_back_since is None:
        if not Close.objects.filter(period=begun.period, state="closed").exists():
            return None
        _give_back(begun, clock.now())
    return begun


def stop(by: User) -> WindingDown:
    """Go on after all. Refused with `NotStopped` when nothing was begun, or money goes
    back already; with `NotBegun` for whoever is not staff."""
    if not by.acts_as_staff:
        raise NotBegun
    with transaction.atomic():
        begun = WindingDown.objects.select_for_update().filter(stopped_at=None).first()
        if begun is None:
            raise NotStopped
        if begun.gives_back_since is not None:
            raise NotStopped(
                _("Money goes back already, so it cannot be stopped any more.")
            )
        begun.stopped_at = clock.now()
        begun.save(update_fields=["stopped_at"])
        audit.note(by, "winding_down_stopped", f"winding_down:{begun.pk}")
    cache.delete(foot.KEY)
    return begun
