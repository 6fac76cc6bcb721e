"""What we write about gifts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail.letter import Button, Letter, page
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


def _why(sentences: Mapping[str, StrPromise], ending: str) -> str | None:
    return str(sentences[ending]) if ending in sentences else None
