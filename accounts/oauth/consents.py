"""Consents: what a consent page asked, signed into its form, and what happens then.

Like the confirm page of a flattr, the form carries one signed text. It is valid for the
reader it was made for, for ten minutes, but not in the first instant, when the click
may have been meant for another window (promises T23, T38).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from oauthlib.oauth2.rfc6749 import errors

from accounts import callbacks
from accounts.models import User
from accounts.models.oauth import Application
from accounts.oauth import allowances, authorizing
from accounts.oauth.authorizing import Pairs
from flattr.templatetags.flattr import day
from flattr.web.refusals import Refusal

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

LASTS_SECONDS = 600
NOT_BEFORE_SECONDS = 0.4
SALT = "accounts.consent"


class NothingToDecide(Refusal):
    """The reader gets a page instead of the question: what is wrong, and what that
    means. `way_back` is where they may go from there."""

    way_back = ""

    @property
    def heading(self) -> str:
        return gettext("This app cannot get access")

    @property
    def advice(self) -> str:
        return format_html(
            gettext(
                "The app made a mistake, or somebody wants you to take another app for"
                " it. Nothing was allowed, and you were not sent anywhere. Whoever"
                " makes the app can see what they registered on"
                ' <a href="{apps_url}">the page of their apps</a>.'
            ),
            apps_url=reverse("apps"),
        )


class NotAsked(NothingToDecide):
    says = _("This form is not one of ours. Please begin again in the app.")

    code = "forged"


class AskAgain(Refusal):
    says = _("Please decide once more.")

    code = "intent_refused"
    status = 409


class NotOurApp(NothingToDecide):
    says = _("We cannot be sure who is asking, so we send nothing back.")


class CannotBeAsked(NothingToDecide):
    """`way_back` is its callback with the error, for a reader who wants to go there."""

    says = _("The app asks for something that we do not give.")

    def __init__(
        self, application: Application, way_back: str, text: str | StrPromise
    ) -> None:
        super().__init__(text)
        self.application = application
        self.way_back = way_back

    @property
    def heading(self) -> str:
        return format_html(
            gettext("<bdi>{name}</bdi> cannot get access"), name=self.application.name
        )

    @property
    def advice(self) -> str:
        return gettext(
            "The app made a mistake, not you, and nothing was allowed. If you trust"
            " the app, go back to it, so that it learns of the mistake."
        )


@dataclass(frozen=True, slots=True)
class Question:
    """Which app asks for what, and where the answer goes."""

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
        """Whether the answer goes over the network unencrypted."""
        return self.callback.startswith("http:") and not callbacks.without_port(
            self.callback
        )

    @property
    def wants(self) -> list[str]:
        return [str(settings.SCOPES[scope]) for scope in self.scopes]

    @property
    def wants_to_give(self) -> bool:
        """The reader says with the answer how much it may give once."""
        return "gift" in self.scopes

    @property
    def who_asks(self) -> str:
        """What is known of the app: no more than what its maker said of it."""
        registered_on = day(self.application.created)
        if self.application.keys_are_public:
            return gettext(
                "an old program; registered by the people who run %(site)s on %(day)s"
            ) % {"site": settings.OPERATOR_NAME, "day": registered_on}
        return format_html(
            gettext(
                'claims to belong to <span class="address">{host}</span>;'
                " registered by <bdi>{maker}</bdi> on {day}"
            ),
            host=self.application.host,
            maker=self.application.user.username,
            day=registered_on,
        )


def parse(asked: Pairs) -> Question:
    """Parse an app's request. Refused with `NotOurApp`, when nothing may be sent
    anywhere, or `CannotBeAsked`."""
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
        # The app was registered before such hosts were refused.
        raise NotOurApp(WORDS[errors.InvalidRedirectURIError])
    return Question(
        application=facts["request"].client,
        callback=callback,
        scopes=[scope for scope in settings.SCOPES if scope in scopes],
        state=facts["state"],
        asked=asked,
    )


WORDS = {
    errors.MissingClientIdError: _("The link does not say which app it is from."),
    errors.InvalidClientIdError: _("There is no such app here."),
    errors.MissingRedirectURIError: _(
        "The app has several callbacks and did not say which one it wants."
    ),
    errors.MismatchingRedirectURIError: _(
        "The app wants us to send you to an address that it has not registered."
    ),
    errors.InvalidRedirectURIError: _(
        "The app wants us to send you to an address that no browser should go to."
    ),
}
CANNOT = {
    "unsupported_response_type": _(
        "It asks for its token in an address, where others can read it. We give apps"
        " a code, with which they fetch their token."
    ),
    "unauthorized_client": _("It asks for a kind of answer that we do not give."),
    "invalid_scope": _("It wants to do something that does not exist here."),
}


def issue(reader: User, question: Question) -> str:
    """A signed text for the form that asks `reader` now."""
    facts = {"reader": reader.pk, "asked": question.asked, "at": time.time()}
    return signing.dumps(facts, salt=SALT, compress=True)


def asked_in(signed: str) -> tuple[dict[str, Any], Pairs]:
    """What one of our forms asked, however old it is; refused with `NotAsked`."""
    try:
        facts: dict[str, Any] = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        raise NotAsked from None
    return facts, [(str(name), str(value)) for name, value in facts["asked"]]


def check(facts: dict[str, Any], reader: User) -> None:
    """Refuse, with one sentence, a form that was not made for `reader` just now."""
    age_seconds = time.time() - facts["at"]
    if facts["reader"] != reader.pk:
        raise AskAgain(
            gettext("You are signed in as %(username)s now. Is it still you?")
            % {"username": reader.username}
        )
    if age_seconds < NOT_BEFORE_SECONDS:
        raise AskAgain(
            _("That was quicker than anybody can read. Please decide once more.")
        )
    if age_seconds > LASTS_SECONDS:
        raise AskAgain(
            _("This page had been open for a while. Please decide once more.")
        )


@transaction.atomic
def allow(reader: User, question: Question, gift_most: int | None = None) -> str:
    """Let the app act; return where the browser goes, with a code for the app. One that
    wants to give may give `gift_most` minor units a month."""
    if gift_most is not None:
        allowances.limit_gifts(reader, question.application, gift_most)
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
        description=gettext("The reader said no."), state=question.state
    )
    return answer(question.callback, refused.twotuples)


def answer(callback: str, told: Pairs) -> str:
    """The callback exactly as it is registered, with the answer behind it, and with our
    address, so that an app that uses several sites cannot mix them up (RFC 9207).

    >>> answer("knufficastoauth://", [("code", "x")]).partition("&")[0]
    'knufficastoauth://?code=x'
    """
    between = "&" if "?" in callback else "?"
    return f"{callback}{between}{urlencode([*told, ('iss', settings.SITE_URL)])}"


def scheme_of(address: str) -> str:
    return urlsplit(address).scheme
