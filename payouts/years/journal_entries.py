"""What moved in a reader's or a creator's year, one by one, as a journal has it."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import User
from flattr import months
from flattr.templatetags.flattr import month
from payouts.years import bookings, creator_year, journals, reader_year
from payouts.years.creator_year import CreatorYear
from payouts.years.journals import Entry, Journal
from payouts.years.reader_year import ReaderYear

POSTED = """
    WITH moved AS (
        SELECT e.transaction_id AS id, sum(e.amount) AS amount
        FROM ledger_account a
        JOIN ledger_entry e ON e.book = 0 AND e.account_id = a.id
        JOIN ledger_transaction t ON t.book = 0 AND t.id = e.transaction_id
        WHERE a.owner_id = %(who)s AND a.currency = %(currency)s
          AND a.kind = ANY(%(kinds)s) AND t.kind <> 'close'
          AND (a.kind <> 'transit' OR t.kind = ANY(%(paid_out)s))
        GROUP BY 1
    ), undone AS (
        SELECT t.id, sum(r.amount) AS amount
        FROM traced r
        JOIN ledger_transaction t ON t.book = 0 AND t.reference = r.reference
        WHERE r.reader_id = %(who)s AND r.kind <> 'means'
        GROUP BY 1
    )
    SELECT t.reference, t.kind, t.period, t.occurred_at,
        coalesce(moved.amount, 0)::bigint, coalesce(undone.amount, 0)::bigint
    FROM moved FULL JOIN undone USING (id)
    JOIN ledger_transaction t ON t.book = 0 AND t.id = coalesce(moved.id, undone.id)
    WHERE t.period BETWEEN %(first)s AND %(last)s
    ORDER BY t.period, t.occurred_at, t.reference
"""


@dataclass(frozen=True, slots=True)
class Posted:
    """One posting on somebody's accounts: what it moved there, and what it took back of
    money that they had given before."""

    reference: str
    kind: str
    period: int
    at: datetime
    amount: int
    undone: int

    @property
    def day(self) -> date:
        """When it was, in the month that it belongs to."""
        return _day_in(self.period, self.at)


def of_reader(year: ReaderYear) -> Journal:
    """What was paid in, given, kept and paid back; the means are what is here."""

    def other_side(one: Posted) -> tuple[tuple[str, int], ...]:
        if one.kind == reader_year.GIFT:
            return ((journals.RESERVED, -one.amount),)
        at_home = journals.BANK
        if one.kind not in ("charge", *reader_year.PAID_BACK):
            at_home = journals.OTHER
        return (
            (journals.TAKEN_BACK, -one.undone),
            (at_home, one.undone - one.amount),
        )

    entries = [
        *_posted(year.reader, ["means"], year.year, other_side),
        *_given(year),
        *_given_once(year),
    ]
    before = [(journals.HERE, year.before), (journals.RESERVED, year.reserved_before)]
    return _journal(year.reader, year.year, before, entries, year.after)


def of_creator(year: CreatorYear) -> Journal:
    """What arrived, was taken back and was paid out; held, ready, on its way to the bank
    and owed are together what is here. What readers gave once is added up by the month:
    its hours would tell of one reader."""

    def other_side(one: Posted) -> tuple[tuple[str, int], ...]:
        if one.kind in creator_year.PAID_OUT:
            return ((journals.BANK, -one.amount),)
        if one.kind in creator_year.TAKEN_BACK:
            return ((journals.LOST, -one.amount),)
        return ((journals.OTHER, -one.amount),)

    entries = [
        *_posted(year.creator, creator_year.ACCOUNTS, year.year, other_side),
        *_earned(year),
    ]
    before = [(journals.HERE, year.before.total)]
    return _journal(year.creator, year.year, before, entries, year.after.total)


def _given(year: ReaderYear) -> Iterator[Entry]:
    for one in year.months:
        if not one.spent:
            continue
        shares = sorted(year.shares.get(one.period, {}).items())
        moved = [
            (journals.account_of(year.people[creator].username), share)
            for creator, share in shares
        ]
        moved += [(journals.FEES, one.fee), (journals.HERE, -one.spent)]
        reference = f"close:{months.show(one.period)}:reader:{year.reader.pk}"
        yield _entry(one.period, reference, _("Given in %(month)s"), moved)


def _given_once(year: ReaderYear) -> Iterator[Entry]:
    for gift in year.given_once:
        assert gift.given_at is not None, gift
        assert gift.period is not None, gift
        name = year.people[gift.creator_id].username
        moved = [
            (journals.account_of(name), gift.for_creator),
            (journals.FEES, gift.fee),
            (journals.RESERVED, -gift.amount),
        ]
        text = _("Given once to %(name)s") % {"name": name}
        day = _day_in(gift.period, gift.given_at)
        yield Entry(day, gift.reference, text, _nonzero(moved))


def _earned(year: CreatorYear) -> Iterator[Entry]:
    for one in year.months:
        if one.once or one.kept_of_gifts:
            moved = [
                (journals.HERE, one.once),
                (journals.FEES, one.kept_of_gifts),
                (journals.ONCE, -one.once - one.kept_of_gifts),
            ]
            reference = f"gifts:{months.show(one.period)}:creator:{year.creator.pk}"
            yield _entry(one.period, reference, _("Given once in %(month)s"), moved)
        if one.earned or one.kept:
            moved = [
                (journals.HERE, one.earned),
                (journals.FEES, one.kept),
                (journals.REVENUE, -one.earned - one.kept),
            ]
            reference = f"close:{months.show(one.period)}:creator:{year.creator.pk}"
            yield _entry(one.period, reference, _("Revenue of %(month)s"), moved)
        if one.fee_back:
            moved = [(journals.FEES, -one.fee_back), (journals.LOST, one.fee_back)]
            reference = f"fee:{months.show(one.period)}:creator:{year.creator.pk}"
            yield _entry(one.period, reference, _("Fee given back in %(month)s"), moved)


def _entry(
    period: int, reference: str, text: str, moved: Iterable[tuple[str, int]]
) -> Entry:
    """What a month's close did, on its last day."""
    _first, last = _days_of(period)
    return Entry(last, reference, text % {"month": month(period)}, _nonzero(moved))


