"""Trends: whom and what more people flattr this month than in as many days of the last.

They are counted once an hour, for all in one statement, by people and not by money, and
kept of nobody with fewer than five readers. Pages read them and count nothing.
"""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import F, QuerySet

from accounts.models import User
from buttons.finding.asked import Asked
from buttons.finding.searching import creators, listed_things
from buttons.models import Thing
from flattr.database import locks


def make_if_due() -> int | None:
    """Count this hour's trends; of how many things and creators. None when they are
    counted already, or another worker is counting them."""
    with transaction.atomic(), connection.cursor() as cursor:
        if not locks.lock("trends"):
            return None
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT trends_make()")
        made: int | None = cursor.fetchone()[0]
    return made


def rising_things(asked: Asked) -> QuerySet[Thing]:
    """What rises, with by how much as `rise`."""
    things = listed_things(asked).filter(trend__rise__gt=0, proved_at__isnull=False)
    return things.annotate(rise=F("trend__rise"))


def rising_creators(asked: Asked) -> QuerySet[User]:
    return creators(asked).filter(trend__rise__gt=0).annotate(rise=F("trend__rise"))
