"""A year for spreadsheets: what was there, what came and went by month, what is there.
The amounts of all rows but the last add up to the last."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from flattr import months
from payouts.close.spreadsheets import amount, quoted
from payouts.years import bookings
from payouts.years.creator_year import CreatorYear
from payouts.years.reader_year import ReaderYear

HEADER = "period;what;who;amount"


def of_reader(year: ReaderYear) -> Iterator[list[str]]:
    yield row(bookings.first(year.year), _("In your account before"), year.before)
    for month in year.months:
        yield from moved(month.period, _("Paid in"), month.paid_in)
        for creator, share in sorted(year.shares.get(month.period, {}).items()):
            if share:
                who = year.people[creator].name_and_username
                yield row(month.period, _("Given"), -share, who)
        gifts = [one for one in year.given_once if one.period == month.period]
        for gift in gifts:
            who = year.people[gift.creator_id].name_and_username
            yield row(month.period, _("Given once"), -gift.for_creator, who)
        kept = month.fee + sum(gift.fee for gift in gifts)
        yield from moved(month.period, _("Stays with this site"), -kept)
        yield from moved(month.period, _("Taken back"), month.taken_back)
        yield from moved(month.period, _("Paid back to you"), -month.paid_back)
    last = bookings.last(year.year)
    yield from moved(last, _("Reserved for gifts"), -year.reserved)
    yield from moved(last, _("Other bookings"), year.other)
    yield row(last, _("In your account"), year.after)


def of_creator(year: CreatorYear) -> Iterator[list[str]]:
    yield row(bookings.first(year.year), _("There before"), year.before.total)
    for month in year.months:
        yield from moved(month.period, _("Revenue"), month.earned + month.kept)
        yield from moved(
            month.period, _("Given once"), month.once + month.kept_of_gifts
        )
        yield from moved(month.period, _("Our fee"), -month.fee)
        yield from moved(
            month.period, _("Taken back"), -month.taken_back - month.fee_back
        )
        yield from moved(month.period, _("Fee given back"), month.fee_back)
        yield from moved(month.period, _("Paid out"), -month.paid_out)
    yield from moved(bookings.last(year.year), _("Other bookings"), year.other)
    yield row(bookings.last(year.year), _("There"), year.after.total)


def moved(period: int, what: str, much: int) -> Iterator[list[str]]:
    """A row, where anything moved."""
    if much:
        yield row(period, what, much)


def row(period: int, what: str, much: int, who: str = "") -> list[str]:
    return [months.show(period), quoted(what), quoted(who), amount(much)]
