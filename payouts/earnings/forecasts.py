"""Forecasts: what each creator would get if the month ended now.

They are made once a night from the 25th of the month on, by the platform's clock, for
all creators in one statement, from the functions of the close itself. So a forecast
assumes what a close in that night would: budgets and money in readers' accounts stay as
they are, a month is given as far as the money covers it, readers who would be set aside
(suspended, in dispute, with an earlier month open) give nothing, and fee and policy are
today's. It knows nothing of flattrs and payments to come.

A night's forecasts replace those before, and creators with fewer than five readers have
none: neither the difference of two nights nor a small sum says what one reader does.
"""

from __future__ import annotations

from django.conf import settings
from django.db import connection, transaction

from accounts.models import User
from flattr.database import locks
from payouts.models import Forecast


def make_if_due() -> int | None:
    """Make tonight's forecasts; how many creators have one. None when they are not due,
    are made already, or another worker is making them."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not locks.lock("forecasts"):
            return None
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(
            "SELECT forecast_make(%s, %s, %s)",
            [settings.POLICY, settings.FEE_PERCENT, settings.CURRENCY],
        )
        made: int | None = cursor.fetchone()[0]
    return made


def of(creator: User, period: int) -> Forecast | None:
    """The creator's latest forecast for a month (amount, readers, made_at); None where
    there is none, as for fewer than five readers."""
    return Forecast.objects.filter(creator=creator, period=period).first()
