"""What we write about gifts: to both sides when one is given or stopped, to the reader
when a payment that went back took of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail.letter import Button, Letter, Link, Paragraph, page
from accounts.mail.notices import Words
from flattr.templatetags.flattr import money

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Why a gift is not given, as each side reads it.
TO_READERS = {
    "reader_suspended": gettext_lazy(
        "Your account is suspended until we have decided."
    ),
    "creator_suspended": gettext_lazy("We suspended whom you gave it to."),
    "thing_suspended": gettext_lazy("We suspended what you gave it for."),
    "creator_left": gettext_lazy("Whom you gave it to has closed their account."),
    "paid_back": gettext_lazy("A payment of yours goes back."),
    "platform_ends": gettext_lazy("This site is winding down."),
    "unpaid": gettext_lazy("Its payment did not arrive within two weeks."),
}
TO_CREATORS = {
    "reader_suspended": gettext_lazy("We suspended whoever gave it."),
    "creator_suspended": gettext_lazy(
        "Your account is suspended until we have decided."
    ),
    "thing_suspended": gettext_lazy(
        "We suspended the thing of yours that it was given for."
    ),
}


def gift_stopped(
    amount: int, ending: str, gives: bool, reserved: bool, gift: int
) -> Letter:
    """To whoever `gives`, or gets, a gift that is not given after all; `reserved` says
    whether its money was set aside."""
    facts = {"amount": money(amount)}
    if not gives:
        return Letter(
            _("A gift of %(amount)s to you was stopped") % facts,
            _("A gift of %(amount)s that was on its way to you was stopped.") % facts,
            _why(TO_CREATORS, ending),
            _("You have nothing to do. What you were given before stays yours."),
        )
    if reserved:
        money_is = _("The %(amount)s are in your account again.")
    else:
        money_is = _("If its payment arrives, the money stays in your account.")
    return Letter(
        _("Your gift of %(amount)s was stopped") % facts,
        _("Your gift of %(amount)s was not given.") % facts,
        _why(TO_READERS, ending),
        money_is % facts,
        Button(_("Your gift"), page("payouts:gift", gift)),
    )


def gift_received(
    *, amount: int, period: int, title: str = "", reader_name: str = ""
) -> Letter:
    """`reader_name` is empty for whoever does not show what they flattr."""
    facts = {"amount": money(amount), "title": title, "name": reader_name}
    if reader_name and title:
        says = _("%(name)s gave you %(amount)s once, for “%(title)s”.")
    elif reader_name:
        says = _("%(name)s gave you %(amount)s once.")
    elif title:
        says = _("A reader gave you %(amount)s once, for “%(title)s”.")
    else:
        says = _("A reader gave you %(amount)s once.")
    return Letter(
        _("A gift of %(amount)s for you") % facts,
        says % facts,
        _(
            "It is beside what readers’ budgets bring you. We hold it for a while, as"
            " everything that arrives; then it is ready to be paid out."
        ),
        Button(_("See the month"), page("payouts:revenue_month", period)),
    )


def gift_received_notice(amount: int, period: int) -> Words:
    return Words(
        _("A reader gave you %(amount)s once.") % {"amount": money(amount)},
        is_good=True,
        label=_("See the month"),
        url=reverse("payouts:revenue_month", args=[period]),
    )


def gift_given(
    *, amount: int, gift: int, creator_name: str = "", title: str = ""
) -> Letter:
    facts = {"amount": money(amount), "name": creator_name, "title": title}
    if title:
        says = _("Your gift of %(amount)s to %(name)s, for “%(title)s”, was given.")
    elif creator_name:
        says = _("Your gift of %(amount)s to %(name)s was given.")
    else:
        says = _("Your gift of %(amount)s was given.")
    return Letter(
        _("Your gift of %(amount)s was given") % facts,
        says % facts,
        _("It has a line of its own on your statement of this month."),
        Button(_("See the gift"), page("payouts:gift", gift)),
        Paragraph(
            _("If you did not give it, please write to us at once, and look at the apps"
              " that act for you."),
            is_soft=True,
        ),
        Link(_("Your apps"), page("settings_apps")),
    )  # fmt: skip


def gift_refunded(*, amount: int, of: int, gift: int) -> Letter:
    facts = {"amount": money(amount), "of": money(of)}
    if amount < of:
        says = _(
            "A payment of yours went back. Your account did not cover it, so %(amount)s of"
            " a gift of %(of)s was taken back from whom you gave it to."
        )
    else:
        says = _(
            "A payment of yours went back. Your account did not cover it, so a gift of"
            " %(of)s was taken back from whom you gave it to."
        )
    return Letter(
        _("%(amount)s of a gift of yours was taken back") % facts,
        says % facts,
        Button(_("See the gift"), page("payouts:gift", gift)),
    )


def gift_stopped_notice(amount: int, ending: str, gives: bool, gift: int) -> Words:
    said = _("A gift of %(amount)s to you was stopped.")
    if gives:
        said = _("Your gift of %(amount)s was stopped.")
    why = _why(TO_READERS if gives else TO_CREATORS, ending)
    return Words(
        " ".join(filter(None, [said % {"amount": money(amount)}, why])),
        label=_("Your gift") if gives else "",
        url=reverse("payouts:gift", args=[gift]) if gives else "",
    )


def _why(sentences: Mapping[str, StrPromise], ending: str) -> str | None:
    return str(sentences[ending]) if ending in sentences else None
