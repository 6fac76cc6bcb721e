"""A creator's year: what arrived, what was paid out, and what was there at its ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Q, Sum

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.models import Close, InvoiceLine, Lot, Payout, RevenueLine
from payouts.models.payout_states import OPEN
from payouts.years import bookings
from payouts.years.bookings import Booked, total

ACCOUNTS = ("pending", "revenue", "transit", "debt")
PAID_OUT = ("payout", "reversal")
TAKEN_BACK = ("refund", "dispute")
GIFT = "gift"


@dataclass(frozen=True, slots=True)
class Balance:
    """What was there at one time: held, ready, on its way to the bank, and owed after
    disputes, which is below 0."""

    held: int
    ready: int
    on_its_way: int
    owed: int

    @property
    def total(self) -> int:
        return self.held + self.ready + self.on_its_way + self.owed


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year: what its close brought, what was given once, and what else
    was booked in it.
    `left` is what was there at its end, held or ready or on its way. Our fee on what
    readers gave is neither earned nor there: `kept` is what invoices say of it, of gifts
    apart, and `fee_back` what credit notes gave back, or took again (below 0)."""

    period: int
    clicks: int
    kept: int
    kept_of_gifts: int
    fee_back: int
    earned: int
    once: int
    taken_back: int
    paid_out: int
    left: int

    @property
    def fee(self) -> int:
        return self.kept + self.kept_of_gifts


@dataclass(frozen=True)
class CreatorYear:
    """What one year of a creator adds up from. `lots` are what closes brought, by month;
    `kept`, that of gifts, and `fee_back` are what invoices and credit notes say of our
    fee."""

    creator: User
    year: int
    running: int
    booked: list[Booked]
    lots: dict[int, int]
    kept: dict[int, int]
    kept_of_gifts: dict[int, int]
    fee_back: dict[int, int]
    clicks: dict[int, int]
    payouts: list[Payout]
    fees: list[int]
    closed: set[int]

    @cached_property
    def before(self) -> Balance:
        return self._balance(bookings.first(self.year) - 1)

    @cached_property
    def after(self) -> Balance:
        return self._balance(bookings.last(self.year))

    @property
    def earned(self) -> int:
        return sum(self._lots.values())

    @property
    def once(self) -> int:
        """What readers gave once, beside their budgets."""
        return total(self._this_year, lambda one: one.kind == GIFT)

    @property
    def fee(self) -> int:
        """What we kept of what readers gave in the year's months, as invoices say."""
        return sum(self.kept.values()) + sum(self.kept_of_gifts.values())

    @property
    def fee_returned(self) -> int:
        """What the credit notes of the year give back of fees."""
        return sum(self.fee_back.values())

    @property
    def taken_back(self) -> int:
        """By refunds and disputes; below 0 if more was given back than taken."""
        return -total(self._this_year, lambda one: one.kind in TAKEN_BACK)

    @property
    def has_taken_back(self) -> bool:
        """Whether any was, even if all of it was given back."""
        return any(one.taken_back for one in self.months)

    @property
    def paid_out(self) -> int:
        """What went to the bank, less what came back from it."""
        return -total(self._this_year, lambda one: one.kind in PAID_OUT)

    @property
    def other(self) -> int:
        """What the operator put in or took besides."""
        return total(
            self._this_year, lambda one: one.kind not in (*PAID_OUT, *TAKEN_BACK, GIFT)
        )

    @cached_property
    def months(self) -> list[Month]:
        """From the first month in which something was there to the last, or the running
        one."""
        found, left, began = [], self.before.total, bool(self.before.total)
        last = min(self.running, bookings.last(self.year))
        for period in range(bookings.first(self.year), last + 1):
            rows = [one for one in self._this_year if one.period == period]
            earned = self._lots.get(period, 0)
            left += earned + total(rows)
            began = began or bool(earned or rows or self._has_fee(period))
            if not began:
                continue
            found.append(
                Month(
                    period,
                    self.clicks.get(period, 0),
                    self.kept.get(period, 0),
                    self.kept_of_gifts.get(period, 0),
                    self.fee_back.get(period, 0),
                    earned,
                    total(rows, lambda one: one.kind == GIFT),
                    -total(rows, lambda one: one.kind in TAKEN_BACK),
                    -total(rows, lambda one: one.kind in PAID_OUT),
                    left,
                )
            )
        return found

    def _has_fee(self, period: int) -> bool:
        fees = (self.kept, self.kept_of_gifts, self.fee_back)
        return any(period in one for one in fees)

    @property
    def is_empty(self) -> bool:
        return not (self.months or self.payouts)

    @cached_property
    def _this_year(self) -> list[Booked]:
        first = bookings.first(self.year)
        return [one for one in self.booked if one.period >= first]

    @cached_property
    def _lots(self) -> dict[int, int]:
        first = bookings.first(self.year)
        return {p: amount for p, amount in self.lots.items() if p >= first}

    def _balance(self, through: int) -> Balance:
        sums: dict[str, int] = defaultdict(int)
        for one in self.booked:
            if one.period <= through:
                sums[one.account] += one.amount
        earned = sum(amount for p, amount in self.lots.items() if p <= through)
        return Balance(
            sums["pending"] + earned, sums["revenue"], sums["transit"], sums["debt"]
        )


