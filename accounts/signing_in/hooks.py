"""allauth's hooks, where they are ours: limits, mails, and where a sign-in leads."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as current
from allauth.core.exceptions import ImmediateHttpResponse
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import audit, mailboxes
from accounts.mail import composing
from accounts.models import User
from accounts.oauth import tokens
from accounts.people import names
from accounts.signing_in import (
    allauth_inside,
    attempts,
    browsers,
    mailed_codes,
    sessions,
)
from flattr.web.clients import client_ip, neighbourhood
from flattr.web.way_back import is_our_path, with_next

log = logging.getLogger(__name__)

JSON = "application/json"

# How else somebody who is signed in shows that they are themselves.
ANOTHER_WAY = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}

# Mails by which allauth notifies a person, and whose cause ends their other sessions
# and all their tokens (A4).
ENDS_OTHER_SESSIONS = {
    "account/email/password_changed",
    "account/email/password_set",
    "account/email/password_reset",
    "mfa/email/totp_activated",
    "mfa/email/totp_deactivated",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
    "mfa/email/recovery_codes_generated",
}

# What goes into the audit log; payouts wait a week after some of it (`audit.TAKEOVER`).
NOTED = {
    "account/email/email_changed": "email_changed",
    "account/email/password_reset": "password_reset",
    "mfa/email/totp_deactivated": "second_factor_off",
    "mfa/email/totp_activated": "second_factor_on",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
}

# Mails that anybody can make us send to any address: at most five of each kind an hour
# to one address. Earlier ones still work, and the pages say so.
ASKED_BY_ANYBODY = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_key",
    "account/email/unknown_account",
    mailed_codes.MAIL,
}


class Adapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "This e-mail address and password do not match. After several wrong tries,"
            " yours or a stranger's, we take only one password each quarter of an"
            " hour; a code by e-mail still works."
        ),
        "username_password_mismatch": _(
            "This username and password do not match. After several wrong tries,"
            " yours or a stranger's, we take only one password each quarter of an"
            " hour; a code by e-mail still works."
        ),
        "incorrect_code": _(
            "This is not the code from our mail, or it was used before."
        ),
        "too_many_login_attempts": _(
            "Too many tries. Please wait a minute, then ask for a new code."
        ),
        "username_taken": _(
            "This name is or was somebody's, and we give a name only once. Please"
            " choose another."
        ),
    }

    # --- Who may try ---------------------------------------------------------------

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_ip(request)

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Count the try, check the password, and take a right one off the count.

        What was typed and where it came from are limited openly. The account behind
        both of its names is limited silently, because a different answer would
        reveal that a name and an address belong to one person (A1, A2).
        """
        login = str(credentials.get("email") or credentials.get("username") or "")
        login = mailboxes.as_login(login)
        person = User.objects.with_login(login)
        browser = browsers.known_as(request, person)
        try:
            taken = attempts.count(
                {
                    attempts.key_of(
                        "login:typed", f"{login} {browser}"
                    ): attempts.ACCOUNT,
                    f"login:ip:{neighbourhood(client_ip(request))}": attempts.ADDRESS,
                }
            )
        except attempts.TooMany as refused:
            raise ImmediateHttpResponse(too_many(request, login)) from refused
        account = attempts.key_of(
            "login:account", f"{person.pk if person else login} {browser}"
        )
        try:
            taken += attempts.count({account: attempts.ACCOUNT})
        except attempts.TooMany:
            User().set_password(credentials.get("password"))
            return None
        found: User | None = super().authenticate(request, **credentials)
        if found is not None:
            attempts.forgive(taken)
        return found

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whoever types the password again gains rights, so the session gets a new key."""
        right = bool(super().reauthenticate(user, password))
        if right:
            current.request.session.cycle_key()
        return right

    def is_ajax(self, request: HttpRequest) -> bool:
        """Only the script of passkeys asks for data: what a sign-in by one has to
        answer."""
        asks = request.method == "GET" and request.headers.get("Accept") == JSON
        return asks and request.path_info == reverse("mfa_login_webauthn")

    def get_reauthentication_methods(self, user: User) -> list[dict[str, str]]:
        """allauth's, in our words."""
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        for method in methods:
            method["description"] = str(ANOTHER_WAY[method["id"]])
        return methods

    # --- Signing up -----------------------------------------------------------------

    def clean_username(self, username: str, shallow: bool = False) -> str:
        name: str = super().clean_username(username, shallow)
        if not shallow and names.is_taken(name):
            raise ValidationError(self.error_messages["username_taken"])
        return name

    # --- Where it leads ---------------------------------------------------------------

    def is_safe_url(self, url: str | None) -> bool:
        return is_our_path(url)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Whoever makes things begins there, unless they were on their way somewhere."""
        if isinstance(request.user, User) and request.user.is_creator:
            return resolve_url(settings.CREATOR_REDIRECT_URL)
        return resolve_url(settings.LOGIN_REDIRECT_URL)

    def get_email_confirmation_url(
        self, request: HttpRequest, emailconfirmation: Any
    ) -> str:
        """The link carries on where the person was going, in any browser."""
        path = reverse("account_confirm_email", args=[emailconfirmation.key])
        return with_next(settings.SITE_URL + path, get_next_redirect_url(request))

    def get_reset_password_from_key_url(self, key: str) -> str:
        uid, _dash, token = key.partition("-")
        path = reverse("account_reset_password_from_key", args=[uid, token])
        return f"{settings.SITE_URL}{path}"

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("settings_security")

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        user_agent = request.headers.get("User-Agent", "")[:500]
        request.session[sessions.CLIENT] = browsers.called(user_agent)
        if not get_authentication_records(request, user):
            # A new person opened the link in our mail, which allauth does not record.
            allauth_inside.note_sign_in_by_mail(request, user)
        # A sign-in proves as much as a password typed again a minute later.
        allauth_inside.count_as_confirmed(request)

    def post_login(
        self, request: HttpRequest, user: User, **kwargs: Any
    ) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        browsers.remember(response, user)
        return response

    # --- Mails -----------------------------------------------------------------------

    def generate_login_code(self) -> str:
        """Empty, because it would be stored in the session: `send_mail` makes the code."""
        return ""

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: Any, **kwargs: Any
    ) -> None:
        """allauth calls this after each change to how somebody signs in."""
        if template_prefix in NOTED:
            audit.note(current.request, NOTED[template_prefix], f"person:{user.pk}")
        if template_prefix == "account/email/email_changed":
            audit.address_changed(user, kwargs["context"]["from_email"])
        if template_prefix in ENDS_OTHER_SESSIONS:
            sessions.end_others(current.request, user)
            tokens.revoke_all(user)
        super().send_notification_mail(template_prefix, user, *args, **kwargs)

    def render_mail(
        self,
        template_prefix: str,
        email: str | list[str],
        context: dict[str, Any],
        headers: dict[str, str] | None = None,
    ) -> EmailMultiAlternatives:
        to = [email] if isinstance(email, str) else email
        message = composing.compose(template_prefix, to, context)
        message.extra_headers.update(headers or {})
        return message

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """A mail server that cannot be reached must not undo a sign-up: the person can
        ask again, and the log tells us."""
        if template_prefix in ASKED_BY_ANYBODY:
            key = attempts.key_of(template_prefix, email)
            try:
                [number] = attempts.count({key: attempts.MAIL})
            except attempts.TooMany:
                return
            person = User.objects.with_login(email)
            if template_prefix == mailed_codes.MAIL and person is not None:
                context = {**context, "code": mailed_codes.code(person, number)}
        message = self.render_mail(template_prefix, email, {"email": email, **context})
        try:
            message.send()
        except (SMTPException, OSError):
            log.exception("A mail could not be sent: %s", template_prefix)


def too_many(request: HttpRequest, login: str) -> HttpResponse:
    """We take no password for now, but a code by mail, whatever others tried (A2)."""
    facts = {
        "email": login if "@" in login else "",
        "next": get_next_redirect_url(request),
        "instead_of_waiting": instead_of_waiting(
            is_signed_in=request.user.is_authenticated
        ),
    }
    return render(request, "account/too_many.html", facts, status=429)


def instead_of_waiting(*, is_signed_in: bool) -> str:
    """How to go on when no password is taken for now."""
    if is_signed_in:
        return gettext(
            "You can also sign out, and sign in with a code that we send you by e-mail."
            " That works whatever others try."
        )
    return gettext(
        "You do not have to wait: sign in with a code that we send to the address of"
        " your account. That works whatever others try."
    )
