"""Guards of every answer: headers, and that unsafe requests come from our own pages."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.functional import SimpleLazyObject

from accounts.signing_in import sessions
from flattr.web.django_inside import FormGuard

Respond = Callable[[HttpRequest], HttpResponse]

SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
STAFF_SECONDS = 1800
STAFF_AT = "staff_at"

# Pages whose address contains a key, which must not leave in a Referer.
KEYED = {
    "account_reset_password_from_key",
    "account_confirm_email",
    "mail_off",
    "second_factor_link",
    "buttons:appeal",
    "payouts:cancel_destination",
    "payouts:keep_account",
}


def headers(get_response: Respond) -> Respond:
    """Headers: who may cache an answer or embed it, and what the next site learns (T32).

    A public answer that read no session says nothing about a person: its view sets its
    own headers, and nothing here reads the cookie for it.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        match = request.resolver_match
        if match is not None and match.view_name in KEYED:
            # A form under `no-referrer` would be sent with `Origin: null`.
            policy = "same-origin" if response.status_code == 200 else "no-referrer"
            response.headers["Referrer-Policy"] = policy
            response.headers["Cache-Control"] = "no-store"
        return response

    return respond


def is_exempt(path: str) -> bool:
    """Views that no cookie signs in to take requests from anywhere: what is exempt
    from the form token is exempt from its companions too."""
    try:
        return bool(getattr(resolve(path).func, "csrf_exempt", False))
    except Resolver404:
        return False


def comes_from_us(request: HttpRequest) -> bool:
    """What the browser says about the page that sends; if it says nothing we believe it,
    because the form token is required as well."""
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site")
    ours = urlsplit(settings.SITE_URL)
    return is_unnamed_own(request) or (
        origin in {None, f"{ours.scheme}://{ours.netloc}"}
        and site in {None, "same-origin"}
    )


def is_unnamed_own(request: HttpRequest) -> bool:
    """Whether the browser keeps the name of its page to itself, as some do for privacy,
    and says that it is one of ours. No page can write that header."""
    return (
        request.headers.get("Origin") == "null"
        and request.headers.get("Sec-Fetch-Site") == "same-origin"
    )


class Forms(FormGuard):
    """Django's, which asks for the form token, and knows the same two answers."""

    def is_ours(self, request: HttpRequest) -> bool:
        return is_unnamed_own(request)


def same_origin(get_response: Respond) -> Respond:
    """An unsafe request comes from a page of ours, or it changes nothing (T24)."""

    def respond(request: HttpRequest) -> HttpResponse:
        if (
            request.method in SAFE
            or comes_from_us(request)
            or is_exempt(request.path_info)
        ):
            return get_response(request)
        return render(request, "403_form.html", status=403)

    return respond


class People(AuthenticationMiddleware):
    """Django's, with session and person fetched by one query."""

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        request.user = cast(Any, SimpleLazyObject(partial(sessions.person_of, request)))


def visits(get_response: Respond) -> Respond:
    """A session lasts thirty days from the last visit; it is saved once a day."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.accessed and request.user.is_authenticated:
            sessions.extend(request)
        return response

    return respond


def staff(get_response: Respond) -> Respond:
    """The admin is for staff with a second factor who were active in the last half hour
    (A3)."""

    def respond(request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and request.user.is_authenticated:
            turned_away = way_back(request)
            if turned_away is not None:
                return turned_away
        return get_response(request)

    return respond


def way_back(request: HttpRequest) -> HttpResponse | None:
    """Where a member of staff has to go before the admin opens; None to go in."""
    if not request.user.is_staff:
        return None
    if not settings.LOCAL and not is_mfa_enabled(request.user):
        return HttpResponseRedirect(reverse("mfa_index"))
    now = int(time.time())
    proofs = [int(r["at"]) for r in get_authentication_records(request, request.user)]
    seen = max([request.session.get(STAFF_AT, 0), *proofs])
    if seen and now - seen > STAFF_SECONDS:
        path = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{path}")
    if now - request.session.get(STAFF_AT, 0) > 60:
        request.session[STAFF_AT] = now
    return None
