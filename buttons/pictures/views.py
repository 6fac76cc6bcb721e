"""Where pictures are shown."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from buttons.models import Picture

KEPT_SECONDS = 24 * 60 * 60


@require_safe
def picture(_request: HttpRequest, digest: str) -> HttpResponse:
    """A picture by its digest; 404 from the moment on that it is taken away or hidden,
    though browsers that have it may show it for another day."""
    shown = Picture.objects.filter(Q(person__picture=digest) | Q(thing__picture=digest))
    found = get_object_or_404(shown.only("body"), digest=digest)
    answer = HttpResponse(bytes(found.body), content_type="image/webp")
    answer["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer
