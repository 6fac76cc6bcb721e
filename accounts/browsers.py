"""Browsers in which a person has signed in before.

Strangers who try passwords use up the tries of an account for all strangers; a
browser that is known has tries of its own, so that they cannot lock its person out.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE = "__Host-known" if settings.HTTPS else "known"
YEAR = 365 * 24 * 3600
STRANGER = "stranger"


def known_as(request: HttpRequest, person: User | None) -> str:
    """What this browser is called for the person: its own word, or `stranger`."""
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=YEAR)
    whose, _, word = (value or "").partition(":")
    return word if person is not None and whose == str(person.pk) else STRANGER


def remember(response: HttpResponse, person: User) -> None:
    response.set_signed_cookie(
        COOKIE,
        f"{person.pk}:{secrets.token_urlsafe(9)}",
        salt=COOKIE,
        max_age=YEAR,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
