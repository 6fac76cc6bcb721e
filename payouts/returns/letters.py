"""What we write about money that goes back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.mail.letter import Block, Button, Letter, Link, page
from accounts.mail.notices import Words
from flattr.templatetags.flattr import money


def refund(amount: int, card: str, failed: bool) -> Letter:
    facts = {"amount": money(amount), "card": card}
    return _not_refunded(facts) if failed else _refunded(facts)


def _refunded(facts: dict[str, str]) -> Letter:
    if facts["card"]:
        where = _("%(amount)s goes back to where it came from, %(card)s.")
    else:
        where = _("%(amount)s goes back to where it came from.")
    return Letter(
        _("%(amount)s goes back to you") % facts,
        where % facts,
        _("Your bank shows it within five to ten working days."),
    )


def _not_refunded(facts: dict[str, str]) -> Letter:
    if facts["card"]:
        what = _("We tried to give %(amount)s back to %(card)s and could not.")
    else:
        what = _("We tried to give %(amount)s back to you and could not.")
    return Letter(
        _("%(amount)s did not go back to you") % facts,
        what % facts,
        _(
            "The money is where it was before. Please write to us, and we will find another"
            " way."
        ),
        _write_to_us(),
    )


def owed(amount: int) -> Letter:
    facts = {"amount": money(amount)}
    return Letter(
        _("%(amount)s that you were paid has been taken back") % facts,
        _(
            "A reader's bank, or our staff, gave a payment back, and part of it had"
            " already been paid out to you: %(amount)s."
        )
        % facts,
        _(
            "You have nothing to do. We deduct it from what your readers give you next,"
            " before the next payout. If the payment turns out to be good after all, you"
            " get it again."
        ),
        Button(_("What you earned and what you owe"), page("payouts:payouts")),
    )


# --- Disputes ------------------------------------------------------------------------


def dispute(state: str, amount: int, card: str, reopened: bool) -> Letter:
    facts = {"amount": money(amount), "card": card, "reopened": reopened}
    return DISPUTE.get(state, _stands)(facts)


Facts = Mapping[str, Any]


def _asked(facts: Facts) -> Letter:
    if facts["card"]:
        asks = _("Your bank asks us about %(amount)s that you paid here with %(card)s.")
    else:
        asks = _("Your bank asks us about %(amount)s that you paid here.")
    return Letter(
        _("Your bank asks about your payment of %(amount)s") % facts,
        asks % facts,
        _("It has taken nothing back, and your budget stays as it is."),
        _(
            "If you do not recognise the payment, or want it back, please write to us"
            " before your bank decides."
        ),
        _write_to_us(),
    )


def _opened(facts: Facts) -> Letter:
    if facts["card"]:
        told = _(
            "Your bank told us that it disputes %(amount)s of what you paid here with"
            " %(card)s."
        )
    else:
        told = _("Your bank told us that it disputes %(amount)s of what you paid here.")
    return Letter(
        _("Your bank asks for %(amount)s back") % facts,
        told % facts,
        _(
            "Until that is decided, which can take some weeks, your budget is suspended:"
            " new flattrs are not accepted, and what you flattred is shared afterwards."
        ),
        _(
            "If you did not ask your bank for this, please tell them so. If somebody else"
            " used your card or account, please tell us."
        ),
        _write_to_us(),
    )


def _again(facts: Facts) -> Letter:
    if facts["card"]:
        what = _(
            "The decision about %(amount)s of what you paid here with %(card)s is being"
            " reviewed."
        )
    else:
        what = _(
            "The decision about %(amount)s of what you paid here is being reviewed."
        )
    return Letter(
        _("Your payment of %(amount)s is disputed again") % facts,
        what % facts,
        _(
            "Until there is a new one, your budget is suspended: new flattrs are not"
            " accepted, and what you flattred is shared afterwards."
        ),
    )


def _lost(facts: Facts) -> Letter:
    if facts["reopened"]:
        rest: list[Block | str] = [
            _("You have paid since, so your budget is open again.")
        ]
    else:
        rest = [
            _("Your budget is suspended until you pay again."),
            Button(_("Pay in"), page("payouts:pay")),
        ]
    return Letter(
        _("Your bank took %(amount)s back") % facts,
        _(
            "Your bank has taken %(amount)s back. First we took what you had not spent"
            " yet, then the rest from the creators you gave it to, beginning with your"
            " latest months."
        )
        % facts,
        *rest,
    )


def _stands(facts: Facts) -> Letter:
    return Letter(
        _("Your payment of %(amount)s stands") % facts,
        _("Your bank no longer disputes %(amount)s: the payment stands.") % facts,
        _("Your budget is open again, and flattrs are accepted.")
        if facts["reopened"]
        else _("Your budget is as it was."),
        Button(_("Your month"), page("payouts:month")),
    )


DISPUTE = {"asked": _asked, "open": _opened, "again": _again, "lost": _lost}


def _write_to_us() -> Link:
    return Link(_("Write to us"), page("contact"))


def bank_waits(dispute: str, amount: int, asks: bool, soon: bool, due: str) -> Letter:
    facts = {"amount": money(amount), "due": due, "dispute": dispute}
    return Letter(
        _bank_waits(asks, soon) % facts,
        (_bank_asks() if asks else _bank_takes()) % facts,
        (_answer_by() if due else _where_it_stands()) % facts,
        Button(_("Open the dispute"), page("admin:payouts_dispute_change", dispute)),
        greets=False,
    )


def _bank_waits(asks: bool, soon: bool) -> str:
    if soon:
        return _("An answer to a bank is due on %(due)s")
    if asks:
        return _("A bank asks about a payment of %(amount)s")
    return _("A bank takes back a payment of %(amount)s")


def _bank_asks() -> str:
    return _(
        "A reader's bank asks about a payment of %(amount)s. It has taken nothing yet, and"
        " may do so if nobody answers."
    )


def _bank_takes() -> str:
    return _(
        "A reader's bank takes %(amount)s of a payment back. The reader's budget is"
        " suspended until that is decided."
    )


def _answer_by() -> str:
    return _(
        "Stripe accepts our answer until %(due)s. Give it in Stripe's dashboard, under"
        " Disputes: %(dispute)s"
    )


def _where_it_stands() -> str:
    return _("You find it in Stripe's dashboard, under Disputes: %(dispute)s")


# --- Notices --------------------------------------------------------------------------


def refund_notice(amount: int, failed: bool) -> Words:
    facts = {"amount": money(amount)}
    if failed:
        text = _("%(amount)s did not go back to you. It is where it was before.")
        return Words(text % facts, label=_("Write to us"), url=reverse("contact"))
    text = _(
        "%(amount)s goes back to where it came from. Your bank shows it within five to ten"
        " working days."
    )
    return Words(text % facts, is_good=True)


def owed_notice(amount: int) -> Words:
    text = _(
        "A reader's payment was given back after you had been paid, so you owe %(amount)s."
        " We deduct it from what you get next."
    )
    return Words(
        text % {"amount": money(amount)},
        label=_("Your payouts"),
        url=reverse("payouts:payouts"),
    )


def dispute_notice(state: str, amount: int, reopened: bool) -> Words | None:
    """While it is open, or lost and not paid since, the pages say so themselves."""
    facts = {"amount": money(amount)}
    if state == "lost" and reopened:
        text = _(
            "Your bank took %(amount)s back. You have paid since: your budget is open."
        )
        return Words(text % facts)
    if state in DISPUTE:
        return None
    if reopened:
        text = _("Your payment of %(amount)s stands. Your budget is open again.")
    else:
        text = _("Your payment of %(amount)s stands. Your budget is as it was.")
    return Words(text % facts, is_good=True)
