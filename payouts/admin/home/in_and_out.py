"""Money in and out, month by month."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.utils import formats
from django.utils.translation import gettext as _

from flattr import months
from flattr.templatetags.flattr import money, month
from flattr.web.charts import Bar, Chart, Part, Table

MONTHS = 6

BY_MONTH = """
    SELECT period, sum(came)::bigint, sum(went)::bigint FROM (
        SELECT flattr_period(paid_at) AS period, amount AS came, 0 AS went
        FROM payment WHERE paid_at >= flattr_month_start(%(first)s)
        UNION ALL
        SELECT flattr_period(sent_at), 0, amount - returned
        FROM payout WHERE sent_at >= flattr_month_start(%(first)s) AND state = 'sent'
    ) AS moved
    GROUP BY period
"""


def by_month(now: datetime) -> list[tuple[int, int, int]]:
    """The last months with what readers paid in and what creators were paid."""
    last = months.period_of(now)
    shown = [months.shifted(last, n - MONTHS + 1) for n in range(MONTHS)]
    with connection.cursor() as cursor:
        cursor.execute(BY_MONTH, {"first": shown[0]})
        moved = {period: (came, went) for period, came, went in cursor.fetchall()}
    return [(period, *moved.get(period, (0, 0))) for period in shown]


def chart(now: datetime) -> Chart:
    moved = by_month(now)
    first, last = month(moved[0][0]), month(moved[-1][0])
    return Chart(
        "in_and_out",
        _("Money in and out by month, %(first)s to %(last)s")
        % {"first": first, "last": last},
        _("%(came)s were paid in by readers, %(went)s were paid out to creators.")
        % {
            "came": money(sum(came for _period, came, _went in moved)),
            "went": money(sum(went for _period, _came, went in moved)),
        },
        [
            Bar(
                formats.date_format(months.start(period), "M"),
                _("%(month)s: %(came)s in, %(went)s out")
                % {"month": month(period), "came": money(came), "went": money(went)},
                [Part("in", came), Part("out", max(0, went))],
            )
            for period, came, went in moved
        ],
        nothing=_("No money has come in or gone out in these months."),
        legend=[
            ("in", _("Paid in by readers")),
            ("out", _("Paid out to creators")),
        ],
        table=Table(
            [_("Month"), _("In"), _("Out")],
            [[month(period), money(came), money(went)] for period, came, went in moved],
        ),
        side_by_side=True,
    )
