"""Consents: what a consent page asked, signed into its form, and what follows.

As with the confirm page of a flattr, the form carries one signed text. It is for
the reader it was made for, for ten minutes, and not in the first instant, when the
click may have been meant for another window (promises T23, T38).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2.rfc6749 import errors

from accounts import callbacks
from accounts.models import User
from accounts.models.oauth import Application
from accounts.oauth import authorizing
from accounts.oauth.authorizing import Pairs
from flattr.web.refusals import Refusal

LASTS_SECONDS = 600
NOT_BEFORE_SECONDS = 0.4
SALT = "accounts.consent"


class NotAsked(Refusal):
    says = _("This form is not one of ours. Please begin again in the app.")

    code = "forged"


class AskAgain(Refusal):
    says = _("Please decide once more.")

    code = "intent_refused"
    status = 409


class NotOurApp(Refusal):
    says = _(
        "Nothing may be sent back to whoever asked: who that is cannot be believed."
    )


class CannotBeAsked(Refusal):
    """`way_back` is its callback with the error, for a reader who wants to go there."""

    says = _("The app asks for something that cannot be given.")

    def __init__(self, application: Application, way_back: str, text: str) -> None:
        super().__init__(text)
        self.application = application
        self.way_back = way_back


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks for what, and where the answer goes."""

    application: Application
    callback: str
    scopes: list[str]
    state: str | None
    asked: Pairs

    @property
    def source(self) -> str:
        return callbacks.source(self.callback)

    @property
    def place(self) -> str:
        return callbacks.place(self.callback)

    @property
    def is_unencrypted(self) -> bool:
        """Whether the answer goes over the net where others can read it."""
        return self.callback.startswith("http:") and not callbacks.without_port(
            self.callback
        )

    @property
    def wants(self) -> list[str]:
        return [settings.SCOPES[scope] for scope in self.scopes]


def parse(asked: Pairs) -> Question:
    """What an app asks, or `NotOurApp` (nothing is sent anywhere) or `CannotBeAsked`."""
    try:
        scopes, facts = authorizing.SERVER.validate_authorization_request(
            authorizing.path(asked)
        )
    except errors.FatalClientError as fatal:
        raise NotOurApp(WORDS.get(type(fatal), str(fatal.description))) from None
    except errors.OAuth2Error as refused:
        application = Application.objects.get(client_id=dict(asked)["client_id"])
        way_back = answer(refused.redirect_uri, refused.twotuples)
        why = CANNOT.get(refused.error) or str(refused.description)
        raise CannotBeAsked(application, way_back, why) from None
    callback = facts["redirect_uri"]
    if not callbacks.has_plain_host(callback):
        # It was registered before such hosts were refused.
        raise NotOurApp(WORDS[errors.InvalidRedirectURIError])
    return Question(
        application=facts["request"].client,
        callback=callback,
        scopes=[scope for scope in settings.SCOPES if scope in scopes],
        state=facts["state"],
        asked=asked,
    )


WORDS = {
    errors.MissingClientIdError: "The link does not say which app it is from.",
    errors.InvalidClientIdError: "There is no such app here.",
    errors.MissingRedirectURIError: "The app has several callbacks and did not say"
    " which one it wants.",
    errors.MismatchingRedirectURIError: "The app wants you to be sent to an address"
    " that it has not registered.",
    errors.InvalidRedirectURIError: "The app wants you to be sent to an address that"
    " no browser should be sent to.",
}
CANNOT = {
    "unsupported_response_type": "It asks for its token in an address, where others"
    " can read it. Apps are given a code here, and fetch their token with that.",
    "unauthorized_client": "It asks for a kind of answer that is not given here.",
    "invalid_scope": "It wants to do something that does not exist here.",
}


def issue(reader: User, question: Question) -> str:
    """A signed text for the form that asks `reader` now."""
    facts = {"reader": reader.pk, "asked": question.asked, "at": time.time()}
    return signing.dumps(facts, salt=SALT, compress=True)


def asked_in(signed: str) -> tuple[dict[str, Any], Pairs]:
    """What one of our forms asked, however old; anything else is `NotAsked`."""
    try:
        facts: dict[str, Any] = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise NotAsked from None
    return facts, [(str(name), str(value)) for name, value in facts["asked"]]


def check(facts: dict[str, Any], reader: User) -> None:
    """Refuse, with one sentence, what was not asked of `reader` just now."""
    age_seconds = time.time() - facts["at"]
    if facts["reader"] != reader.pk:
        raise AskAgain(f"You are signed in as {reader.username} now. Is it still you?")
    if age_seconds < NOT_BEFORE_SECONDS:
        raise AskAgain("That was quicker than anybody reads. Please decide once more.")
    if age_seconds > LASTS_SECONDS:
        raise AskAgain("This page had been open for a while. Please decide once more.")


@transaction.atomic
def allow(reader: User, question: Question) -> str:
    """Let the app act; where the browser goes, with a code for it."""
    headers, _body, _status = authorizing.SERVER.create_authorization_response(
        authorizing.path(question.asked),
        scopes=question.scopes,
        credentials={"user": reader},
    )
    told = dict(parse_qsl(urlsplit(headers["Location"]).query))
    state = [] if question.state is None else [("state", question.state)]
    return answer(question.callback, [("code", told["code"]), *state])


def deny(question: Question) -> str:
    """Where the browser goes when the reader says no."""
    refused = errors.AccessDeniedError(
        description="The reader said no.", state=question.state
    )
    return answer(question.callback, refused.twotuples)


def answer(callback: str, told: Pairs) -> str:
    """The callback as it is registered, letter by letter, and behind it what is told;
    also who tells it, so that an app with several of us cannot mix them up (RFC 9207).

    >>> answer("knufficastoauth://", [("code", "x")]).partition("&")[0]
    'knufficastoauth://?code=x'
    """
    between = "&" if "?" in callback else "?"
    return f"{callback}{between}{urlencode([*told, ('iss', settings.SITE_URL)])}"


def scheme_of(address: str) -> str:
    return urlsplit(address).scheme
