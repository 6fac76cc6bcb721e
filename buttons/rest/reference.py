"""The words that things are sorted by: categories and languages."""

from __future__ import annotations

from collections.abc import Iterable

from rest_framework.decorators import api_view, renderer_classes
from rest_framework.request import Request
from rest_framework.response import Response

from buttons.models import CATEGORIES
from buttons.things.languages import LANGUAGES
from flattr.api.responses import Json, Text
from flattr.api.routes import READ


@api_view(READ)
@renderer_classes([Json, Text])
def categories(request: Request, suffix: str = "") -> Response:
    return listed(request, CATEGORIES)


@api_view(READ)
@renderer_classes([Json, Text])
def languages(request: Request, suffix: str = "") -> Response:
    return listed(request, LANGUAGES)


def listed(request: Request, words: Iterable[tuple[str, object]]) -> Response:
    """Objects; or, as text, a line for each: the id, a tab, what it is called."""
    if request.accepted_renderer.format == "txt":
        return Response("".join(f"{word}\t{text}\n" for word, text in words))
    return Response([{"id": word, "text": str(text)} for word, text in words])
