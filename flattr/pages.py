"""Pages that belong to no app: the site's own texts and the error pages."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that did not come from our own page, or is older than the session."""
    return render(request, "403_form.html", {"reason": reason}, status=403)


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "home.html")
