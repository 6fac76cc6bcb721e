"""What we write about how somebody signs in."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.mail.letter import Block, Button, Letter, Link, Quote, page
from accounts.models import User


def second_factor_link(url: str) -> Letter:
    return Letter(
        _("Set up your second factor"),
        _(
            "Before you can open the staff pages you need a second factor: a code from an"
            " app on your phone. Another admin lets you set it up with this link."
        ),
        Button(_("Set up your second factor"), url),
        _(
            "Sign in with your password first. The link works for three days, and for"
            " you alone."
        ),
        _("If you do not work here, please tell us."),
    )


def terms_changed(version: int, since: str, changed: str) -> Letter:
    facts = {"site": settings.OPERATOR_NAME, "version": version}
    return Letter(
        _("New terms from %(day)s on") % {"day": since},
        _("Version %(version)d of the terms of %(site)s will count from then on.")
        % facts,
        changed,
        Link(_("Read the terms"), page("terms")),
        _(
            "If you agree, you need not do anything. If you do not, you can close your"
            " account and take your money with you."
        ),
        Link(_("Close the account"), page("payouts:close_account")),
    )


# --- Mails that allauth sends --------------------------------------------------------


def confirm_signup(user: User, activate_url: str) -> Letter:
    return Letter(
        _("Confirm your e-mail"),
        _("Welcome, %(username)s.") % {"username": user.username},
        _("Open this link to confirm your e-mail. Then your account is open."),
        Button(_("Confirm your e-mail"), activate_url),
        _(
            "The link works for three days. If this was not you, ignore this mail; no"
            " account is created."
        ),
    )


def confirm_email(user: User, activate_url: str) -> Letter:
    return Letter(
        _("Is this your address?"),
        _("%(username)s wants to use this address. If that is you, open this link.")
        % {"username": user.username},
        Button(_("Confirm the address"), activate_url),
        _(
            "The link works for three days. If this was not you, ignore this mail;"
            " nothing changes."
        ),
    )


def account_already_exists() -> Letter:
    return Letter(
        _("You have an account already"),
        _(
            "Somebody, probably you, wanted to open an account with this address. There"
            " is one already, so we opened no second one."
        ),
        Button(_("Sign in"), page("account_login")),
        _(
            "If you do not remember the password, or never opened our first mail, choose"
            " a new password."
        ),
        _choose_password(),
    )


def unknown_account() -> Letter:
    return Letter(
        _("No account has this address"),
        _(
            "Somebody, probably you, asked for a code or a new password for this address."
            " No account of ours has it; perhaps you used another one."
        ),
        _("If this was not you, ignore this mail. If it was, you can open an account."),
        Button(_("Open an account"), page("account_signup")),
    )


def login_code(code: str) -> Letter:
    return Letter(
        _("Your code to sign in"),
        _("Somebody, probably you, wants to sign in with a code. It is:"),
        Quote(code),
        _(
            "Type it on the page that asked for it. It works once, within an hour. Never"
            " tell it to anybody."
        ),
        _("If this was not you, ignore this mail; nobody gets in without the code."),
    )


def choose_password(user: User, password_reset_url: str) -> Letter:
    return Letter(
        _("A new password"),
        _("Somebody, probably you, asked for a new password for %(username)s.")
        % {"username": user.username},
        Button(_("Choose a new password"), password_reset_url),
        _("If this was not you, ignore this mail; the old password still works."),
    )


def email_confirmed() -> Letter:
    return Letter(
        _("Your address is confirmed"),
        _("This is now the address of your account."),
        *_if_it_was_not_you(),
    )


def email_changed(from_email: str, to_email: str) -> Letter:
    return Letter(
        _("Your address was changed"),
        _(
            "The address of your account was changed from %(former)s to %(now)s. From now"
            " on we write to the new one."
        )
        % {"former": from_email, "now": to_email},
        *_if_it_was_not_you(),
    )


def email_deleted(deleted_email: str) -> Letter:
    return Letter(
        _("An address was removed"),
        _("%(address)s does not belong to your account any more.")
        % {"address": deleted_email},
        *_if_it_was_not_you(),
    )


def password_changed() -> Letter:
    return Letter(
        _("Your password was changed"),
        _(
            "The password of your account was changed. All other browsers are signed out."
        ),
        *_if_it_was_not_you(),
    )


def second_factor_on() -> Letter:
    return Letter(
        _("The second factor is on"),
        _(
            "From now on signing in also takes a code from your authenticator app. All"
            " other browsers are signed out."
        ),
        *_if_it_was_not_you(),
    )


def second_factor_off() -> Letter:
    return Letter(
        _("The second factor is off"),
        _(
            "From now on your password alone is enough to sign in. All other browsers are"
            " signed out."
        ),
        *_if_it_was_not_you(),
    )


def passkey_added() -> Letter:
    return Letter(
        _("You have a new passkey"),
        _(
            "From now on it signs you in, and your password alone does not. All other"
            " browsers are signed out."
        ),
        *_if_it_was_not_you(),
    )


def passkey_removed() -> Letter:
    return Letter(
        _("A passkey was removed"),
        _("It does not sign you in any more. All other browsers are signed out."),
        *_if_it_was_not_you(),
    )


def recovery_codes() -> Letter:
    return Letter(
        _("New recovery codes"),
        _(
            "There are new recovery codes for your account. The ones from before do not"
            " work any more."
        ),
        *_if_it_was_not_you(),
    )


def _if_it_was_not_you() -> list[Block | str]:
    return [
        _("If this was not you, choose a new password at once and write to us."),
        _choose_password(),
    ]


def _choose_password() -> Link:
    return Link(_("Choose a new password"), page("account_reset_password"))
