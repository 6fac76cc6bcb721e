"""A small town whose creators are paid through Stripe, and the books of it all.

The books are kept from what people did, from what Stripe (the simulator) holds, and
from the product's rules; never from what the platform wrote.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from email import message_from_string
from email.message import Message
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock
from payouts.earnings import onboarding, reviewing
from payouts.events import reconciling
from payouts.ledger import checks
from payouts.ledger.models import Balance, Entry, Transaction
from payouts.models import (
    Close,
    EventWork,
    Lot,
    Payment,
    Payout,
    Renewal,
    StripeAccount,
)
from payouts.payments.renewing import PUT_OFF
from tests.hostile.processes.platform import Platform, surely
from tests.world.crowd import World, agree
from tests.world.earning import iban_of
from tests.world.people import person, travel
from tests.world.tracer import Tracer

UNDECIDED = ["requested", "held", "approved", "unknown"]
WHY = "looked at the blog"
SEPARATOR = "\n" + "-" * 79 + "\n"


class Town(World):
    """A world with two of staff, and creators who have told Stripe who they are."""

    platform: Platform
    staff: list[User]

    def goes_to_stripe(self, platform: Platform, creators: int) -> None:
        """So many creators are onboarded; in a week Stripe pays them."""
        self.platform = platform
        self.staff = [person("dora", is_staff=True), person("erik", is_staff=True)]
        owners = sorted({owner for _, owner in self.things})
        for creator in User.objects.filter(pk__in=owners).order_by("pk")[:creators]:
            account = onboarding.begin(None, creator, "DE")
            name = f"{creator} Maker"
            platform.stripe.onboard(account.stripe_id, iban_of(creator), name)
            onboarding.refresh(account.stripe_id)

    # --- Time

    def month_is_over(self, hours: int = 3) -> int:
        """The month that is over now."""
        over = surely(clock.period)
        surely(lambda: travel(months.end(over) + timedelta(hours=hours)))
        return over

    def goes_to_day(self, day: int) -> None:
        surely(lambda: travel(clock.now().replace(day=day)))

    # --- Payouts

    def waits(self) -> list[str]:
        """Staff say yes to all that waits for them; what is not over all the same, and
        who has something left though Stripe can pay them."""
        for payout in Payout.objects.filter(state__in=["requested", "held"]):
            self._approves(payout)
        unpaid = Balance.objects.filter(
            account__kind="revenue",
            account__owner_id__in=StripeAccount.objects.values("creator"),
            amount__gte=settings.SMALLEST_PAYOUT,
        )
        return [*what_waits(), *shown(unpaid)]

    def all_are_paid(self) -> bool:
        return not self.waits()

    def waits_after_all(self) -> list[str]:
        """What is not over though it is due again, whoever died at it or had no answer,
        and though what did not reach us was asked for."""
        asked_anew()
        charged = Payment.objects.filter(paid_at=None, failed_at=None)
        return [
            *self.waits(),
            *shown(charged.exclude(renewal=None)),
            *shown(renewals_left()),
        ]

    def _approves(self, payout: Payout) -> None:
        if payout.state == "held":
            reviewing.release(payout, self.staff[0], WHY)
        given = payout.approvals.values_list("staff_id", flat=True)
        for one in self.staff[: payout.approvals_needed]:
            if one.pk not in given:
                reviewing.approve(payout, one, WHY)

    # --- Books

    def books_of_closes(self, closed: list[int]) -> Tracer:
        """Months that are over, and every lot whose hold is over by now."""
        books = self.books
        assert isinstance(books, Tracer)
        for period in closed:
            books.closes(period)
        matured = Lot.objects.filter(matures_at__lte=clock.now())
        for period, creator, hold in matured.values_list(
            "period", "creator_id", "hold"
        ):
            if not books.held[period, creator, hold, None].over:
                books.matures(period, creator, hold, None)
        return books

    def books_of_cards(self) -> None:
        """What Stripe took from cards. In which month that arrived here is chance."""
        stripe = self.platform.stripe
        arrived = dict(
            Transaction.objects.filter(reference__startswith="charge:pi_").values_list(
                "reference", "period"
            )
        )
        for one in stripe.all("charge"):
            reference, amount = f"charge:{one['payment_intent']}", one["amount"]
            reader = int(stripe.get(one["customer"])["metadata"]["reader"])
            booked = stripe.get(one["balance_transaction"])
            assert reference in arrived, f"{reference} of {reader} is lost"
            self.books.paid.append((reader, amount, arrived[reference]))
            self.books.lines += [
                (reference, "means", reader, amount),
                (reference, "stripe_clearing", None, -booked["net"]),
                (reference, "stripe_cost", None, -booked["fee"]),
            ]

    def books_of_stripe(self) -> None:
        """What Stripe was asked to transfer, and what the operator put in there."""
        whose = dict(StripeAccount.objects.values_list("stripe_id", "creator_id"))
        for one in self.platform.stripe.all("transfer"):
            amount, creator = one["amount"], whose[one["destination"]]
            reference = one["transfer_group"].replace("_", ":")
            self.books.lines += [
                (f"{reference}:reserve", "revenue", creator, -amount),
                (f"{reference}:reserve", "transit", creator, amount),
                (f"{reference}:settle", "transit", creator, -amount),
                (f"{reference}:settle", "stripe_clearing", None, amount),
            ]
        for one in self.platform.stripe.all("balance_transaction"):
            if one["type"] == "topup":
                self.books.lines += [
                    (f"topup:{one['id']}", "stripe_clearing", None, -one["net"]),
                    (f"topup:{one['id']}", "operator", None, one["amount"]),
                ]


def is_sealed(period: int) -> bool:
    """Closed, and its digest is kept."""
    closed = Close.objects.filter(period=period, state="closed")
    return closed.exclude(digest="").exists()


def is_closed(period: int) -> bool:
    """Closed, sealed with its digest, and everybody told."""
    told = Outbox.objects.filter(key__startswith=f"statement:{months.show(period)}:")
    return is_sealed(period) and told.exists()


def renewals_of_now() -> QuerySet[Renewal]:
    """The budgets of the running month that their cards are charged for."""
    return Renewal.objects.filter(period=clock.period())


def renewals_left() -> QuerySet[Renewal]:
    """Due, or being charged, or left by whoever died at it."""
    return Renewal.objects.filter(done_at=None, due_at__lt=clock.now() + PUT_OFF)


def what_waits() -> list[str]:
    """Lots that are due, payouts on their way, words of Stripe's unheard, mails left."""
    return [
        *shown(Lot.objects.filter(matured_at=None, matures_at__lte=clock.now())),
        *shown(Payout.objects.filter(state__in=UNDECIDED)),
        *shown(EventWork.objects.filter(done_at=None)),
        *shown(Outbox.objects.filter(sent_at=None)),
    ]


