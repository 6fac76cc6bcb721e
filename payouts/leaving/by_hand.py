"""What cannot be sent automatically to somebody who leaves, or to anybody when the platform
ends: it waits for staff, who pay it by hand, or for a leaver, who may give it up; we never
keep it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import audit
from accounts.models import User
from flattr.database import clock
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.leaving import leftovers
from payouts.ledger import posting
from payouts.models import WindingDown


class NothingLeft(Refusal):
    says = _("Nothing is left to give up or to pay by hand.")

    code = "nothing_left"
    status = 403


class NotByHand(Refusal):
    says = _(
        "Only staff record what they paid by hand, not to themselves, and with the bank's"
        " reference."
    )

    code = "not_by_hand"
    status = 403


def is_due(person: User, now: datetime) -> bool:
    """Something is left that staff send by the bank: of whoever leaves, and of everybody
    once the platform pays everybody back; of the suspended after that is decided."""
    leaves = person.closing_at is not None or (
        person.suspended_at is None and WindingDown.objects.giving_back().exists()
    )
    return leaves and leftover(person, now) > 0


def leftover(person: User, now: datetime) -> int:
    """What is left when nothing is on its way any more, in minor units: what no card
    takes, and revenue below the smallest payout. 0 while something is on its way."""
    return 0 if leftovers.under_way(person, now) else sum(_places(person).values())


def _places(person: User) -> dict[posting.Place, int]:
    places = [chart.means(person), chart.revenue(person)]
    return {place: held for place, held in posting.balances(places).items() if held}


def give_up(person: User, by: audit.By) -> int:
    """The person gives up what is left, and it is the operator's. The amount; refused
    with `NothingLeft`."""
    if person.closing_at is None:
        raise NothingLeft
    return _clear(person, chart.OPERATOR, "leftover_given_up", by)


def pay_by_hand(person: User, by: audit.By, reference: str) -> int:
    """Staff sent what is left by the bank, under `reference`. The amount; refused with
    `NotByHand` or `NothingLeft`."""
    staff = audit.actor(by)
    allowed = staff is not None and staff.acts_as_staff and staff.pk != person.pk
    if not allowed or not reference.strip():
        raise NotByHand
    return _clear(person, chart.BANK, "leftover_paid", by, reference.strip())


@transaction.atomic
def _clear(
    person: User, into: posting.Place, action: str, by: audit.By, reason: str = ""
) -> int:
    _period, at = clock.moment()
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not is_due(person, at):
        raise NothingLeft
    places = _places(person)
    amount = sum(places.values())
    row = audit.note(
        by, action, f"person:{person.pk}", after={"amount": amount}, reason=reason
    )
    posting.post(
        f"left:{person.pk}:{row.pk}",
        {**{place: -held for place, held in places.items()}, into: amount},
        occurred_at=at,
    )
    leavers = User.objects.filter(closing_at__isnull=False, erased_at=None)
    leavers.filter(pk=person.pk).update(leaving_due_at=at)
    return amount
