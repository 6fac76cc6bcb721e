"""Flattring any page, whether or not it has a button: a form for addresses and lists
of them, a bookmarklet, and the target that phones share to. The last two lead to the
confirm page, and store nothing.
"""

from __future__ import annotations

import json
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from buttons.anywhere import pasting
from buttons.anywhere.forms import PasteForm
from buttons.anywhere.pasting import PastedTooOften
from buttons.signals.listings import Listing
from buttons.things import submitting
from buttons.things.addresses import BadAddress
from buttons.things.snippets import link_here
from buttons.things.submitting import Submission
from buttons.things.typed_addresses import address_in
from flattr.database import faults
from flattr.web.refusals import Refusal
from flattr.web.way_back import with_next

OPENS = (
    "javascript:(()=>{"
    "const a=%s+'?url='+encodeURIComponent(location.href)"
    "+'&title='+encodeURIComponent(document.title);"
    "if(!open(a,'_blank','popup,width=480,height=640'))location.href=a"
    "})()"
)


@require_http_methods(["GET", "HEAD", "POST"])
def anywhere(request: HttpRequest) -> HttpResponse:
    """The form. What somebody who is signed in pastes becomes a list of theirs; others
    are asked to sign in, or go on to the confirm page of one address."""
    if not isinstance(request.user, User):
        if request.method == "POST":
            return redirect(_sign_in())
        return _page(request)
    form = PasteForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        status = 400 if form.is_bound else 200
        return _page(request, form, status=status)
    given: Listing = form.cleaned_data["readable"]
    paste = partial(
        pasting.paste, request.user, given.title, given.entries, given.left_out
    )
    try:
        pasted = faults.twice(paste)
    except PastedTooOften as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, status=refusal.status)
    if given.unusable:
        messages.warning(request, _unusable(given.unusable))
    return redirect("buttons:pasted", pasted.pk)


def _unusable(number: int) -> str:
    said = ngettext(
        "%(number)d entry was left out: it has no address that everybody can open.",
        "%(number)d entries were left out: they have no address that everybody can open.",
        number,
    )
    return said % {"number": number}


def _page(
    request: HttpRequest,
    form: PasteForm | None = None,
    *,
    typed: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    facts = {
        "bookmarklet": bookmarklet(),
        "form": form,
        "lists": pasting.lists_of(user) if isinstance(user, User) else [],
        "typed": typed,
        "refusal": refusal,
        "sign_in": _sign_in(),
    }
    return render(request, "buttons/anywhere/anywhere.html", facts, status=status)


def _sign_in() -> str:
    return with_next(reverse("account_login"), reverse("buttons:anywhere"))


@require_safe
def share(request: HttpRequest) -> HttpResponse:
    """Lead to the confirm page of what a phone or the form sends: `title`, `text` and
    `url`; each app fills in others."""
    url, text = request.GET.get("url", ""), request.GET.get("text", "")
    try:
        address = address_in(url, text)
    except BadAddress as refusal:
        typed = url or text
        if isinstance(request.user, User):
            return _page(request, PasteForm({"text": typed}), status=400)
        return _page(request, typed=typed, refusal=refusal, status=400)
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
