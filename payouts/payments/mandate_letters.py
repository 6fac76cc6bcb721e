"""What we write to readers about debits: before one, while a bank works on it, and when
it was not paid or is allowed no more."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, Link, Paragraph, Quote, page
from flattr.templatetags.flattr import money, month_name


def debit_announced(  # noqa: PLR0913 (what the SEPA rulebook wants said)
    *, amount: int, budget: int, period: int, day: str, account: str, mandate: str
) -> Letter:
    """Some days before a debit. `account` is as pages name it, `mandate` the bank's
    reference of it; empty where Stripe named none."""
    facts = {
        "amount": money(amount),
        "budget": money(budget),
        "month": month_name(period),
        "day": day,
        "account": account,
    }
    return Letter(
        _("On %(day)s we debit %(amount)s") % facts,
        _(
            "Your account here does not cover your budget of %(budget)s for %(month)s. So"
            " on %(day)s we debit %(amount)s from your bank account."
        )
        % facts,
        Quote(_details(account, mandate)),
        _(
            "Please see that the account holds it by then. If you would rather not pay,"
            " change the budget, pay in another way or stop before that day."
        ),
        Button(_("See or change it"), page("payouts:pay")),
        Paragraph(
            _(
                "You can have your bank return a debit within eight weeks. If it is wrong,"
                " please write to us first: it is quicker."
            ),
            is_soft=True,
        ),
    )


def _details(account: str, mandate: str) -> str:
    lines = [
        account,
        _("Creditor: %(name)s, by Stripe") % {"name": settings.OPERATOR_LEGAL_NAME},
    ]
    if mandate:
        lines.append(_("Mandate: %(reference)s") % {"reference": mandate})
    return "\n".join(lines)


def debit_begun(amount: int, account: str, payment: int, is_first: bool) -> Letter:
    """The reader's bank was asked. `is_first` opens the budget."""
    facts = {"amount": money(amount), "account": account}
    if is_first:
        meanwhile = _(
            "It takes about a week, two at most. As soon as it arrives we write to you, and"
            " you can flattr."
        )
    else:
        meanwhile = _(
            "It takes about a week, two at most. You can go on flattring meanwhile; we"
            " write to you when it arrives."
        )
    return Letter(
        _("%(amount)s is on its way") % facts,
        _("Your bank works on %(amount)s from %(account)s.") % facts,
        meanwhile,
        Link(_("How it stands"), page("payouts:payment", payment)),
    )


def debit_not_paid(amount: int, account: str, why: str, payment: int) -> Letter:
    """A debit that the reader began themselves."""
    facts = {"amount": money(amount), "account": account, "why": why}
    return Letter(
        _("%(amount)s did not arrive") % facts,
        _("Your bank did not pay %(amount)s from %(account)s. The reason: %(why)s.")
        % facts,
        _("Nothing was taken. You can pay again, by the same method or another."),
        Button(_("Pay in again"), page("payouts:pay")),
        Link(_("The payment"), page("payouts:payment", payment)),
    )


def mandate_ended(account: str) -> Letter:
    """The bank, or the reader there, ended a mandate."""
    facts = {"account": account}
    return Letter(
        _("We can no longer debit your account"),
        _(
            "The mandate to debit %(account)s has ended, at your bank or because the account"
            " was closed. We have removed it here, and debit nothing more."
        )
        % facts,
        _(
            "When a payment for your budget is due, we send you a link to pay. If you want"
            " it to go on by itself, save a card or an account again."
        ),
        Button(_("Choose how to pay"), page("payouts:pay") + "#renewals"),
    )
