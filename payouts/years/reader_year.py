"""A reader's year: to whom the months went, and what moved in the account."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Sum

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.models import Close, CloseProblem, Gift, RevenueLine, Split
from payouts.years import bookings, loaves
from payouts.years.bookings import Booked, total
from payouts.years.loaves import Given, Month

# As many creators as one sheet of paper has room for; the table for spreadsheets has all.
MOST_ROWS = 30


@dataclass(frozen=True)
class ReaderYear:
    """What one year of a reader adds up from. `shares` are what each creator got, by
    month; `undone` what was taken back of money given before, by month. Months close in
    order, up to `latest`."""

    reader: User
    year: int
    running: int
    first_known: int
    booked: list[Booked]
    splits: list[Split]
    shares: dict[int, dict[int, int]]
    people: dict[int, User]
    undone: dict[int, int]
    latest: int
    aside: set[int]
    # Those that were given, up to the year's end.
    gifts: list[Gift]

    # --- The account

    @cached_property
    def before(self) -> int:
        """What was in the account when the year began."""
        first = bookings.first(self.year)
        spent = sum(split.spent for split in self.splits if split.period < first)
        return total(self.booked, lambda one: one.period < first) - spent

    @property
    def paid_in(self) -> int:
        return self._moved("charge")

    @property
    def payments(self) -> int:
        """How many payments arrived."""
        return sum(one.many for one in self._this_year if one.kind == "charge")

    @property
    def given(self) -> int:
        return sum(split.spent - split.fee for split in self._splits.values())

    @property
    def fee(self) -> int:
        """What stays with the site, of the gifts too."""
        kept = sum(split.fee for split in self._splits.values())
        return kept + sum(gift.fee for gift in self.given_once)

    @property
    def given_once(self) -> list[Gift]:
        first = bookings.first(self.year)
        return [gift for gift in self.gifts if gift.period and gift.period >= first]

    @property
    def once(self) -> int:
        """What creators got beside the shares."""
        return sum(gift.for_creator for gift in self.given_once)

    @property
    def reserved_before(self) -> int:
        """What was reserved for gifts when the year began, and not theirs yet."""
        first = bookings.first(self.year)
        left = total(self.booked, lambda one: one.kind == GIFT and one.period < first)
        return -left - sum(gift.amount for gift in self.gifts) + self._given_once

    @property
    def reserved(self) -> int:
        """How much more is reserved for gifts at the end than when the year began."""
        return -self._moved(GIFT) - self._given_once

    @property
    def _given_once(self) -> int:
        return sum(gift.amount for gift in self.given_once)

    @property
    def taken_back(self) -> int:
        """What was taken back from creators (or lost) for payments that went back."""
        return sum(self.undone.values())

    @property
    def paid_back(self) -> int:
        """What went back to the reader: what was in the account, and what was taken back
        for it. Below 0 if more came again, as when a dispute was won."""
        return self.taken_back - self._moved(*PAID_BACK)

    @property
    def other(self) -> int:
        return total(
            self._this_year, lambda one: one.kind not in ("charge", GIFT, *PAID_BACK)
        )

    @property
    def after(self) -> int:
        """What is in the account when the year is over, or now."""
        return (
            self.before
            + self.paid_in
            - self.given
            - self.once
            - self.fee
            - self.reserved
            + self.taken_back
            - self.paid_back
            + self.other
        )

    # --- Month by month

    @cached_property
    def months(self) -> list[Month]:
        """From the first month in which the reader was here to the last, or the running
        one."""
        found, left = [], self.before
        for period in range(bookings.first(self.year), bookings.last(self.year) + 1):
            if not self.first_known <= period <= self.running:
                continue
            rows = [one for one in self.booked if one.period == period]
            split = self._splits.get(period)
            spent, fee = (split.spent, split.fee) if split else (0, 0)
            undone = self.undone.get(period, 0)
            shares = [one for one in self._shares(period).items() if one[1]]
            left += total(rows) - spent
            found.append(
                Month(
                    period,
                    self._state(period),
                    total(rows, lambda one: one.kind == "charge"),
                    spent - fee,
                    fee,
                    undone,
                    undone - total(rows, lambda one: one.kind in PAID_BACK),
                    -total(rows, lambda one: one.kind == GIFT),
                    left,
                    len(shares),
                    loaves.slices(shares, self._most, self.people),
                )
            )
        return found

    @cached_property
    def rows(self) -> list[Given]:
        """What each creator got, the most first."""
        sums: dict[int, int] = defaultdict(int)
        times: dict[int, int] = defaultdict(int)
        for of_month in self.shares.values():
            for creator, amount in of_month.items():
                sums[creator] += amount
                times[creator] += 1
        once: dict[int, int] = defaultdict(int)
        for gift in self.given_once:
            once[gift.creator_id] += gift.for_creator
        found = [
            Given(self.people[pk], times[pk], sums[pk], once[pk])
            for pk in {*sums, *once}
            if sums[pk] or once[pk]
        ]
        return sorted(found, key=lambda one: (-one.total, one.creator.pk))

    @property
    def shown(self) -> list[Given]:
        return self.rows[:MOST_ROWS]

    @property
    def more(self) -> int:
        return len(self.rows[MOST_ROWS:])

    @property
    def more_amount(self) -> int:
        return sum(one.total for one in self.rows[MOST_ROWS:])

    @property
    def is_empty(self) -> bool:
        """Whether nothing moved and nothing was in the account."""
        return not (self._this_year or self._splits or self.given_once or self.before)

    # --- What it is made of

    @cached_property
    def _this_year(self) -> list[Booked]:
        first = bookings.first(self.year)
        return [one for one in self.booked if one.period >= first]

    @cached_property
    def _splits(self) -> dict[int, Split]:
        first = bookings.first(self.year)
        return {split.period: split for split in self.splits if split.period >= first}

    def _moved(self, *kinds: str) -> int:
        return total(self._this_year, lambda one: one.kind in kinds)

    def _shares(self, period: int) -> dict[int, int]:
        return self.shares.get(period, {})

    def _state(self, period: int) -> str:
        if period in self._splits:
            return "shared"
        if period == self.running:
            return "running"
        if period in self.aside:
            return "aside"
        return "nothing" if period <= self.latest else "closing"

    @cached_property
    def _most(self) -> int:
        return max((sum(shares.values()) for shares in self.shares.values()), default=0)


# What leaves an account to the card or bank that it came from; a reserve that is voided,
# or a dispute that is won, comes back under the same kind.
PAID_BACK = ("refund", "dispute", "left")
# What is reserved for something that is given once, and what of it comes back.
GIFT = "gift"


def years_of(reader: User) -> list[int]:
    """The years of which there is a page: since the reader is here, or money is."""
    running = clock.period() // 100
    paid = Split.objects.filter(reader=reader).order_by("period").first()
    first = min(
        [reader.date_joined.year, running, *([paid.period // 100] if paid else [])]
    )
    return list(range(first, running + 1))


def reader_year(reader: User, year: int) -> ReaderYear:
    """In ten queries, whatever happened in it."""
    first, last = bookings.first(year), bookings.last(year)
    splits = list(
        Split.objects.filter(reader=reader, period__lte=last).order_by("period")
    )
    booked = bookings.booked(reader, ["means"], last)
    shares = _shares(reader, first, last)
    gifts = list(Gift.objects.given().filter(reader=reader, period__lte=last))
    everybody = {creator for of_month in shares.values() for creator in of_month}
    everybody |= {gift.creator_id for gift in gifts}
    known = [split.period for split in splits] + [one.period for one in booked]
    joined = months.period_of(reader.date_joined)
    problems = CloseProblem.objects.filter(reader=reader, closed_at=None)
    latest = Close.objects.filter(state="closed").order_by("-period").first()
    return ReaderYear(
        reader,
        year,
        clock.period(),
        min([joined, *known]),
        booked,
        splits,
        shares,
        User.objects.in_bulk(everybody),
        bookings.taken_back(reader, year),
        latest.period if latest else 0,
        set(problems.values_list("period", flat=True)),
        gifts,
    )


def _shares(reader: User, first: int, last: int) -> dict[int, dict[int, int]]:
    lines = RevenueLine.objects.filter(reader=reader, period__range=(first, last))
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in (
        lines.values("period", "creator_id")
        .annotate(total=Sum("amount"), things=Count("*"))
        .order_by("period", "creator_id")
    ):
        found[row["period"]][row["creator_id"]] = row["total"]
    return dict(found)
