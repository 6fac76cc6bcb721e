"""Who signs in: one look-up and one password hash, whatever was typed (A1)."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models.functions import Lower
from django.http import HttpRequest

from accounts import mailboxes
from accounts.models import User


def person_named(login: str) -> User | None:
    """The person with that e-mail address or username, whatever its spelling.

    A username cannot hold an @, so the two never meet.
    """
    login = mailboxes.as_login(login)
    field = "email" if "@" in login else "username"
    lowered = User.objects.annotate(lowered=Lower(field))
    return lowered.filter(lowered=login).first()


class Backend(AuthenticationBackend):
    """allauth's, which tries an address as a name too and so hashes twice for people
    who have an account: the time told who does."""

    def _authenticate(
        self,
        request: HttpRequest | None,
        **credentials: Any,
    ) -> User | None:
        login = credentials.get("email") or credentials.get("username") or ""
        found: User | None = self._check_password(
            person_named(str(login)), str(credentials["password"])
        )
        return found
