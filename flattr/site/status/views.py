"""The status page, for people and for programs; both answer without a database too."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from flattr.site.status.parts import How, away, status
from flattr.site.status.watching import Away, seen

FAILURES = (Away, DatabaseError, InterfaceError)


@never_cache
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    try:
        return render(request, "site/status.html", {"status": status(seen())})
    except FAILURES:
        facts = {
            "SITE_NAME": settings.OPERATOR_NAME,
            "OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
            "about": away(),
        }
        away_page = get_template("site/status_away.html").render(facts)
        return HttpResponse(away_page, status=503)


@never_cache
@require_safe
def for_programs(_request: HttpRequest) -> HttpResponse:
    try:
        now = status(seen())
    except FAILURES:
        return JsonResponse({"status": How.AWAY}, status=503)
    told: dict[str, Any] = {
        "status": now.how,
        "as_of": now.seen.at.isoformat(timespec="seconds"),
        "parts": {
            part.name: {"status": part.how, "says": part.says} for part in now.parts
        },
    }
    return JsonResponse(told)
