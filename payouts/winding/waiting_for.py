"""What winding down waits for, in sentences: what goes on by itself, what staff decide,
and what cannot be paid as things are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Q, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import day, money, month
from payouts import chart
from payouts.leaving import leftovers
from payouts.ledger import sums
from payouts.models import Payout, WindingDown
from payouts.models.payout_states import State
from payouts.winding.payback_plan import Plan


@dataclass(frozen=True, slots=True)
class Counted:
    """How many of something, and what they come to in minor units."""

    many: int
    amount: int


def sentences(plan: Plan, begun: WindingDown) -> list[str]:
    """All that it waits for; empty when everybody is paid back."""
    return list(_sentences(plan, begun))


def _sentences(plan: Plan, begun: WindingDown) -> Iterator[str]:
    if begun.gives_back_since is None:
        yield _(
            "%(month)s is closed when it is over; what is not spent goes back after that."
        ) % {"month": month(begun.period)}
    yield from _of_readers(plan, gives_back=begun.gives_back_since is not None)
    yield from _of_creators(plan)
    if stuck := plan.cannot:
        text = ngettext(
            "%(amount)s of %(many)s person cannot be paid as things are; see the list.",
            "%(amount)s of %(many)s people cannot be paid as things are; see the list.",
            len(stuck),
        )
        amount = sum(line.amount for line in stuck)
        yield text % {"amount": money(amount), "many": len(stuck)}


def _of_readers(plan: Plan, *, gives_back: bool) -> Iterator[str]:
    if many := leftovers.awaited().count():
        text = ngettext(
            "%(many)s payment that was begun may still arrive; it then goes back.",
            "%(many)s payments that were begun may still arrive; they then go back.",
            many,
        )
        yield text % {"many": many}
    if plan.stays:
        yield _("%(amount)s is left for months that are over and not closed.") % {
            "amount": money(plan.stays)
        }
    if plan.gifts:
        yield _("Gifts of %(amount)s are about to be undone.") % {
            "amount": money(plan.gifts)
        }
    if plan.back and gives_back:
        yield _("%(amount)s of readers is about to go back.") % {
            "amount": money(plan.back)
        }
    if plan.refunds:
        yield _("Refunds of %(amount)s wait for Stripe's answer.") % {
            "amount": money(plan.refunds)
        }


def _of_creators(plan: Plan) -> Iterator[str]:
    if plan.held and plan.until:
        yield _("%(amount)s is held until %(day)s at the latest, then paid out.") % {
            "amount": money(plan.held),
            "day": day(plan.until),
        }
    if asked := plan.ready - sum(one.left for one in plan.creators):
        text = _(
            "%(amount)s is ready and requested by itself; less than the smallest payout,"
            " with what is still held."
        )
        yield text % {"amount": money(asked)}
    deciding = _payouts(State.REQUESTED, State.HELD)
    if deciding.many:
        text = ngettext(
            "%(many)s payout of %(amount)s waits for staff to decide.",
            "%(many)s payouts of %(amount)s wait for staff to decide.",
            deciding.many,
        )
        yield text % {"many": deciding.many, "amount": money(deciding.amount)}
    sending = _payouts(State.APPROVED, State.UNKNOWN)
    if sending.many:
        text = ngettext(
            "%(many)s payout of %(amount)s is approved and about to be sent.",
            "%(many)s payouts of %(amount)s are approved and about to be sent.",
            sending.many,
        )
        yield text % {"many": sending.many, "amount": money(sending.amount)}


def _payouts(*states: State) -> Counted:
    found = Payout.objects.aggregate(
        many=Count("pk", filter=Q(state__in=states)),
        amount=Sum("amount", filter=Q(state__in=states), default=0),
    )
    return Counted(found["many"], found["amount"])


def owed() -> int:
    """All of other people's money that is here, by the ledger, in minor units."""
    kinds = sums.by_kind(settings.CURRENCY)
    return sum(kinds.get(kind, 0) for kind in chart.OWED)
