"""Who is asking, for pages that only a signed-in person reaches."""

from __future__ import annotations

from django.http import HttpRequest

from accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """The person behind the request; the view asks for one before."""
    assert isinstance(request.user, User), request.user
    return request.user
