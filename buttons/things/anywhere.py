"""Flattring any page, whether or not it has a button: a bookmarklet, a form, and the
target that phones share to. All lead to the confirm page, and store nothing.
"""

from __future__ import annotations

import json
import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from buttons.things import submitting
from buttons.things.addresses import BadAddress, normalise
from buttons.things.snippets import link_here
from buttons.things.submitting import Submission

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# What ends a sentence that an address stands in.
AFTER = ".,;:!?'’”»…"

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
        request, "buttons/things/anywhere.html", {"bookmarklet": bookmarklet()}
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
        return render(request, "buttons/things/anywhere.html", facts, status=400)
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


def address_in(url: str, text: str) -> str:
    """The first address in what was shared, normalised; else `BadAddress`.

    Somebody who types one may leave its beginning out.

    >>> address_in("", "Listen: https://anna.example/213 (45 min).")
    'https://anna.example/213'
    >>> address_in("", "(https://anna.example/a_(b)), and more")
    'https://anna.example/a_(b)'
    >>> address_in("anna.example/post", "")
    'https://anna.example/post'
    """
    for shared in (url, text):
        if found := ADDRESS.search(shared):
            return normalise(_without_sentence(found[0]))
    typed = url.strip() or text.strip()
    if re.fullmatch(r"[^\s/@:]+\.[^\s/@:]+(?:/\S*)?", typed):
        return normalise(f"https://{typed}")
    raise BadAddress(_("That is not a web address."))


def _without_sentence(address: str) -> str:
    """Without the marks that belong to the text around it."""
    while address[-1] in AFTER or (
        address[-1] == ")" and address.count(")") > address.count("(")
    ):
        address = address[:-1]
    return address
