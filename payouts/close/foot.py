"""What the foot of every page says of who runs the site, and of the last close."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import day, month_name
from payouts.models import Close

KEY = "last_close"
SECONDS = 60
NONE_YET: dict[str, Any] = {}


def foot(_request: HttpRequest) -> dict[str, object]:
    """`foot_says`, made when a page says it; the last close is looked up at most once a
    minute."""
    return {"foot_says": SimpleLazyObject(says)}


def says() -> str:
    close = _find()
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
        day=day(close["closed_at"]),
        url=reverse("payouts:close", args=[close["period"]]),
    )


def _find() -> dict[str, Any]:
    known: dict[str, Any] | None = cache.get(KEY)
    if known is not None:
        return known
    closes = Close.objects.filter(state="closed").order_by("-period")
    latest = closes.values("period", "closed_at").first()
    found = dict(latest) if latest else NONE_YET
    cache.set(KEY, found, SECONDS)
    return found