def years_of(creator: User) -> list[int]:
    """The years of which there is a page: since the creator is here, or money is."""
    running = clock.period() // 100
    earned = Lot.objects.filter(creator=creator).order_by("period").first()
    first = min(
        [creator.date_joined.year, running, *([earned.period // 100] if earned else [])]
    )
    return list(range(first, running + 1))


def creator_year(creator: User, year: int) -> CreatorYear:
    """In nine queries, whatever happened in it."""
    first, last = bookings.first(year), bookings.last(year)
    # Gifts are booked one by one.
    lots = Lot.objects.filter(creator=creator, gift=None, period__lte=last)
    lines = RevenueLine.objects.filter(creator=creator, period__range=(first, last))
    closes = Close.objects.filter(state="closed", period__range=(first, last))
    return CreatorYear(
        creator,
        year,
        clock.period(),
        [
            one
            for one in bookings.booked(creator, ACCOUNTS, last)
            # A refund to somebody who also gives waits in the same account.
            if one.account != "transit" or one.kind in PAID_OUT
        ],
        dict(lots.values_list("period").annotate(total=Sum("amount"))),
        *_fees(creator, first, last),
        dict(lines.values_list("period").annotate(clicks=Count("*"))),
        _payouts(creator, first, last),
        sorted(set(closes.values_list("fee_percent", flat=True))),
        set(closes.values_list("period", flat=True)),
    )


def _fees(
    creator: User, first: int, last: int
) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """What invoices say of our fee, by the month that it is of, and apart from that of
    gifts; and what credit notes gave back, by the month that they were written for."""
    kept: dict[int, int] = defaultdict(int)
    of_gifts: dict[int, int] = defaultdict(int)
    back: dict[int, int] = defaultdict(int)
    lines = InvoiceLine.objects.filter(
        ~Q(kind="back") & Q(period__range=(first, last))
        | Q(kind="back", invoice__period__range=(first, last)),
        invoice__creator=creator,
    )
    for kind, of_month, written_for, fee in lines.values_list(
        "kind", "period", "invoice__period", "fee"
    ):
        if kind == "back":
            back[written_for] -= fee
        elif kind == "gift":
            of_gifts[of_month] += fee
        else:
            kept[of_month] += fee
    return dict(kept), dict(of_gifts), dict(back)


def _payouts(creator: User, first: int, last: int) -> list[Payout]:
    """Those that were requested or paid in the year, or were open when it began."""
    start, end = months.start(first), months.end(last)
    within = Q(requested_at__gte=start, requested_at__lt=end) | Q(
        sent_at__gte=start, sent_at__lt=end
    )
    still_open = Q(requested_at__lt=start, state__in=OPEN)
    return list(
        Payout.objects.filter(within | still_open, creator=creator)
        .select_related("destination")
        .order_by("id")
    )
