from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.account.internal.flows.signup import prevent_enumeration
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts import attempts, names
from accounts.models import User

ADVICE = "Eight characters or more, and not what many others use."


def label(form: forms.BaseForm, **labels: str) -> None:
    """Say what a field is above it, in our words, and not a second time inside it."""
    for name, field in form.fields.items():
        field.label = labels.get(name, field.label)
        field.widget.attrs.pop("placeholder", None)


class SignIn(account.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, login="E-mail or username")
        self.fields["login"].widget.attrs["autocomplete"] = "username"


class SignUp(account.SignupForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email="E-mail")
        self.fields["username"].help_text = (
            "Letters, digits, dots, dashes and underscores. It is in the address of"
            " your profile and buttons, and stays yours for ever."
        )
        self.fields["password1"].help_text = ADVICE

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two people may want one name, or sign up with one address, in one moment.

        With a known address as much is done as with a new one, so that neither the
        time nor a name that was left free tells (A1).
        """
        if self.account_already_exists:
            User().set_password(self.cleaned_data["password1"])
            names.hold(self.cleaned_data["username"], self.cleaned_data["email"])
        try:
            with transaction.atomic():
                answer: tuple[User | None, HttpResponse | None] = super().try_save(
                    request
                )
                return answer
        except IntegrityError as clash:
            if "email" in str(clash):
                return None, prevent_enumeration(
                    request, email=self.cleaned_data["email"]
                )
        self.add_error("username", "Somebody took this name a moment ago.")
        return None, render(request, "account/signup.html", {"form": self})


class ResetPassword(account.ResetPasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email="E-mail")


class NewPassword(account.ResetPasswordKeyForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, password1="New password", password2="New password again")
        self.fields["password1"].help_text = ADVICE


class ChangePassword(account.ChangePasswordForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(
            self,
            oldpassword="Password until now",
            password1="New password",
            password2="New password again",
        )
        self.fields["password1"].help_text = ADVICE


class ChangeEmail(account.AddEmailForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email="New e-mail")


class Reauthenticate(account.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self)


class Code(mfa.AuthenticateForm):
    """A code of the authenticator app, or a recovery code: five tries in a quarter
    of an hour, counted in the database (T34)."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self)
        self.fields["code"].widget.attrs["inputmode"] = "text"

    def clean_code(self) -> str:
        try:
            taken = attempts.take({f"code:{self.user.pk}": attempts.CODE})
        except attempts.TooMany as refused:
            raise ValidationError(
                "Too many wrong codes. Please wait a quarter of an hour."
            ) from refused
        code: str = super().clean_code()
        attempts.forgive(taken)
        return code


class CodeAgain(Code, mfa.ReauthenticateForm):
    """The same, for somebody who is signed in and confirms it."""

    def save(self) -> None:
        mfa.ReauthenticateForm.save(self)


class FirstCode(totp.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, code="Code that the app shows")


class Profile(forms.ModelForm):  # type: ignore[type-arg]
    url = forms.URLField(
        label="Web page",
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "url"}),
    )

    class Meta:
        model = User
        fields: ClassVar[list[str]] = [
            "first_name",
            "last_name",
            "about",
            "url",
            "city",
            "country",
            "shows_flattrs",
        ]
        labels: ClassVar[dict[str, str]] = {
            "about": "About you",
            "shows_flattrs": "Show on my profile what I flattr",
        }
        help_texts: ClassVar[dict[str, str]] = {
            "about": "In your own words, up to 1000 letters.",
            "shows_flattrs": "Unless you tick this, nobody but you can see it.",
        }
        widgets: ClassVar[dict[str, forms.Widget]] = {
            "about": forms.Textarea(attrs={"rows": 4})
        }


class Mails(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["mail_statement", "mail_revenue", "mail_paid_in"]
        labels: ClassVar[dict[str, str]] = {
            "mail_statement": "Where my month's money went",
            "mail_revenue": "What readers gave me in a month",
            "mail_paid_in": "A payment of mine has arrived",
        }
