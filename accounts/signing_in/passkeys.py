"""Passkeys: keys that stay in a phone, a computer or a stick, and answer for a person
only after a fingerprint, a face or a PIN. So one of them alone signs in, and counts as a
second factor. allauth stores and checks them; a browser's answer is read here first.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from flattr.web.visible import visible

MOST = 20
LONGEST_NAME = 40
# An answer with the longest certificates that keys send is some 4,000 letters.
MOST_LETTERS = 32_000

NOT_ACCEPTED = _("This passkey was not accepted. Please try once more.")


def site() -> str:
    """The name that passkeys of this platform are bound to, its host's."""
    return urlsplit(settings.SITE_URL).hostname or ""


def are_possible() -> bool:
    """Browsers bind a passkey to a name: a site that only has a number gets none."""
    try:
        ip_address(site())
    except ValueError:
        return True
    return False


def of(person: User) -> list[Authenticator]:
    """The passkeys of a person, the oldest first."""
    kept = Authenticator.objects.filter(user=person, type=Authenticator.Type.WEBAUTHN)
    return list(kept.order_by("pk"))


def next_name(person: User) -> str:
    """What the next passkey is called unless the person writes something else."""
    number = len(of(person)) + 1
    if number == 1:
        return gettext("My passkey")
    return gettext("Passkey %(number)d") % {"number": number}


class AnswerField(forms.JSONField):
    """What a browser says for a passkey: an object of texts, as the standard has it."""

    widget = forms.HiddenInput
    default_error_messages = {"invalid": NOT_ACCEPTED, "required": NOT_ACCEPTED}

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and (len(value) > MOST_LETTERS or r"\u0000" in value):
            raise ValidationError(NOT_ACCEPTED)
        try:
            answer = super().to_python(value)
        except RecursionError as failure:
            raise ValidationError(NOT_ACCEPTED) from failure
        if not (isinstance(answer, dict) and isinstance(answer.get("response"), dict)):
            raise ValidationError(NOT_ACCEPTED)
        return answer

    def bound_data(self, data: Any, initial: Any) -> None:
        """Nothing is shown again: an answer is good once."""


@contextmanager
def refusing_nonsense() -> Iterator[None]:
    """Whatever the libraries say of an answer that is none: it is not accepted."""
    try:
        yield
    except (
        ArithmeticError,
        AssertionError,
        AttributeError,
        InvalidSignature,
        LookupError,
        TypeError,
        UnsupportedAlgorithm,
        ValidationError,
        ValueError,
        struct.error,
    ) as failure:
        raise ValidationError(NOT_ACCEPTED) from failure


class Answer(webauthn.AuthenticateWebAuthnForm):
    """The second factor, by a passkey."""

    credential = AnswerField()

    def clean_credential(self) -> Authenticator:
        with refusing_nonsense():
            return super().clean_credential()


class SignInAnswer(Answer, webauthn.LoginWebAuthnForm):
    """A passkey instead of name and password."""


class AnswerAgain(Answer, webauthn.ReauthenticateWebAuthnForm):
    """The same, for somebody who is signed in and confirms it."""


def name_field() -> forms.CharField:
    return forms.CharField(
        label=_("Name"),
        max_length=LONGEST_NAME,
        help_text=_("So that you can tell it from others later."),
    )


class NewPasskey(webauthn.AddWebAuthnForm):
    """A name, and what the browser made. Refused beyond twenty."""

    name = name_field()
    credential = AnswerField()
    # Each of them signs in by itself.
    passwordless = None

    def clean_name(self) -> str:
        return visible(self.cleaned_data["name"]) or next_name(self.user)

    def clean(self) -> dict[str, Any]:
        if len(of(self.user)) >= MOST:
            raise ValidationError(
                _("You have %(number)d passkeys already. Please remove one first."),
                params={"number": MOST},
            )
        with refusing_nonsense():
            checked: dict[str, Any] = super().clean()
            return checked


class Rename(webauthn.EditWebAuthnForm):
    name = name_field()

    def clean_name(self) -> str:
        return visible(self.cleaned_data["name"]) or next_name(self.instance.user)
