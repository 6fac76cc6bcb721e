"""What every page says: in its foot who runs the site and what was closed last, and above
its text that the platform winds down, when it does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import day, month_name

KEY = "said_on_every_page"
SECONDS = 60
SAID = """
    SELECT json_build_object(
        'close', (SELECT json_build_object('period', period, 'closed_at', closed_at)
                  FROM close WHERE state = 'closed' ORDER BY period DESC LIMIT 1),
        'ends', (SELECT json_build_object(
                     'period', period, 'gives_back', gives_back_since IS NOT NULL)
                 FROM winding_down WHERE stopped_at IS NULL))
"""


def foot(_request: HttpRequest) -> dict[str, object]:
    """`foot_says` and `banner_says`, each made when a page says it; they are looked up at
    most once a minute, by one query."""
    return {
        "foot_says": SimpleLazyObject(says),
        "banner_says": SimpleLazyObject(banner),
    }


def says() -> str:
    close = _find()["close"]
    if not close:
        text = _("Run by %(operator)s.")
        return text % {"operator": settings.OPERATOR_LEGAL_NAME}
    return format_html(
        _(
            "Run by {operator}. The money of {month} was divided on {day}."
            ' <a href="{url}">Check it yourself</a>'
        ),
        operator=settings.OPERATOR_LEGAL_NAME,
        month=month_name(close["period"]),
        day=day(datetime.fromisoformat(close["closed_at"])),
        url=reverse("payouts:close", args=[close["period"]]),
    )


def banner() -> str:
    """That the platform winds down, and what becomes of the running month; empty
    otherwise."""
    ends = _find()["ends"]
    if not ends:
        return ""
    facts = {"site": settings.OPERATOR_NAME, "month": month_name(ends["period"])}
    if ends["gives_back"]:
        text = _(
            "%(site)s is winding down: nothing new can be flattred or paid in. What is in"
            " your account goes back to where it came from, and what you earned is paid"
            " out."
        )
    else:
        text = _(
            "%(site)s is winding down: nothing new can be flattred or paid in. %(month)s is"
            " paid for as always; then everybody gets back what was not spent, and what"
            " was earned is paid out."
        )
    return text % facts


def _find() -> dict[str, Any]:
    known: dict[str, Any] | None = cache.get(KEY)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(SAID)
            known = cursor.fetchone()[0]
        cache.set(KEY, known, SECONDS)
    assert known is not None
    return known
