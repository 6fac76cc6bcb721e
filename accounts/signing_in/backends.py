"""Who signs in: one look-up and one password hash, whatever was typed (A1)."""

from __future__ import annotations

from accounts.models import User
from accounts.signing_in import allauth_inside


class Backend(allauth_inside.Backend):
    def person_of(self, login: str) -> User | None:
        return User.objects.with_login(login)
