"""The two addresses of OAuth 2: where readers decide, and where codes become tokens."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlencode

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from oauth2_provider.http import OAuth2ResponseRedirect
from oauthlib.oauth2.rfc6749 import errors

from accounts.oauth import allowances, authorizing, consents
from accounts.oauth.authorizing import Pairs
from accounts.oauth.consents import (
    AskAgain,
    CannotBeAsked,
    NotAsked,
    NothingToDecide,
    NotOurApp,
    Question,
)
from accounts.oauth.forms import GiftLimitForm
from accounts.people.asker import signed_in
from flattr.api import bodies
from flattr.web.way_back import with_next


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    """Ask whether an app may act for the reader; the form's answer comes here too."""
    if request.method == "POST":
        return _decide(request)
    return _ask(request, authorizing.canonical(pairs_of(request.GET)))


@csrf_exempt
@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Give a token for a code. The body is JSON or a form; the app's keys come by Basic
    or in the body. The answer has two keys and no expiry, as old clients expect.
    """
    try:
        sent = bodies.read_body(request.body, request.content_type or "")
    except bodies.Unreadable as unreadable:
        answer = _error(errors.InvalidRequestError(description=str(unreadable)))
        # Close the connection: the rest of the body must not be read as the next
        # request.
        answer.headers["Connection"] = "close"
        return answer
    # Keys in an address are refused, right or wrong (T38).
    there = "/oauth/token?keys=here" if request.GET else "/oauth/token"
    headers = {"HTTP_AUTHORIZATION": request.headers.get("Authorization", "")}
    body = urlencode(authorizing.exchanged(pairs_of(sent)))
    try:
        with transaction.atomic():
            _headers, made, status = authorizing.SERVER.create_token_response(
                there, "POST", body, headers
            )
    except errors.OAuth2Error as refused:
        return _error(refused)
    facts = json.loads(made)
    if status == HTTPStatus.OK:
        facts = {"access_token": facts["access_token"], "token_type": "bearer"}
    return _json(facts, status)


@require_safe
def about(_request: HttpRequest) -> HttpResponse:
    """The metadata from which a client learns all this (RFC 8414)."""
    site = settings.SITE_URL
    facts = {
        "issuer": site,
        "authorization_endpoint": site + reverse("oauth_authorize"),
        "token_endpoint": site + reverse("oauth_token"),
        "scopes_supported": list(settings.SCOPES),
        "response_types_supported": ["code"],
        "grant_types_supported": ["authorization_code"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic",
            "client_secret_post",
            "none",
        ],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
    }
    return JsonResponse(facts)


def pairs_of(sent: QueryDict | dict[str, Any] | list[Any]) -> Pairs:
    """Names and values as they came, repeated names too."""
    if isinstance(sent, QueryDict):
        return [(name, value) for name, values in sent.lists() for value in values]
    found = sent if isinstance(sent, dict) else {}
    return [(name, value) for name, value in found.items() if isinstance(value, str)]


def _error(refused: errors.OAuth2Error) -> HttpResponse:
    return _json(dict(refused.twotuples), refused.status_code)


def _json(answer: dict[str, str], status: int) -> HttpResponse:
    if "error" in answer:
        answer.setdefault("error_description", str(WORDS.get(answer["error"], "")))
    response = JsonResponse(answer, status=status)
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    if status == HTTPStatus.UNAUTHORIZED:
        # Some clients send their keys only when they are asked for Basic.
        response.headers["WWW-Authenticate"] = 'Basic realm="Flattr"'
    return response


WORDS = {
    "invalid_grant": _(
        "The code is not valid: it works once, for a minute, and only for the app that"
        " it was given to."
    ),
    "invalid_client": _("There is no app with this id and secret."),
    "unsupported_grant_type": _("grant_type must be authorization_code."),
    "unauthorized_client": _("This app may not do that."),
}


def _decide(request: HttpRequest) -> HttpResponse:
    try:
        facts, asked = consents.asked_in(request.POST.get("consent", ""))
    except NotAsked as refusal:
        return _refused(request, refusal)
    if isinstance(request.user, AnonymousUser):
        return _sign_in(asked)
    reader = request.user
    try:
        question = consents.parse(asked)
        if "no" in request.POST:
            return _send(consents.deny(question))
        consents.check(facts, reader)
        gift_most = _gift_most(request, question)
    except AskAgain as refusal:
        return _ask(request, asked, refusal)
    except (NotOurApp, CannotBeAsked):
        return _ask(request, asked)
    return _send(consents.allow(reader, question, gift_most))


def _gift_most(request: HttpRequest, question: Question) -> int | None:
    """What the reader lets the app give a month; None for one that does not want to.
    What cannot be read as an amount is asked again."""
    if not question.wants_to_give:
        return None
    form = GiftLimitForm(request.POST)
    if not form.is_valid():
        raise AskAgain
    return int(form.cleaned_data["gift_most"])


def _ask(
    request: HttpRequest, asked: Pairs, refusal: AskAgain | None = None
) -> HttpResponse:
    try:
        question = consents.parse(asked)
    except NotOurApp as fatal:
        return _refused(request, fatal)
    except CannotBeAsked as impossible:
        if isinstance(request.user, AnonymousUser):
            return _sign_in(asked)
        return _refused(request, impossible)
    if isinstance(request.user, AnonymousUser):
        return _sign_in(asked)
    return _page(request, question, refusal)


def _page(
    request: HttpRequest, question: Question, refusal: AskAgain | None
) -> HttpResponse:
    reader = signed_in(request)
    known = allowances.of(reader, question.application)
    facts = {
        "question": question,
        "application": question.application,
        "consent": consents.issue(reader, question),
        "refusal": refusal,
        "gift_form": GiftLimitForm(
            request.POST or None, initial={"gift_most": known.gift_most}
        ),
    }

    def page(request: HttpRequest) -> HttpResponseBase:
        status = refusal.status if refusal else 200
        return render(request, "accounts/oauth/authorize.html", facts, status=status)

    return cast(
        HttpResponse, csp_update({"form-action": [question.source]})(page)(request)
    )


def _sign_in(asked: Pairs) -> HttpResponse:
    there = authorizing.path(asked)
    return redirect(with_next(reverse("account_login"), there))


def _send(address: str) -> HttpResponse:
    return cast(
        HttpResponse, OAuth2ResponseRedirect(address, [consents.scheme_of(address)])
    )


def _refused(request: HttpRequest, refusal: NothingToDecide) -> HttpResponse:
    """Show the reader why, and redirect nobody (RFC 9700, 4.11.2)."""
    facts = {"refusal": refusal}
    return render(request, "accounts/oauth/authorize_refused.html", facts, status=400)
