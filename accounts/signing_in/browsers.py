"""Browsers: their names for people, and which ones a person has signed in with before.

Strangers who try passwords use up an account's tries for all strangers. A known browser
has tries of its own, so that they cannot lock its person out.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

COOKIE = "__Host-known" if settings.HTTPS else "known"
YEAR = 365 * 24 * 3600
STRANGER = "stranger"


# The first match counts: each browser also claims to be the ones below it.
BROWSERS = {
    r"Edg(e|A|iOS)?/": "Edge",
    r"OPR/|Opera": "Opera",
    r"SamsungBrowser": "Samsung Internet",
    r"Firefox/|FxiOS": "Firefox",
    r"Chrome/|CriOS|Chromium": "Chrome",
    r"Safari/": "Safari",
}
MACHINES: dict[str, str | StrPromise] = {
    r"iPhone": gettext_lazy("an iPhone"),
    r"iPad": gettext_lazy("an iPad"),
    r"Android": "Android",
    r"Windows": "Windows",
    r"Macintosh|Mac OS": gettext_lazy("a Mac"),
    r"CrOS": "ChromeOS",
    r"Linux|X11": "Linux",
}


def called(user_agent: str) -> str:
    """What a person would call the browser.

    >>> called("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0")
    'Firefox on Linux'
    >>> called("curl/8.5.0")
    'A browser'
    """
    browser = first(BROWSERS, user_agent) or _("A browser")
    machine = first(MACHINES, user_agent)
    if not machine:
        return browser
    return _("%(browser)s on %(machine)s") % {"browser": browser, "machine": machine}


def first(names: Mapping[str, str | StrPromise], text: str) -> str:
    return next(
        (str(name) for mark, name in names.items() if re.search(mark, text)), ""
    )


def known_as(request: HttpRequest, person: User | None) -> str:
    """The name under which this browser's tries are counted: its own, or `stranger`."""
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=YEAR)
    whose, _colon, word = (value or "").partition(":")
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
