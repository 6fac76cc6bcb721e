"""Pages that other people's software has led to since the first Flattr."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit, urlunsplit

from csp.decorators import csp_update
from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from buttons.models import Thing
from buttons.things.addresses import BadAddress, host_of, normalise, shown_host
from flattr.web import everybody
from flattr.web.way_back import with_next

GONE = "This interface has ended. Its successor, REST v2, is at {}/rest/v2."


@csrf_exempt
def old_interface(request: HttpRequest) -> HttpResponse:
    """Tell programs that call an interface older than v2 where v2 is."""
    refusal = {
        "error": "gone",
        "error_description": GONE.format(settings.SITE_URL),
        "error_uri": f"{settings.SITE_URL}/rest/v2",
    }
    return everybody.answer(request, JsonResponse(refusal, status=410), 0)


@require_safe
def user(_request: HttpRequest, name: str) -> HttpResponse:
    return redirect("buttons:profile", name, permanent=True)


@require_safe
def qr(request: HttpRequest, thing_id: int) -> HttpResponse:
    """A page to print, with a code that phones read: it leads to the thing's page."""
    thing = get_object_or_404(Thing.objects.with_owner().numbered(thing_id))
    href = settings.SITE_URL + reverse("buttons:thing", args=[thing.pk])
    return render(request, "buttons/legacy/qr.html", {"thing": thing, "href": href})


@require_http_methods(["GET", "HEAD", "POST"])
def connect(request: HttpRequest) -> HttpResponseBase:
    """“Connect with Flattr”: tell the site at `idCallback` who somebody is, once they
    have said so on a page that names its host (T26). Without one, sign in."""
    given = request.POST if request.method == "POST" else request.GET
    if not given.get("idCallback"):
        return redirect("account_login")
    try:
        callback = normalise(given["idCallback"])
    except BadAddress as refusal:
        facts: dict[str, object] = {"refusal": refusal}
        return render(request, "buttons/unreadable.html", facts, status=400)
    if not isinstance(request.user, User):
        there = f"{request.path}?{urlencode({'idCallback': callback})}"
        return redirect(with_next(reverse("account_login"), there))
    if request.method == "POST":
        return HttpResponseRedirect(callback_naming(callback, request.user))

    # The redirect after the form is the form's too, for the policy.
    @csp_update({"form-action": [origin_of(callback)]})
    def ask(request: HttpRequest) -> HttpResponse:
        facts = {"callback": callback, "host": shown_host(host_of(callback))}
        return render(request, "buttons/legacy/connect.html", facts)

    return ask(request)


def callback_naming(callback: str, person: User) -> str:
    """The callback with who the person is, behind what its query says already."""
    parts = urlsplit(callback)
    facts = urlencode({"FlattrId": person.pk, "FlattrUsername": person.username})
    query = f"{parts.query}&{facts}" if parts.query else facts
    return urlunsplit(parts._replace(query=query))


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
