"""The code grant of OAuth 2, by oauthlib and django-oauth-toolkit, with our
differences: codes are stored as hashes, using a code twice revokes its token, and a
token lives until it is revoked (promise A6).

Only clients see the code itself; this module works with its hash.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote, urlencode

from django.utils.translation import gettext as _
from oauth2_provider.models import Grant
from oauthlib.oauth2 import BearerToken
from oauthlib.oauth2.rfc6749 import errors
from oauthlib.oauth2.rfc6749.endpoints import AuthorizationEndpoint, TokenEndpoint
from oauthlib.oauth2.rfc6749.grant_types import AuthorizationCodeGrant

from accounts.models.oauth import AccessToken
from accounts.oauth.secrets_at_rest import hash_of
from accounts.oauth.toolkit_inside import HashedCodes

CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
# Anything else that an app sends is ignored.
ASKED = (
    "client_id",
    "response_type",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)

EXCHANGED = (
    "grant_type",
    "code",
    "redirect_uri",
    "client_id",
    "client_secret",
    "code_verifier",
)

Pairs = list[tuple[str, str]]


def canonical(sent: Iterable[tuple[str, str]]) -> Pairs:
    """An app's request in one form: scopes may be separated by spaces, plus signs or
    commas, and empty values are dropped.

    >>> canonical([("scope", "flattr,thing+email"), ("state", ""), ("utm", "x")])
    [('scope', 'flattr thing email')]
    """
    return [
        (name, " ".join(re.split(r"[\s,+]+", value)) if name == "scope" else value)
        for name, value in ((name, value.strip()) for name, value in sent)
        if name in ASKED and value
    ]


def exchanged(sent: Iterable[tuple[str, str]]) -> Pairs:
    """The parameters that come with a code, with the code as its hash."""
    return [
        (name, hash_of(value.strip()) if name == "code" else value)
        for name, value in sent
        if name in EXCHANGED and value.strip()
    ]


def path(asked: Pairs) -> str:
    """The consent page that asks for this."""
    return f"/oauth/authorize?{urlencode(asked)}"


class Validator(HashedCodes):
    def is_pkce_required(self, client_id: str, request: Any) -> bool:
        """Apps without a secret must use it; others may."""
        return bool(request.client.is_public)

    def validate_code(
        self,
        client_id: str,
        code: str,
        client: Any,
        request: Any,
        *_more: Any,
        **_named: Any,
    ) -> bool:
        """Whether the code is this app's and fresh. The row is locked, so if two send
        it at once, the second finds it gone.

        Sending a code that is gone revokes its token (RFC 9700, 4.5.3.2). Old clients
        leave the callback out or send it encoded twice; then the one that the reader
        agreed to is used.
        """
        grants = Grant.objects.select_for_update().filter(application=client)
        grant = grants.filter(code=code).first()
        if grant is None:
            AccessToken.objects.filter(application=client, code_checksum=code).delete()
            return False
        callback = request.redirect_uri or grant.redirect_uri
        if grant.redirect_uri not in {callback, unquote(callback)}:
            return False
        request.redirect_uri = grant.redirect_uri
        if not grant.user.is_active:
            return False
        refuse_unasked_verifier(grant, request)
        return bool(super().validate_code(client_id, code, client, request))


class Server(AuthorizationEndpoint, TokenEndpoint):
    """Only the code grant: no implicit grant, no passwords, no refresh tokens."""

    def __init__(self) -> None:
        validator = Validator()
        grant = AuthorizationCodeGrant(
            validator, refresh_token=False, pre_auth=[refuse_weak_challenge]
        )
        bearer = BearerToken(validator)
        AuthorizationEndpoint.__init__(self, "code", bearer, {"code": grant})
        TokenEndpoint.__init__(
            self, "authorization_code", bearer, {"authorization_code": grant}
        )


def refuse_weak_challenge(request: Any) -> dict[str, str]:
    """Refuse any challenge but S256 (RFC 9700, 2.1.1)."""
    challenge = request.code_challenge
    if challenge is not None and request.code_challenge_method != "S256":
        raise errors.InvalidRequestError(
            description=_("code_challenge_method must be S256."), request=request
        )
    if challenge is not None and not CHALLENGE.fullmatch(challenge):
        raise errors.InvalidRequestError(
            description=_("code_challenge is not an S256 challenge."), request=request
        )
    return {}


def refuse_unasked_verifier(grant: Grant, request: Any) -> None:
    """Refuse a verifier if the code was requested without a challenge: an app that
    sends one began with a challenge, so somebody else slipped this code in (RFC 9700,
    4.8.2)."""
    if request.code_verifier and not grant.code_challenge:
        raise errors.InvalidGrantError(
            description=_(
                "code_verifier was sent, but the code was requested without a"
                " code_challenge."
            ),
            request=request,
        )


SERVER = Server()
