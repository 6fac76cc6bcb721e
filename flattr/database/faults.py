"""When the database cannot answer just now: what is tried a second time, and which page
people get. What was not committed has not happened, so trying again is enough.
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

# PostgreSQL's codes for two transactions that blocked each other.
COLLISIONS = {"40001", "40P01"}
# These pass as well, although psycopg2 counts them as other errors: a transaction in
# which we were idle for too long, a server that just became a replica.
PASSING = {"25P03", "25P04", "25006"}

# The fields that a page may not repeat.
SECRET_FIELDS = ("password", "token", "code", "secret", "iban")
FORM_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 (its name)


def code_of(failure: BaseException) -> str:
    """PostgreSQL's SQLSTATE; empty when the server did not answer."""
    return getattr(failure.__cause__, "pgcode", None) or ""


def is_passing(failure: BaseException | None) -> bool:
    """Whether the same request may succeed in a moment: the database was away, full or
    busy, or asked us to try again."""
    if isinstance(failure, OperationalError | InterfaceError):
        return True
    if not isinstance(failure, Error):
        return False
    # When a server dies in the middle of an answer, psycopg2 raises a plain
    # DatabaseError without a code.
    cut_off = type(failure) is DatabaseError and not code_of(failure)
    return cut_off or code_of(failure) in PASSING


def twice(act: Callable[[], Answer]) -> Answer:
    """What `act` returns; it is called a second time if it collided with another
    transaction.

    `act` must be a whole transaction: inside a transaction of the caller's it is not
    repeated.
    """
    try:
        return act()
    except OperationalError as failure:
        if connection.in_atomic_block or code_of(failure) not in COLLISIONS:
            raise
    # Let the other transaction finish, or both would collide again.
    time.sleep(PAUSE_SECONDS)
    return act()


def busy(request: HttpRequest) -> HttpResponse:
    """The page for when the database cannot answer, with the form that was sent."""
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
    """What to do when a form could not be saved; empty for a page that was only
    read."""
    if is_kept:
        return _("This page keeps what you sent.")
    return "" if is_asked else _("Please go back and send it once more.")


def sent_again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form of ours, to be sent again unchanged.

    Empty if the form token was not yet checked when the database failed, if the form
    has a secret in it, and for the consent page, which leads to another site.
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
