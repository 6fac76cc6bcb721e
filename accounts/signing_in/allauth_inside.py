"""What we need of allauth's inside; nothing else of ours touches it.

Two functions of its internal flows are imported. They have no public name, and allauth
asks no adapter at these places:

* `record_authentication`: allauth does not write down that the link of a first mail
  signed somebody in. Ours does, which saves a new person the question for a password a
  minute later: a page and a password hash (0.28 s of a core, measured on two).
* `verify_email_indirectly`: a new password that was chosen by a mailed link does not
  confirm the address. Whoever opened the link has shown that they read that mail, so
  ours does, which saves them a second mail.

And two private names are set or overridden:

* `RequestLoginCodeForm._user`: whom the code is mailed to. allauth finds an account by
  any address of its own; ours mails only to the confirmed main address. The form has no
  method for it, and a view of our own would be a hundred lines.
* `AuthenticationBackend._authenticate`: allauth tries what was typed as a username and
  as an address, so an account costs two password hashes (0.2 s) and nobody's login one:
  the time told who has an account. Ours is one look-up and one hash for everybody.
"""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.email_verification import verify_email_indirectly
from allauth.account.internal.flows.login import record_authentication
from django.forms import Form
from django.http import HttpRequest

from accounts.models import User


def note_sign_in_by_mail(request: HttpRequest, person: User) -> None:
    """Write down that a mail of ours signed the person in."""
    record_authentication(request, person, method="mail")


def count_as_confirmed(request: HttpRequest) -> None:
    """Let what signed the person in count as a password typed again just now."""
    for record in request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, []):
        record["reauthenticated"] = True


def confirm_address(request: HttpRequest, person: User) -> None:
    """The person's address is theirs: they came by a link that was mailed there."""
    verify_email_indirectly(request, person, person.email)


def send_code_to(form: Form, person: User | None) -> None:
    """Let the form that asks for a code mail it to this person, or to nobody."""
    form._user = person  # type: ignore[attr-defined]


class Backend(AuthenticationBackend):
    """One look-up, which `person_of` does, and one password hash, whatever was typed."""

    def person_of(self, login: str) -> User | None:
        raise NotImplementedError

    def _authenticate(
        self, request: HttpRequest | None, **credentials: Any
    ) -> User | None:
        login = credentials.get("email") or credentials.get("username") or ""
        found: User | None = self._check_password(
            self.person_of(str(login)), str(credentials["password"])
        )
        return found
