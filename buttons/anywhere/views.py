"""Flattring any page, whether or not it has a button: a bookmarklet, a form, and the
target that phones share to. All lead to the confirm page, and store nothing.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.snippets import link_here
from buttons.things.submitting import Submission
from buttons.things.typed_addresses import address_in

OPENS = (
    "javascript:(()=>{"
    "const a=%s+'?url='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title);"
    "if(!open(a,'_blank','popup,width=480,height=640'))location.href=a"
    "})()"
)


@require_safe
def anywhere(request: HttpRequest) -> HttpResponse:
    return render(
        request, "buttons/anywhere/anywhere.html", {"bookmarklet": bookmarklet()}
    )


@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """Lead to the confirm page of what a phone or the form sends: `title`, `text` and
    `url`; each app fills in others."""
    url, text = request.GET.get("url", ""), request.GET.get("text", "")
    try:
        address = address_in(url, text)
    except BadAddress as refusal:
        facts = {"bookmarklet": bookmarklet(), "typed": url or text, "refusal": refusal}
        return render(request, "buttons/anywhere/anywhere.html", facts, status=400)
    title = submitting.line(request.GET.get("title", ""), submitting.LONGEST_TITLE)
    return redirect(link_here(Submission(url=address, title=title)))


@require_safe
def manifest(_request: HttpRequest) -> HttpResponse:
    """What a phone needs to know to keep the site as an app that is shared to."""
    answer = JsonResponse(
        {
            "id": "/",
            "name": settings.OPERATOR_NAME,
            "short_name": settings.OPERATOR_NAME,
            "start_url": reverse("home"),
            "scope": "/",
            "display": "minimal-ui",
            "background_color": "#fdfaf5",
            "theme_color": "#fdfaf5",
            "icons": [
                {
                    "src": static(f"img/icon-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": "any maskable",
                }
                for size in (192, 512)
            ],
            "share_target": {
                "action": reverse("buttons:share"),
                "method": "GET",
                "params": {"title": "title", "text": "text", "url": "url"},
            },
        },
        content_type="application/manifest+json",
    )
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def bookmarklet() -> str:
    """A link for the bookmarks that asks about the page that is open."""
    return OPENS % json.dumps(settings.SITE_URL + reverse("buttons:submit"))
