"""The money of somebody who leaves: what goes back to which card, what stays for a
month that is over, and what is still on its way.

What was paid in and not spent goes back to where it came from, the newest payment
first, each at most what is left of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import audit
from accounts.models import User
from buttons.models import Flattr
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import day, money, month
from payouts import chart
from payouts.earnings import destinations, revenue
from payouts.ledger import posting
from payouts.models import (
    Close,
    CloseProblem,
    Dispute,
    Lot,
    Payment,
    Payout,
    Refund,
    WindingDown,
)
from payouts.models.payout_states import OPEN
from payouts.payments import budgeting
from payouts.returns import refunding

# Stripe's page for a payment is open for a day.
PAGE_LASTS = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Back:
    """Part of one payment, which goes back where it came from."""

    payment: Payment
    amount: int


@dataclass(frozen=True, slots=True)
class Left:
    """What is in a reader's account when they leave, in minor units: `stays` for months
    that are over and not closed, `back` to cards, `by_hand` is left for people."""

    means: int
    stays: int
    back: list[Back]

    @property
    def goes_back(self) -> int:
        return sum(part.amount for part in self.back)

    @property
    def by_hand(self) -> int:
        return self.means - self.stays - self.goes_back


def left(reader: User, period: int) -> Left:
    """What is in the account now, and where it goes."""
    means = posting.balance(chart.means(reader))
    free = budgeting.free(reader, period)
    if Dispute.objects.open().filter(reader=reader).exists():
        return Left(means, means, [])
    return Left(means, means - free, list(_shared_out(reader, free)))


def _shared_out(reader: User, free: int) -> Iterator[Back]:
    payments = Payment.objects.filter(
        reader=reader, paid_at__isnull=False, returned__lt=F("amount")
    ).exclude(refunds__in=Refund.objects.filter(failed_at__isnull=False))
    for payment in payments.order_by("-paid_at", "-pk"):
        if not free:
            return
        if part := min(free, _returnable(payment)):
            free -= part
            yield Back(payment, part)


def _returnable(payment: Payment) -> int:
    if payment.provider == "stripe":
        return refunding.refundable(payment)
    return payment.amount - payment.returned


def send_back(reader: User, by: audit.By = None) -> int:
    """Send back all that can go back to the reader; the sum, in minor units. Again sends
    what came in since."""
    sent = 0
    while amount := _send_one_back(reader, by):
        sent += amount
    return sent


@transaction.atomic
def _send_one_back(reader: User, by: audit.By) -> int:
    period, at = clock.moment()
    list(Payment.objects.select_for_update().filter(reader=reader).order_by("pk"))
    back = left(reader, period).back
    if not back:
        return 0
    payment, amount = back[0].payment, back[0].amount
    if payment.provider == "stripe":
        refunding.ask_refund(payment, amount, "left", by)
    else:
        _give_back_pretended(back[0], at, by)
    return amount


def _give_back_pretended(back: Back, at: datetime, by: audit.By) -> None:
    """What a demonstration pretended to pay in goes back at once."""
    payment = back.payment
    refund = Refund.objects.create(
        payment=payment,
        reader=payment.reader,
        amount=back.amount,
        currency=payment.currency,
        reason="left",
        asked_by=audit.actor(by),
        made_at=at,
        done_at=at,
    )
    posting.post(
        f"refund:{refund.pk}",
        {chart.means(payment.reader): -back.amount, chart.SIMULATED: back.amount},
        occurred_at=at,
    )
    Payment.objects.filter(pk=payment.pk).update(returned=F("returned") + back.amount)


# --- What is still on its way -------------------------------------------------------


def under_way(person: User, now: datetime) -> list[str]:
    """What has to end before a person can be erased, each in a sentence."""
    return [*_of_reader(person, now), *_of_creator(person, now)]


def _of_reader(reader: User, now: datetime) -> Iterator[str]:
    undecided = Dispute.objects.undecided().filter(reader=reader)
    if undecided.open().exists():
        yield _("A payment of yours is disputed at your bank, and not decided yet.")
    elif undecided.exists():
        yield _("Your bank asks about a payment of yours, and has not decided yet.")
    if Refund.objects.filter(reader=reader, done_at=None, failed_at=None).exists():
        yield _("A refund is on its way to you.")
    if awaited().filter(reader=reader).exists():
        yield _("A payment that you started may still arrive; it then goes back.")
    period = months.period_of(now)
    for over in budgeting.unclosed(reader, period):
        text = _(
            "%(month)s is over and not closed yet. What it spends goes to those you"
            " flattred in it."
        )
        yield text % {"month": month(over)}
    if left(reader, period).back:
        yield _("What is in your account is about to go back.")


def awaited() -> QuerySet[Payment]:
    """Payments that may still arrive: on Stripe's page, or a bank works on them."""
    since = timezone.now() - PAGE_LASTS
    begun = Payment.objects.filter(paid_at=None, failed_at=None)
    return begun.filter(Q(asked_at__gt=since) | Q(processing_at__isnull=False))


def _of_creator(creator: User, now: datetime) -> Iterator[str]:
    if receives_in(creator, months.period_of(now)):
        yield _("What your readers flattred is split when the month is closed.")
    held = Lot.objects.held(creator).last()
    if held is not None:
        text = _(
            "%(amount)s is held until %(day)s, in case a reader's payment is taken back."
        )
        pending = revenue.purse(creator).pending
        yield text % {"amount": money(pending), "day": day(held.matures_at)}
    if Payout.objects.filter(creator=creator, state__in=OPEN).exists():
        yield _("A payout is on its way to you.")
    payable = revenue.purse(creator).payable
    if payable >= settings.SMALLEST_PAYOUT:
        if destinations.current(creator):
            text = _("%(amount)s is ready to be paid out to you.")
        elif WindingDown.objects.giving_back().exists():
            return  # Paid by hand, as soon as they say where to.
        else:
            text = _(
                "%(amount)s is ready to be paid out to you. Tell us your bank account."
            )
        yield text % {"amount": money(payable)}


def receives_in(creator: User, running: int) -> bool:
    """Something was flattred of the creator's in a month that is not closed, the
    running one too, or closed but for the reader."""
    last = Close.objects.filter(state="closed").order_by("-period").first()
    first = months.following(last.period) if last else 0
    received = Flattr.objects.filter(creator=creator, period__range=(first, running))
    if received.exists():
        return True
    aside = CloseProblem.objects.filter(closed_at=None).values_list("period", "reader")
    return any(
        Flattr.objects.filter(creator=creator, period=period, reader=reader).exists()
        for period, reader in aside
    )
