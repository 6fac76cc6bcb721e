"""What a reader gave once in a month: lines of their own, beside the budget's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from flattr.templatetags.flattr import day, money, month
from payouts.close.ledger_lines import LedgerLine, booked_in, compare
from payouts.models import Close, CloseProblem, Gift


@dataclass(frozen=True, slots=True)
class Line:
    """One gift, as a statement has it: what arrived, in minor units."""

    gift: Gift

    @property
    def creator(self) -> User:
        return self.gift.creator

    @property
    def has_left(self) -> bool:
        return self.creator.closing_at is not None

    @property
    def amount(self) -> int:
        return self.gift.for_creator

    @property
    def title(self) -> str:
        """For what; empty for nothing in particular."""
        return self.gift.thing.title if self.gift.thing else ""

    @property
    def given_on(self) -> str:
        assert self.gift.given_at is not None, self.gift
        return day(self.gift.given_at)


@dataclass(frozen=True, slots=True)
class GivenOnce:
    """A reader's gifts of one month, in their order. Amounts are minor units; fee and
    lines add up to the total."""

    lines: tuple[Line, ...] = ()

    @property
    def total(self) -> int:
        return sum(line.gift.amount for line in self.lines)

    @property
    def fee(self) -> int:
        return sum(line.gift.fee for line in self.lines)

    @property
    def arrived(self) -> int:
        return self.total - self.fee

    @property
    def says(self) -> str:
        """A sentence; empty for nothing."""
        many = len(self.lines)
        if not many:
            return ""
        text = ngettext(
            "Beside it you gave %(amount)s once.",
            "Beside it you gave %(amount)s in %(number)s gifts.",
            many,
        )
        return text % {"amount": money(self.total), "number": many}

    @property
    def ledger(self) -> list[LedgerLine]:
        """The lines of the ledger beside what the gifts say: one query each time."""
        gifts = [line.gift for line in self.lines]
        booked = booked_in([0], [gift.reference for gift in gifts])
        found: list[LedgerLine] = []
        for gift in gifts:
            computed = {
                ("transit", gift.reader_id): -gift.amount,
                ("pending", gift.creator_id): gift.for_creator,
                ("fees", None): gift.fee,
            }
            there = booked.get(gift.reference, {})
            found += compare(gift.reference, gift.currency, there, computed)
        return found


NOTHING = GivenOnce()


@dataclass(frozen=True)
class GiftStatement:
    """The statement of a month in which somebody gave once and nothing was shared."""

    period: int
    closed_at: datetime
    once: GivenOnce

    @property
    def heading(self) -> str:
        facts = {"month": month(self.period), "amount": money(self.once.total)}
        return _("%(month)s: %(amount)s, given once") % facts

    @cached_property
    def ledger(self) -> list[LedgerLine]:
        return self.once.ledger

    @property
    def agrees(self) -> bool:
        return all(line.agrees for line in self.ledger)

    @property
    def verdict(self) -> str:
        if self.agrees:
            return _("Everything agrees: your gifts stand in the ledger as they say.")
        return _("Something differs. Please write to us; we have to look at it.")


def given_once(reader: User, period: int) -> GivenOnce:
    gifts = Gift.objects.given().filter(reader=reader, period=period)
    shown = gifts.select_related("creator", "thing").order_by("given_at", "pk")
    return GivenOnce(tuple(Line(gift) for gift in shown))


def gift_statement(reader: User, period: int) -> GiftStatement | None:
    """The statement of a closed month in which nothing of the reader's was shared; None
    where they gave nothing once either, or were set aside, so that it may be yet."""
    if CloseProblem.objects.aside(reader).filter(period=period).exists():
        return None
    close = Close.objects.filter(period=period, state="closed").first()
    if close is None or close.closed_at is None:
        return None
    once = given_once(reader, period)
    return GiftStatement(period, close.closed_at, once) if once.lines else None
