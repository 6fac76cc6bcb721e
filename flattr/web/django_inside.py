"""What we need of Django's inside, and nothing else of ours touches.

`request.user` keeps whom it found under a private name. Who sets it first has session
and person by one query instead of two, on each page of somebody who is signed in. What
a form token's guard believes of `Origin` can only be changed in a private method.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware


def person_found(request: HttpRequest) -> Any:
    """Who was found to be signed in, in this request; None before anybody looked."""
    return getattr(request, "_cached_user", None)


def set_person_found(request: HttpRequest, person: object) -> None:
    request._cached_user = person  # type: ignore[attr-defined]


class FormGuard(CsrfViewMiddleware):
    """Django's, which asks for the form token; `is_ours` may believe more of where a
    request comes from than its `Origin`."""

    def is_ours(self, request: HttpRequest) -> bool:
        raise NotImplementedError

    def _origin_verified(self, request: HttpRequest) -> bool:
        named: bool = super()._origin_verified(request)  # type: ignore[misc]
        return self.is_ours(request) or named
