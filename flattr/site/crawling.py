"""What programs ask every site for: where they may go, and where people report a hole."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

PLAIN = "text/plain; charset=utf-8"
KEPT_SECONDS = 24 * 60 * 60
# How long what security.txt says holds, from the day it is read (RFC 9116: a year at
# most).
HOLDS = timedelta(days=180)

ROBOTS = """\
User-agent: *
Disallow: /account/
Disallow: /admin/
Disallow: /appeal/
Disallow: /apps
Disallow: /budget
Disallow: /claim
Disallow: /flattr/
Disallow: /home
Disallow: /local/
Disallow: /login
Disallow: /mails/
Disallow: /month
Disallow: /oauth/
Disallow: /pay
Disallow: /payouts
Disallow: /report/
Disallow: /rest/
Disallow: /revenue
Disallow: /settings
Disallow: /share
Disallow: /statements
Disallow: /submit/
"""


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    sitemap = settings.SITE_URL + reverse("sitemap")
    return HttpResponse(f"{ROBOTS}\nSitemap: {sitemap}\n", content_type=PLAIN)


@require_safe
def security(_request: HttpRequest) -> HttpResponse:
    """Whom to tell of a weakness, as RFC 9116 has it."""
    expires = (timezone.now() + HOLDS).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    facts = {
        "Contact": f"mailto:{quote(settings.OPERATOR_EMAIL, safe='@+')}",
        "Expires": f"{expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages": "en",
        "Canonical": settings.SITE_URL + reverse("security"),
    }
    lines = "".join(f"{name}: {value}\n" for name, value in facts.items())
    answer = HttpResponse(lines, content_type=PLAIN)
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


@require_safe
def change_password(_request: HttpRequest) -> HttpResponse:
    """Where password managers look for the page."""
    return HttpResponseRedirect(reverse("account_change_password"))
