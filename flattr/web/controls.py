"""Addresses with control characters: no name here contains one, and the database refuses
even to look for some of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

Respond = Callable[[HttpRequest], HttpResponse]

# C0, delete and C1, as Unicode calls them.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def holds_one(text: str) -> bool:
    """Whether the text contains a control character.

    >>> holds_one("anna"), holds_one("anna\\0"), holds_one("an\\x85na")
    (False, True, True)
    """
    return CONTROL.search(text) is not None


def middleware(get_response: Respond) -> Respond:
    """404 for a path that contains one, before any page looks it up; the API has an answer
    of its own (`flattr.api.responses`)."""

    def respond(request: HttpRequest) -> HttpResponse:
        path = request.path_info
        if holds_one(path) and not path.startswith("/rest/v2"):
            raise Http404("No address contains a control character.")
        return get_response(request)

    return respond
