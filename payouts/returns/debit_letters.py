"""What we write about debits that banks could not make."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, page
from flattr.templatetags.flattr import money


def debit_failed(amount: int, card: str, why: str, state: str, again: str) -> Letter:
    """`state` is `covered`, `again`, `under_way` or `suspended`."""
    facts = {"amount": money(amount), "card": card, "why": why, "day": again}
    if card:
        what = _(
            "We debited %(amount)s from %(card)s and credited it to you. Now your bank has"
            " taken it back: %(why)s."
        )
    else:
        what = _(
            "We debited %(amount)s from your account and credited it to you. Now your bank"
            " has taken it back: %(why)s."
        )
    return Letter(
        _("Your bank took back a debit of %(amount)s") % facts,
        what % facts,
        _taken_by_the_trace(),
        _after_a_debit(state, again) % facts,
        Button(_("Your month"), page("payouts:month"))
        if state == "covered"
        else Button(_("Pay in"), page("payouts:pay")),
    )


def _taken_by_the_trace() -> str:
    return _(
        "First we took what you had not spent yet, then the rest from the creators you"
        " gave it to, beginning with your latest months."
    )


def _after_a_debit(state: str, again: str) -> str:
    if state == "covered":
        return _("Your budget stays as it is: nothing more is charged for it now.")
    if state == "under_way":
        return _("Your next payment is already on its way.")
    if state == "suspended":
        return _(
            "Your budget is suspended: new flattrs are not accepted. What you flattred"
            " already is still shared from what is in your account. Your next payment"
            " opens it again."
        )
    if again:
        return _(
            "We try again on %(day)s. Until then you can go on flattring; after three"
            " tries your budget is suspended."
        )
    return _(
        "We do not try again this month. What you flattred in it is paid from what is in"
        " your account."
    )
