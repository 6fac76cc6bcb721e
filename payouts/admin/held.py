"""Money of readers and creators that was held, by day, against the balance at Stripe."""

from __future__ import annotations

from datetime import UTC, date, timedelta

from django.utils.translation import gettext as _

from flattr.database import clock
from flattr.staff.cells import Cell, Table, euros
from flattr.templatetags.flattr import moment
from payouts.operations import held_by_day
from payouts.operations.held_by_day import DayHeld

DAYS_SHOWN = 31


def table() -> Table:
    """The last month, day by day; the command has every other span."""
    today: date = clock.now().astimezone(UTC).date()
    shown = held_by_day.days(today - timedelta(days=DAYS_SHOWN - 1), today)
    return Table(
        _("Money held, by day"),
        [
            _("Day"),
            _("Readers, not spent"),
            _("On its way"),
            _("Creators, held"),
            _("Creators, ready"),
            _("Other people's"),
            _("Owed to us"),
            _("Ours, after costs"),
            _("At Stripe, by our books"),
            _("Stripe says"),
            _("Compared"),
            _("Booked since"),
            _("On its way at Stripe"),
            _("Not explained"),
        ],
        [_row(day) for day in shown],
        note=_(
            "At the end of each day, UTC. What Stripe says, and what was booked since, less"
            " what is on its way and what is not explained, is what our books say. For"
            " other days, and as a table for a spreadsheet: manage.py money_held --csv"
            " --from DAY --to DAY."
        ),
    )


def _row(day: DayHeld) -> list[Cell | str]:
    return [
        f"{day.day}",
        euros(day.means),
        euros(day.transit),
        euros(day.pending),
        euros(day.revenue),
        euros(day.owed),
        euros(day.debts),
        euros(day.ours),
        euros(day.at_stripe),
        euros(day.stripe),
        moment(day.compared_at) if day.compared_at else "",
        euros(day.booked),
        euros(day.on_its_way),
        euros(day.unexplained),
    ]
