"""When the database cannot do it just now: what is tried once more, and what whoever
asked is told. What was not committed has not happened, so that trying again is all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import (
    DatabaseError,
    Error,
    InterfaceError,
    OperationalError,
    connection,
)
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils.translation import gettext as _

Answer = TypeVar("Answer")

RETRY_AFTER_SECONDS = 5
PAUSE_SECONDS = 0.05

# PostgreSQL's words for two transactions that were in each other's way.
COLLISIONS = {"40001", "40P01"}
# Passing, although psycopg2 files them elsewhere: a transaction that waited too long
# for us, a server that just became a replica.
PASSING = {"25P03", "25P04", "25006"}

# What a form may not show again.
SECRET_FIELDS = ("password", "token", "code", "secret", "iban")
FORM_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (its name)


def code_of(failure: BaseException) -> str:
    """PostgreSQL's SQLSTATE; empty where the server said nothing any more."""
    return getattr(failure.__cause__, "pgcode", None) or ""


def is_passing(failure: BaseException | None) -> bool:
    """Whether the database may do it in a moment: it was away, full, busy or asked for
    another try; nothing is wrong with what was asked."""
    if isinstance(failure, OperationalError | InterfaceError):
        return True
    if not isinstance(failure, Error):
        return False
    # A server that dies in mid-answer leaves an error of no kind, with no code.
    cut_off = type(failure) is DatabaseError and not code_of(failure)
    return cut_off or code_of(failure) in PASSING


def twice(act: Callable[[], Answer]) -> Answer:
    """What `act` gives, done once more where it collided with somebody else's act.

    It has to be whole by itself: in a transaction of the caller's it is not repeated.
    """
    try:
        return act()
    except OperationalError as failure:
        if connection.in_atomic_block or code_of(failure) not in COLLISIONS:
            raise
    # Whoever was quicker is let through, or both would meet again.
    time.sleep(PAUSE_SECONDS)
    return act()


def busy(request: HttpRequest) -> HttpResponse:
    """The page of a database that cannot do it now, with the form that was sent."""
    sent = sent_again(request)
    asked = request.method in {"GET", "HEAD"}
    facts = {
        "SITE_NAME": settings.OPERATOR_NAME,
        "OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
        "sent": sent,
        "asked": asked,
        "advice": advice(is_kept=bool(sent), is_asked=asked),
    }
    response = HttpResponse(get_template("503.html").render(facts), status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return response


def advice(*, is_kept: bool, is_asked: bool) -> str:
    """What to do about a form that could not be taken; nothing for a page that was
    only asked for."""
    if is_kept:
        return _("This page keeps what you sent.")
    return "" if is_asked else _("Please go back and send it once more.")


def sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of ours, to be sent again as they are.

    None of a form that was not proved to be ours before the database failed, nor of
    one with a secret in it, nor of the consent page, which leads to another site.
    """
    if (
        request.method != "POST"
        or not getattr(request, "csrf_processing_done", False)
        or request.path_info.startswith("/oauth/")
        or request.FILES
        or any(is_secret(name) for name in request.POST)
    ):
        return []
    return [
        (name, str(value)) for name, values in request.POST.lists() for value in values
    ]


def is_secret(name: str) -> bool:
    return name != FORM_TOKEN and any(word in name.lower() for word in SECRET_FIELDS)
