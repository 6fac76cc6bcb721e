"""Browsers, apps and webhooks, and what we told people."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.mail import notices
from accounts.rest import limits
from accounts.signing_in import attempts
from buttons.hook import delivering
from buttons.rest import once
from flattr.site.processing import Basis, Kept, span, until_removed, with_account

RECORD = [
    Kept(
        lazy("Which browsers you are signed in with"),
        lazy("So that you can see them and sign them out"),
        lambda: (
            _("%(span)s after your last visit")
            % {"span": span(timedelta(seconds=settings.SESSION_COOKIE_AGE))}
        ),
        Basis.CONTRACT,
        ("session",),
    ),
    Kept(
        lazy(
            "Which apps may act for you, since when, when they last did, and how often"
            " they flattred in a month"
        ),
        lazy("So that you can see it, limit it, and end it"),
        lambda: _("Until you end it, or leave"),
        Basis.CONSENT,
        (
            *("application", "access_token", "allowance", "oauth2_provider_grant"),
            *("oauth2_provider_devicegrant", "oauth2_provider_idtoken"),
            "oauth2_provider_refreshtoken",
        ),
        lazy("The app, as far as you let it"),
    ),
    Kept(
        lazy("What we answered to an app that sent a call twice"),
        lazy("Doing it once"),
        lambda: span(once.KEPT_FOR),
        Basis.CONTRACT,
        ("kept_answer",),
    ),
    Kept(
        lazy(
            "Failed sign-ins and other tries that are limited, with a hash of the network"
            " address they came from"
        ),
        lazy("Stopping people who try out passwords, cards or accounts"),
        lambda: span(attempts.KEPT),
        Basis.SAFETY,
        ("attempt",),
    ),
    Kept(
        lazy("The network address of whoever calls the API without a key"),
        lazy("Counting calls, in memory alone"),
        lambda: span(timedelta(seconds=limits.KEPT_SECONDS)),
        Basis.SAFETY,
    ),
    Kept(
        lazy("What happened in your account, as notices on your pages"),
        lazy("Telling you"),
        lambda: (
            _("%(put_away)s after you put them away, %(most)s at most")
            % {"put_away": span(notices.PUT_AWAY_KEPT), "most": span(notices.KEPT)}
        ),
        Basis.CONTRACT,
        ("notice",),
    ),
    Kept(
        lazy(
            "The address of your webhook, its secret (encrypted), and what it is to be told"
        ),
        lazy("Telling your own programs what happens"),
        until_removed,
        Basis.CONSENT,
        ("hook",),
    ),
    Kept(
        lazy("What your webhook was told, and what it answered"),
        lazy("Sending it until it is accepted, and again if you wish"),
        lambda: span(delivering.KEPT),
        Basis.CONSENT,
        ("hook_event",),
        lazy("The address that you named"),
    ),
    Kept(
        lazy("Mails that we sent you, without what they said of others"),
        lazy("Sending each once, and showing what we told you"),
        with_account,
        Basis.CONTRACT,
        ("outbox",),
        lazy("The mail server"),
    ),
]
