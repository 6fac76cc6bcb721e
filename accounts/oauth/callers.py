"""Who calls the API: a person with a token, an app with its keys, or anybody.

A token is read from the `Authorization` header and nowhere else; cookies are ignored.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import (
    AuthenticationFailed,
    NotAuthenticated,
    PermissionDenied,
)
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import User
from accounts.models.oauth import AccessToken, Application
from accounts.oauth import tokens

if TYPE_CHECKING:  # it reads the settings that name this module
    from rest_framework.views import APIView


class Bearer(BaseAuthentication):
    """A person, by a token. One that is unknown, revoked or empty is a 401, on public
    resources as well: whoever sends it means to be somebody."""

    def authenticate(self, request: Request) -> tuple[User, AccessToken] | None:
        scheme, _blank, raw = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = tokens.find(raw.strip()) if raw.strip() else None
        if token is None:
            raise AuthenticationFailed(_("This token is unknown or was revoked."))
        tokens.note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Flattr"'


class ClientKeys(BaseAuthentication):
    """An app, by its id and secret. It acts for nobody, but its calls are counted as
    its own. Keys that fit no app are ignored."""

    def authenticate(
        self, request: Request
    ) -> tuple[AnonymousUser, Application] | None:
        scheme, _blank, encoded = request.headers.get("Authorization", "").partition(
            " "
        )
        app = app_with(encoded) if scheme.lower() == "basic" else None
        return None if app is None else (AnonymousUser(), app)


def app_with(encoded: str) -> Application | None:
    try:
        keys = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return None
    client_id, _colon, secret = (unquote_plus(part) for part in keys.partition(":"))
    if "\0" in keys or "\0" in client_id or not secret:
        return None
    app: Application | None = Application.objects.filter(client_id=client_id).first()
    if app is None or not check_password(secret, app.client_secret):
        return None
    return app


class Missing(PermissionDenied):
    """The token lacks a scope that this call needs."""

    wire_code = "insufficient_scope"


def needs(*scopes: str) -> type[BasePermission]:
    """A permission: a person's token that has all of `scopes`; 401 without a token,
    403 `insufficient_scope` with one that lacks some."""

    class Needs(BasePermission):
        def has_permission(self, request: Request, view: APIView) -> bool:
            require(request, *scopes)
            return True

    return Needs


def require(request: Request, *scopes: str) -> AccessToken:
    """The person's token, if it has all of `scopes`; else refuse as `needs` does."""
    token = request.auth
    if not isinstance(token, AccessToken):
        raise NotAuthenticated(_("This needs a person’s token."))
    if lacking := [scope for scope in scopes if scope not in token.scope_names]:
        text = ngettext(
            "The token lacks the scope %(scopes)s.",
            "The token lacks the scopes %(scopes)s.",
            len(lacking),
        )
        raise Missing(text % {"scopes": ", ".join(lacking)})
    return token


def may(request: Request, scope: str) -> bool:
    """Whether the caller is a person's token with that scope."""
    token = request.auth
    return isinstance(token, AccessToken) and scope in token.scope_names
