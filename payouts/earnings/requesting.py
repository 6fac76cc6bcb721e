"""Asking for money: reserving what a creator has for a payout.

Asking reserves: all that has matured goes from `revenue` to `transit` under
`payout:ID:reserve`, and stays there until staff have decided (`payouts.earnings.reviewing`). One
payout at a time; the lock on the person and the floor under `revenue` keep the sum
of what is asked for at or below what has matured (W1).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import audit
from accounts.models import User
from flattr.database import clock
from flattr.templatetags.flattr import day, money
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.close import breaker
from payouts.earnings import destinations, flags, onboarding, standing, states
from payouts.earnings.revenue import purse
from payouts.ledger.posting import post
from payouts.models import Destination, Lot, Payout, WindingDown
from payouts.models.payout_states import OPEN, State


class NoPayout(Refusal):
    says = gettext_lazy("Nothing can be paid out now.")

    code = "no_payout"
    status = 403


def hindrance(creator: User, now: datetime) -> str:
    """Why nothing can be paid out now, in a sentence; empty when it can."""
    is_asked = Payout.objects.filter(creator=creator, state__in=OPEN).exists()
    destination = destinations.current(creator)
    if why := next(_obstacles(creator, destination, now, is_asked=is_asked), ""):
        return why
    payable = purse(creator).payable
    if payable < settings.SMALLEST_PAYOUT and not _pays_any_sum(creator, payable):
        return _("Payouts start at %(smallest)s; %(ready)s is ready so far.") % {
            "smallest": money(settings.SMALLEST_PAYOUT),
            "ready": money(payable),
        }
    return ""


def _pays_any_sum(creator: User, payable: int) -> bool:
    """Whether a sum below the smallest payout is paid too: once the platform gives back
    what it has, and nothing of theirs is held that would make it more."""
    return (
        payable > 0
        and WindingDown.objects.giving_back().exists()
        and not Lot.objects.held(creator).exists()
    )


def obstacle(creator: User, destination: Destination | None, at: datetime) -> str:
    """What would keep the next payout from being asked for at a time, however much is
    ready then, as far as it is known now; empty if nothing does."""
    return next(_obstacles(creator, destination, at, is_asked=False), "")


def _obstacles(
    creator: User, destination: Destination | None, at: datetime, *, is_asked: bool
) -> Iterator[str]:
    if breaker.tripped():
        yield _("Payouts are stopped while we check our books. Your money is safe.")
    if creator.suspended_at is not None or not creator.is_active:
        yield _("Your account is suspended. Payouts wait until we have decided.")
    if is_asked:
        yield _("A payout is on its way. You can ask for the next when it is done.")
    if destination is None:
        yield _("First tell us which bank account your payouts go to.")
    elif until := destinations.waits_until(destination, at):
        yield _("You can ask from %(day)s on (new bank account).") % {"day": day(until)}
    elif why := standing.hindrance(destination):
        yield why
    change = audit.taken_over_at(creator)
    if change and change.at + audit.TAKEOVER_WAIT > at:
        yield _(
            "You can ask from %(day)s on: your e-mail address, password or second"
            " factor was changed, and payouts wait seven days."
        ) % {"day": day(change.at + audit.TAKEOVER_WAIT)}


def request_payout(
    creator: User, by: audit.By = None, run_period: int | None = None
) -> Payout:
    """Reserve all that a creator may be paid, for staff to review.

    From 10.00 (any sum in the end, see `_pays_any_sum`), one at a time, to a bank account that is older than seven days and,
    where Stripe pays, that Stripe can pay to now (W3); else refused with `NoPayout`,
    saying why. What looks wrong holds it from the start. `gateway.NoAnswer` where
    Stripe had to be asked.
    """
    destination = destinations.current(creator)
    if destination and destination.stripe_id:
        onboarding.refresh(destination.stripe_id)
    return _reserve(creator, by, run_period)


@transaction.atomic
def _reserve(creator: User, by: audit.By, run_period: int | None) -> Payout:
    creator = User.objects.select_for_update(no_key=True).get(pk=creator.pk)
    now = clock.now()
    if why := hindrance(creator, now):
        raise NoPayout(why)
    destination = destinations.current(creator)
    assert destination is not None
    amount = purse(creator).payable
    wrong = flags.check(creator, destination)
    payout = Payout.objects.create(
        creator=creator,
        destination=destination,
        amount=amount,
        currency=settings.CURRENCY,
        state=State.HELD if wrong else State.REQUESTED,
        run_period=run_period,
        requested_at=now,
        flags=wrong,
        approvals_needed=approvals_needed(creator, amount, wrong),
        reason="; ".join(wrong),
    )
    post(
        f"payout:{payout.pk}:reserve",
        {chart.revenue(creator): -amount, chart.transit(creator): amount},
        occurred_at=now,
    )
    states.notify(payout, by, "payout_requested", before={})
    return payout


def approvals_needed(creator: User, amount: int, wrong: list[str]) -> int:
    """Two for a first payout, a large one and one that looks wrong; else one (W4)."""
    first = not Payout.objects.filter(creator=creator, state=State.SENT).exists()
    return 2 if first or wrong or amount >= settings.LARGE_PAYOUT else 1


def payouts_of(creator: User) -> list[Payout]:
    """The creator's last hundred payouts, newest first, with their destinations."""
    return list(
        Payout.objects.filter(creator=creator)
        .select_related("destination")
        .order_by("-id")[:100]
    )
