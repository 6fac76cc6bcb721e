"""Who somebody is here, what they flattr and what they make."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts import audit
from buttons.anywhere import pasting
from buttons.checks import page_checks
from buttons.clicks import promising
from buttons.proofs import joint_checks
from flattr.site.processing import (
    Basis,
    Kept,
    months,
    span,
    until_removed,
    with_account,
)
from payouts.close import closing

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
        lazy("Which pages that may be yours you had us check together"),
        lazy("Telling you what is missing"),
        lambda: span(joint_checks.KEPT),
        Basis.CONTRACT,
        ("joint_check",),
    ),
    Kept(
        lazy("Lists of addresses that you paste, and what anybody can read there"),
        lazy("Showing you whom it would give to"),
        lambda: (
            _("%(span)s, unless you forget a list before; what was read, a day longer")
            % {"span": span(pasting.KEPT)}
        ),
        Basis.CONTRACT,
        ("pasted", "pasted_address", "reading"),
    ),
]
