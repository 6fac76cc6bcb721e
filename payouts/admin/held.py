"""Money of readers and creators that was held, by day, against the balance at Stripe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, timedelta

from django.utils import formats
from django.utils.translation import gettext as _

from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.templatetags.flattr import money
from payouts.operations import held_by_day
from payouts.operations.held_by_day import DayHeld

DAYS_SHOWN = 31


def table() -> Table:
    """The last month, day by day; the command has every other span."""
    today: date = clock.now().astimezone(UTC).date()
    shown = held_by_day.days(today - timedelta(days=DAYS_SHOWN - 1), today)
    plays = any(day.simulated for day in shown)
    return Table(
        _("Money held, by day"),
        [
            _("Day"),
            _("Readers, not spent"),
            _("On its way"),
            _("Creators, held"),
            _("Creators, ready"),
            _("Other people's"),
            _("Ours, after costs"),
            *([_("Play money")] if plays else []),
            _("At Stripe, by our books"),
            _("Stripe says"),
            _("What differs"),
        ],
        [_row(day, plays=plays) for day in shown],
        note=_(
            "At the end of each day, UTC. Other people's money and ours, less what creators"
            " owe, are what lies at Stripe by our books. For other days, and as a table for"
            " a spreadsheet: manage.py money_held --csv --from DAY --to DAY."
        ),
    )


def _row(day: DayHeld, *, plays: bool) -> list[Cell | str]:
    return [
        formats.date_format(day.day, "j\N{NO-BREAK SPACE}M"),
        euros(day.means),
        euros(day.transit),
        euros(day.pending),
        euros(day.revenue),
        euros(day.owed),
        euros(day.ours - day.debts),
        *([euros(day.simulated)] if plays else []),
        euros(day.at_stripe),
        euros(day.stripe),
        "; ".join(_differences(day)),
    ]


def _differences(day: DayHeld) -> Iterator[str]:
    """Why Stripe said something else than our books at the day's end, in words."""
    parts = (
        (_("%(amount)s booked since"), day.booked),
        (_("%(amount)s on its way at Stripe"), day.on_its_way),
        (_("%(amount)s not explained"), day.unexplained),
    )
    for text, amount in parts:
        if amount:
            yield text % {"amount": money(amount)}
