"""A copy of the database from which public pages may be read (DATABASE_REPLICA_URL).

It is a moment behind the database and takes no writes. So only pages that are the same
for everybody are read from it, and only for visitors who are not signed in: people see
at once what they did. Money, sessions and flattrs are never read from it.

If the copy is away, or does not have what is asked for yet, the page is read from the
database itself. A copy that is away is not asked again for a while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Concatenate, ParamSpec

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from flattr.database.silence import Silence

View = ParamSpec("View")

REPLICA = "replica"

log = structlog.get_logger(__name__)

_is_read: ContextVar[bool] = ContextVar("replica_is_read", default=False)
# It is not asked after it did not answer, so that not every page waits.
_silence = Silence(seconds=30)


class Router:
    """Django's router: inside `reading`, reads go to the copy; everything else
    stays."""

    def db_for_read(self, model: Any, **hints: Any) -> str | None:
        return REPLICA if _is_read.get() else None

    def db_for_write(self, model: Any, **hints: Any) -> str:
        return "default"

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db == "default"


def public(
    view: Callable[Concatenate[HttpRequest, View], HttpResponse],
) -> Callable[Concatenate[HttpRequest, View], HttpResponse]:
    """A view that may be read from the copy, for whoever is not signed in."""

    @wraps(view)
    def answer(
        request: HttpRequest, /, *args: View.args, **kwargs: View.kwargs
    ) -> HttpResponse:
        if not _is_of_use(request):
            return view(request, *args, **kwargs)
        try:
            with reading():
                response = view(request, *args, **kwargs)
            if response.status_code != 404:
                return response
        except Http404:
            pass  # The copy may not have it yet.
        except (OperationalError, InterfaceError) as failure:
            _leave_alone(failure)
        return view(request, *args, **kwargs)

    return answer


@contextmanager
def reading() -> Iterator[None]:
    """Read from the copy inside the block."""
    before = _is_read.set(True)
    try:
        yield
    finally:
        _is_read.reset(before)


def _is_of_use(request: HttpRequest) -> bool:
    return (
        REPLICA in settings.DATABASES
        and settings.SESSION_COOKIE_NAME not in request.COOKIES
        and not _silence.lasts
    )


def _leave_alone(failure: Exception) -> None:
    _silence.begin()
    log.warning("replica_is_away", why=str(failure).strip())