def _posted(
    person: User,
    kinds: Iterable[str],
    year: int,
    other_side: Callable[[Posted], tuple[tuple[str, int], ...]],
) -> Iterator[Entry]:
    hidden = creator_year.GIFT if "pending" in kinds else ""
    texts = {
        "charge": _("Paid in"),
        "refund": _("Paid back"),
        "left": _("Paid back"),
        "dispute": _("Disputed at the bank"),
        "payout": _("Paid out"),
        "reversal": _("A payout that came back"),
        "gift": _("Reserved for a gift, or back from one"),
    }
    with connection.cursor() as cursor:
        cursor.execute(
            POSTED,
            {
                "who": person.pk,
                "currency": settings.CURRENCY,
                "kinds": list(kinds),
                "paid_out": list(creator_year.PAID_OUT),
                "first": bookings.first(year),
                "last": bookings.last(year),
            },
        )
        rows = [Posted(*row) for row in cursor.fetchall() if row[1] != hidden]
    for one in rows:
        moved = _nonzero([(journals.HERE, one.amount), *other_side(one)])
        if moved:
            text = texts.get(one.kind, _("Booked by the site"))
            yield Entry(one.day, one.reference, text, moved)


def _nonzero(moved: Iterable[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    return tuple((account, amount) for account, amount in moved if amount)


def _journal(
    person: User,
    year: int,
    before: list[tuple[str, int]],
    entries: list[Entry],
    left: int,
) -> Journal:
    begins = date(year, 1, 1)
    there = sum(amount for _account, amount in before)
    if moved := _nonzero([*before, (journals.BEFORE, -there)]):
        entries = [Entry(begins, f"{year}:before", _("There before"), moved), *entries]
    entries = sorted(entries, key=lambda entry: entry.day)
    return Journal(
        _("%(name)s at Flattr in %(year)s") % {"name": person.username, "year": year},
        settings.CURRENCY,
        begins,
        tuple(entries),
        max([entry.day for entry in entries], default=begins) + timedelta(days=1),
        left,
    )


def _day_in(period: int, at: datetime) -> date:
    """The day of a time, in the month that it is counted in."""
    first, last = _days_of(period)
    return min(max(at.astimezone(UTC).date(), first), last)


def _days_of(period: int) -> tuple[date, date]:
    """The first and the last day of a month."""
    year, number = divmod(period, 100)
    return date(year, number, 1), date(year, number, monthrange(year, number)[1])
