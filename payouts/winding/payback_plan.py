"""What everybody gets, by kind, and what cannot be paid, as things stand now.

Two queries whatever the number of people. Amounts are minor units.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from payouts.models import Gift, GiftState, Refund, RunningMonth, WindingDown

READERS = "SELECT * FROM winding_readers(%s, %s)"
CREATORS = "SELECT * FROM winding_creators(%s)"


@dataclass(frozen=True, slots=True)
class ReaderPart:
    """A reader's money: `spent` by the running month, `stays` for months that are over
    and not closed, `back` to where it came from; `why` not all of it can go back."""

    reader: int
    means: int
    spent: int
    stays: int
    back: int
    why: str

    @property
    def left(self) -> int:
        """What stays here, whatever time passes."""
        return self.means - self.spent - self.stays - self.back


@dataclass(frozen=True, slots=True)
class CreatorPart:
    """A creator's money: `held` until `until` at most, `ready` to be asked for,
    `on_its_way`; what they `owe`, and `why` what is ready cannot be sent."""

    creator: int
    held: int
    until: datetime | None
    ready: int
    on_its_way: int
    owed: int
    why: str

    @property
    def left(self) -> int:
        """What cannot be sent as things are: more than is asked for by itself."""
        stuck = {"suspended", "no_bank", "owes", "stripe"}
        return self.ready if self.why in stuck else 0


@dataclass(frozen=True, slots=True)
class Line:
    """What of one person's cannot be paid."""

    person: int
    amount: int
    why: str

    @property
    def in_words(self) -> str:
        return says_why(self.why)


@dataclass(frozen=True, slots=True)
class Plan:
    readers: list[ReaderPart]
    creators: list[CreatorPart]
    # That wait for Stripe's answer; and what was set aside for gifts.
    refunds: int
    gifts: int

    @property
    def means(self) -> int:
        return sum(one.means for one in self.readers)

    @property
    def spent(self) -> int:
        return sum(one.spent for one in self.readers)

    @property
    def stays(self) -> int:
        return sum(one.stays for one in self.readers)

    @property
    def back(self) -> int:
        return sum(one.back for one in self.readers)

    @property
    def held(self) -> int:
        return sum(one.held for one in self.creators)

    @property
    def ready(self) -> int:
        return sum(one.ready for one in self.creators)

    @property
    def on_its_way(self) -> int:
        return sum(one.on_its_way for one in self.creators)

    @property
    def owed(self) -> int:
        return sum(one.owed for one in self.creators)

    @property
    def until(self) -> datetime | None:
        """When the last share that is held now is ready."""
        return max((one.until for one in self.creators if one.until), default=None)

    @property
    def everything(self) -> int:
        """All of other people's money that is here."""
        of_readers = self.means + self.refunds + self.gifts
        return of_readers + self.held + self.ready + self.on_its_way

    @property
    def cannot(self) -> list[Line]:
        """What cannot be paid as things are, readers first."""
        return [
            *(Line(one.reader, one.left, one.why) for one in self.readers if one.left),
            *(
                Line(one.creator, one.left, one.why)
                for one in self.creators
                if one.left
            ),
        ]


def plan(running_month: str = "") -> Plan:
    """The plan, of what was begun or, before that, with this choice for the running
    month."""
    begun = WindingDown.objects.running()
    if begun is not None:
        running_month = "" if begun.gives_back_since else begun.running_month
    refunds = Refund.objects.filter(done_at=None, failed_at=None)
    gifts = Gift.objects.filter(state=GiftState.RESERVED)
    with connection.cursor() as cursor:
        cursor.execute(
            READERS, [settings.CURRENCY, running_month == RunningMonth.CLOSE]
        )
        readers = [ReaderPart(*row) for row in cursor.fetchall()]
        cursor.execute(CREATORS, [settings.CURRENCY])
        creators = [CreatorPart(*row) for row in cursor.fetchall()]
    return Plan(readers, creators, _sum(refunds), _sum(gifts))


def _sum(rows: QuerySet[Any]) -> int:
    total: int = rows.aggregate(total=Sum("amount", default=0))["total"]
    return total


def says_why(why: str) -> str:
    """Why something cannot be paid, in a sentence that says what would help."""
    return {
        "suspended": _("Suspended: decide about them, then it is paid."),
        "disputed": _("A payment is disputed: the bank decides first."),
        "refused": _(
            "Stripe or the bank refused a refund: ask them for a bank account, and pay by"
            " hand."
        ),
        "no_payment": _(
            "No payment is left that it could go back to: ask them for a bank account,"
            " and pay by hand."
        ),
        "no_bank": _(
            "No bank account is named yet: the mail asks for one, or pay by hand."
        ),
        "owes": _("They owe as much after disputes."),
        "stripe": _("Stripe cannot pay them yet: it waits for what it asked them."),
    }[why]
