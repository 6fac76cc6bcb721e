"""Signing up, which reveals to nobody who has an account already (A1)."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.core import context as current
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people import names
from accounts.signing_in import agreeing, attempts
from accounts.signing_in.forms import ADVICE, MailboxField, label
from flattr.web.way_back import next_field, with_next

# In the session: the name and address that this browser last asked for.
SIGNED_UP = "signed_up"


class SignUp(account.SignupForm):
    email = MailboxField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        label(self, email=_("E-mail"))
        self.fields["username"].help_text = _(
            "Letters, digits, dots, dashes and underscores. The addresses of your"
            " profile and buttons contain it, and it stays yours for ever."
        )
        self.fields["password1"].help_text = ADVICE

    def clean_username(self) -> str:
        """A name is free for whoever asked for it a moment ago in this browser and with
        this address: if the mail got lost, they send the form again."""
        if current.request.session.get(SIGNED_UP) == self.wish():
            return str(self.cleaned_data["username"])
        return str(super().clean_username())

    def wish(self) -> str:
        """Which name is wanted for which address, as a session may keep it."""
        data = self.cleaned_data
        wanted = f"{data.get('email')} {data.get('username')}"
        return attempts.key_of("sign-up", wanted.lower())

    def _once_more(self, request: HttpRequest) -> HttpResponse:
        """The page again, to choose another name; it keeps where the person was going."""
        there = request.POST.get("next")
        facts = {
            "form": self,
            "redirect_field": next_field(there),
            "login_url": with_next(reverse("account_login"), there),
        }
        return render(request, "account/signup.html", facts)

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """Two people may ask for one name, or sign up with one address, at the same moment."""
        try:
            with transaction.atomic():
                answer = self.save_or_remind(request)
        except IntegrityError as clash:
            if "email" not in str(clash):
                self.add_error("username", _("Somebody took this name a moment ago."))
                return None, self._once_more(request)
            answer = None, as_if_new(request, self.cleaned_data["email"])
        request.session[SIGNED_UP] = self.wish()
        return answer

    def custom_signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls it before it says that somebody has signed up."""
        super().custom_signup(request, user)
        agreeing.agree(user)
        user.save(update_fields=["terms_version"])

    def save_or_remind(
        self, request: HttpRequest
    ) -> tuple[User | None, HttpResponse | None]:
        """A known address takes as much work as a new one, so that neither the time nor a
        name that stays free reveals it (A1).

        Somebody who signed up before and types the same password gets the link again.
        With another password it may be somebody else, who would get into an account
        whose password a stranger chose: the mail says how to choose a new one.
        """
        if not self.account_already_exists:
            answer: tuple[User | None, HttpResponse | None] = super().try_save(request)
            return answer
        email, password = self.cleaned_data["email"], self.cleaned_data["password1"]
        names.hold(self.cleaned_data["username"], email)
        person = unconfirmed(email)
        if person is None:
            User().set_password(password)
        elif person.check_password(password):
            next_url = get_next_redirect_url(request)
            return None, perform_login(
                request, person, email=email, redirect_url=next_url, signup=True
            )
        return None, as_if_new(request, email)


def as_if_new(request: HttpRequest, email: str) -> HttpResponse:
    """The answer to somebody with a new address: allauth signs nobody in."""
    answer: HttpResponse = perform_login(request, None, email=email, signup=True)
    return answer


def unconfirmed(email: str) -> User | None:
    """Whoever signed up with that address and has not opened the link yet."""
    addresses = EmailAddress.objects.select_related("user")
    known = list(addresses.filter(user__email=email, email=email))
    confirmed = any(address.verified for address in known)
    return None if confirmed or not known else known[0].user
