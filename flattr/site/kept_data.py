"""The record of processing: everything that is kept about people, in the order of the
page. Each table of the database stands in one line, or below, where no person is."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import audit
from accounts.mail import notices
from accounts.rest import limits
from accounts.signing_in import attempts
from buttons.abuse import reporting
from buttons.checks import page_checks
from buttons.clicks import promising
from buttons.hook import delivering
from buttons.rest import once
from flattr.site.processing import (
    Basis,
    Kept,
    for_ever_unnamed,
    months,
    span,
    until_removed,
    with_account,
)
from payouts.close import closing
from payouts.leaving import departing
from payouts.operations import backups

STRIPE = lazy("Stripe")

RECORD = [
    Kept(
        lazy(
            "E-mail address, username, password (as a hash that cannot be turned back),"
            " second factor, and which version of the terms you agreed to"
        ),
        lazy("Signing in, and writing to you"),
        with_account,
        Basis.CONTRACT,
        (
            *("person", "account_emailaddress", "account_emailconfirmation"),
            *("mfa_authenticator", "person_groups", "person_user_permissions"),
        ),
        lazy("Stripe gets the address, if you pay or are paid by it"),
    ),
    Kept(
        lazy("A scrambled form of your username"),
        lazy("Never giving the name to somebody else, whom old buttons would pay"),
        lambda: _("For ever"),
        Basis.SAFETY,
        ("taken_name",),
    ),
    Kept(
        lazy("Former e-mail addresses"),
        lazy("Warning you there too, in case somebody else changed the address"),
        lambda: span(audit.TAKEOVER_WAIT),
        Basis.SAFETY,
        ("former_address",),
    ),
    Kept(
        lazy("What you enter on your profile"),
        lazy("Your profile; each line is up to you"),
        until_removed,
        Basis.CONSENT,
        receives=lazy("Everybody: it is public"),
    ),
    Kept(
        lazy(
            "Your picture, and those of your pages, made small and without what cameras add"
        ),
        lazy("Your profile and your things"),
        lambda: _(
            "Until you remove it, or leave; the file that it was made from, until it was"
            " made"
        ),
        Basis.CONSENT,
        ("picture", "wanted_picture"),
        lazy("Everybody: it is public"),
    ),
    Kept(
        lazy("A name, an address and a VAT id for printed years, if you enter them"),
        lazy("Your tax adviser, and our invoices to you; nobody else sees them"),
        until_removed,
        Basis.CONSENT,
    ),
    Kept(
        lazy(
            "Invoices to you over our fee, and credit notes: with your name, address and"
            " VAT id as they were then"
        ),
        lazy("Bookkeeping; the law makes us keep them as they are"),
        lambda: _("Ten years at least, also when you leave"),
        Basis.LAW,
        ("invoice", "invoice_line"),
        lazy("Our tax adviser and the tax office"),
    ),
    Kept(
        lazy("What you flattred, and in which month"),
        lazy("Dividing your budget, and your statements"),
        lambda: (
            _("%(span)s after the month was closed; statements stay")
            % {"span": months(closing.FLATTRS_KEPT_MONTHS)}
        ),
        Basis.CONTRACT,
        ("flattr",),
        lazy("Nobody, unless you show it on your profile"),
    ),
    Kept(
        lazy("Flattrs that wait for a page to be proved"),
        lazy("Counting them once its author comes forward"),
        lambda: months(promising.MONTHS_KEPT),
        Basis.CONTRACT,
        ("promise",),
    ),
    Kept(
        lazy("Monthly flattrs that you began"),
        lazy("Flattring the thing again each month"),
        lambda: _("Until you end them, or leave"),
        Basis.CONTRACT,
        ("subscription",),
    ),
    Kept(
        lazy("The pages that you register, and how we saw that they are yours"),
        lazy("Giving you what is flattred there"),
        lambda: _(
            "Until you delete them, or leave; what others’ statements name stays without"
            " address, title and name"
        ),
        Basis.CONTRACT,
        ("thing", "proof", "look", "total_before"),
        lazy("Everybody: they are public"),
    ),
    Kept(
        lazy(
            "The words of your things, your name and what you say about yourself, and how"
            " many people flattr them, from five on"
        ),
        lazy("Being found on Discover"),
        lambda: _("As long as you have things here; the number is counted each hour"),
        Basis.CONTRACT,
        ("found_thing", "found_person", "thing_trend", "creator_trend"),
        lazy("Everybody: they are public"),
    ),
    Kept(
        lazy("Pages that you had us check for your button, and what we saw"),
        lazy("Telling you what is missing"),
        lambda: _("The last %(number)d") % {"number": page_checks.MOST_KEPT},
        Basis.CONTRACT,
        ("page_check",),
    ),
    Kept(
        lazy("Your budget and its changes"),
        lazy("Dividing it at the end of the month"),
        for_ever_unnamed,
        Basis.LAW,
        ("budget", "budget_amount"),
    ),
    Kept(
        lazy("Payments, shares and payouts"),
        lazy("Bookkeeping; the law makes us keep it"),
        for_ever_unnamed,
        Basis.LAW,
        (
            *("ledger_account", "ledger_balance", "ledger_transaction", "ledger_entry"),
            *(
                "reader_month",
                "split",
                "revenue_line",
                "lot",
                "close_problem",
                "traced",
            ),
            *("gift", "payment", "renewal", "refund", "dispute", "payout", "approval"),
            *("movement", "stripe_event", "event_work"),
        ),
        lazy("Stripe, of what it takes and pays"),
    ),
    Kept(
        lazy(
            "Of what you pay with: its kind, and of a card or an account that is saved the"
            " last four digits, the month in which a card expires, the number of the"
            " mandate by which you let us debit, and a mark that is the same for the same"
            " number. The numbers themselves and the mandate stay with Stripe"
        ),
        lazy("Renewing your budget; noticing one card or account with many people"),
        lambda: _(
            "Until you remove it; beside the payments made with it, until you leave"
        ),
        Basis.CONTRACT,
        ("payer",),
        STRIPE,
    ),
    Kept(
        lazy(
            "Your bank account, if you want to be paid (encrypted; our staff see its last"
            " digits)"
        ),
        lazy("Paying you"),
        with_account,
        Basis.CONTRACT,
        ("destination",),
        lazy("Our bank, when we pay you by hand"),
    ),
    Kept(
        lazy(
            "If Stripe pays you: your country, the holder and the last four digits of the"
            " bank account, and what Stripe still needs to know. What you answer on its"
            " pages stays with Stripe"
        ),
        lazy("Paying you; noticing one bank account in many hands"),
        with_account,
        Basis.CONTRACT,
        ("stripe_account",),
        STRIPE,
    ),
    Kept(
        lazy("What you would get if the running month ended now"),
        lazy("Showing it to you"),
        lambda: _("Until it is computed again"),
        Basis.CONTRACT,
        ("forecast",),
    ),
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
    Kept(
        lazy("What you report, and what we decided"),
        lazy("Deciding about it, and about an appeal"),
        lambda: _("As long as what it is about; your words until you leave"),
        Basis.SAFETY,
        ("report",),
    ),
    Kept(
        lazy("A picture of yours that our staff took down; nobody else sees it"),
        lazy("Deciding your appeal"),
        lambda: (
            _("Until an appeal is decided or you delete it, %(most)s at most")
            % {"most": span(reporting.APPEALED_WITHIN)}
        ),
        Basis.SAFETY,
    ),
    Kept(
        lazy("The e-mail address that you leave with a report without an account"),
        lazy("Telling you what we decided"),
        lambda: (
            _("%(answered)s after our answer, %(most)s at most")
            % {
                "answered": span(reporting.ADDRESS_KEPT),
                "most": span(reporting.ADDRESS_KEPT_AT_MOST),
            }
        ),
        Basis.CONSENT,
    ),
    Kept(
        lazy("A hash of the network address that a report came from"),
        lazy("Stopping people who send thousands"),
        lambda: span(reporting.SOURCE_KEPT),
        Basis.SAFETY,
    ),
    Kept(
        lazy("Pages and hosts whose author does not want to be flattred"),
        lazy("Sending nobody there"),
        lambda: _("Until the author changes their mind"),
        Basis.CONSENT,
        ("refused",),
    ),
    Kept(
        lazy(
            "What our staff and you did to an account, and from which network address;"
            " who of staff looked at it"
        ),
        lazy("Finding out who did what, when money or access was misused"),
        for_ever_unnamed,
        Basis.SAFETY,
        ("audit", "django_admin_log", "winding_down"),
    ),
    Kept(
        lazy("An account that you closed"),
        lazy("So that you can change your mind"),
        lambda: (
            _("%(span)s, and until no money of yours is here")
            % {"span": span(departing.WAIT)}
        ),
        Basis.CONTRACT,
    ),
    Kept(
        lazy("Backups of all of this, one a night"),
        lazy("Losing nobody’s money to a broken disk"),
        lambda: span(timedelta(days=backups.KEPT)),
        Basis.SAFETY,
        receives=lazy("Whoever runs the machine where they stand"),
    ),
    Kept(
        lazy(
            "Lines of the server’s log: which kind of page, when, how long; no address of"
            " a page or of a network, and no name"
        ),
        lazy("Finding faults"),
        lambda: _("There is nobody in them"),
        Basis.SAFETY,
    ),
]

# No person is in these: months, days, nights and runs; rights; what programs need.
NOBODY = {
    *("close", "close_batch", "ledger_seal", "breaker", "inspection", "verification"),
    *("forecast_night", "mail_round", "tick", "reconciliation", "stripe_balance"),
    *("month_figures", "night_figures", "trend_hour", "invoice_series"),
    *("used_intent", "name_salt", "flattr_clock_offset"),
    *("auth_group", "auth_group_permissions", "auth_permission"),
    *("django_content_type", "django_migrations"),
}