def shown(rows: QuerySet[Any]) -> list[str]:
    """With all of their columns, for whoever has to find out why they wait."""
    return [f"{rows.model.__name__} {row}" for row in rows.values()]


@transaction.atomic
def what_waits_is_due() -> None:
    """The minutes are over for which what a dead worker was at is left to it."""
    now = timezone.now()
    EventWork.objects.filter(done_at=None).update(due_at=now)
    Payout.objects.filter(state="unknown").update(due_at=now)
    for claimed in (Payout, Payment, StripeAccount):
        claimed.objects.exclude(claimed_until=None).update(claimed_until=None)
    Outbox.objects.filter(sent_at=None).update(due_at=now)
    renewals_left().update(due_at=clock.now())


def mails(platform: Platform) -> list[tuple[str, str, str]]:
    """Every mail that was sent: to whom, its subject, its text."""
    texts = [file.read_text() for file in platform.mails.iterdir()]
    letters = [
        message_from_string(text)
        for file in texts
        for text in file.split(SEPARATOR)
        if text.strip()
    ]
    return [(str(one["To"]), str(one["Subject"]), text_of(one)) for one in letters]


def text_of(letter: Message) -> str:
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    return str(parts[0].get_payload())


def asked_anew() -> None:
    """What did not reach us is asked for, as it is every hour."""
    what_waits_is_due()
    reconciling.poll()


def assert_books(books: Tracer) -> None:
    """Line by line and account by account, with what differs shown."""
    ours = Counter(
        Entry.objects.values_list(
            "transaction__reference", "account__kind", "account__owner_id", "amount"
        )
    )
    theirs = Counter(books.lines)
    assert ours == theirs, (ours - theirs, theirs - ours)
    agree(books)
    assert not any(checks.check().values())
