"""What we write to readers about paying in."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _

from accounts.mail.letter import Block, Button, Letter, Link, Paragraph, page
from flattr.months import start
from flattr.templatetags.flattr import day, money, month, month_name


def paid_in(
    *,
    amount: int,
    balance: int,
    budget: int,
    period: int,
    payment: int,
    raised: bool,
    renewed: bool,
    card: str,
    simulated: bool,
    gift: int = 0,
) -> Letter:
    shown = money(amount)
    no_money = (
        Paragraph(_("This was a simulated payment: no money moved."), is_soft=True)
        if simulated
        else None
    )
    if gift:
        return Letter(
            _("%(amount)s arrived") % {"amount": shown},
            _("%(amount)s arrived, for your gift. It is given within minutes.")
            % {"amount": shown},
            no_money,
            Button(_("Your gift"), page("payouts:gift", gift)),
            Link(_("Receipt"), page("payouts:receipt", payment)),
        )
    return Letter(
        _("%(amount)s arrived") % {"amount": shown},
        _arrived(shown, card)
        if renewed
        else _("%(amount)s arrived.") % {"amount": shown},
        _("You now have %(balance)s in your account.") % {"balance": money(balance)},
        *_budget(budget, period, raised),
        no_money,
        Button(_("Your month"), page("payouts:month")),
        Link(_("Receipt"), page("payouts:receipt", payment)) if payment else None,
    )


def _arrived(amount: str, card: str) -> str:
    if card:
        return _("%(amount)s arrived from %(card)s: your budget was renewed.") % {
            "amount": amount,
            "card": card,
        }
    return _("%(amount)s arrived: your budget was renewed.") % {"amount": amount}


def _budget(budget: int, period: int, raised: bool) -> list[Block | str]:
    if not budget:
        return [
            _("You have no budget yet. Choose one, and you can flattr."),
            Link(_("Choose a budget"), page("payouts:budget")),
        ]
    facts = {"budget": money(budget), "month": month(period)}
    if raised:
        return [_("Your budget is %(budget)s a month, from %(month)s on.") % facts]
    return [_("Your budget is %(budget)s a month.") % facts]


def renewal_confirm(
    amount: int, period: int, card: str, payment: int, again: str
) -> Letter:
    facts = {
        "amount": money(amount),
        "month": month_name(period),
        "card": card,
        "day": again,
    }
    if card:
        tried = _(
            "We tried to charge %(amount)s to %(card)s for your budget in %(month)s."
        )
    else:
        tried = _("We tried to charge %(amount)s for your budget in %(month)s.")
    if again:
        otherwise = _(
            "If you do not confirm it, we try again on %(day)s. Until then you can go on"
            " flattring; after three tries your budget is suspended."
        )
    else:
        otherwise = _(
            "If you do not confirm it in %(month)s, nothing is charged for that month."
        )
    return Letter(
        _("Please confirm %(amount)s at your bank") % facts,
        tried % facts,
        _("Your bank wants you to confirm that it is you. Nothing was taken yet."),
        Button(_("Confirm the payment"), page("payouts:payment", payment)),
        Paragraph(otherwise % facts, is_soft=True),
        Link(_("Pay in another way"), page("payouts:pay")),
    )


def renewal_failed(
    *, amount: int, budget: int, period: int, card: str, why: str, again: str
) -> Letter:
    facts = {
        "amount": money(amount),
        "budget": money(budget),
        "month": month_name(period),
        "card": card,
        "why": why,
        "day": again,
    }
    if not amount and not card:
        return _please_pay(facts)
    return Letter(
        _("Your budget for %(month)s could not be paid") % facts,
        _failure(amount, card) % facts,
        Button(_("Pay, or choose how to pay"), page("payouts:pay")),
        Paragraph(_next_try(amount, again) % facts, is_soft=True),
    )


def _please_pay(facts: dict[str, str]) -> Letter:
    """To whoever pays by hand: nothing is saved that could be charged."""
    if facts["day"]:
        reminder = _(
            "If it is not paid, we write again on %(day)s. Until then you can go on"
            " flattring; after the third mail your budget is suspended."
        )
    else:
        reminder = _(
            "We do not write again for %(month)s. What you flattred in it is paid from what"
            " is in your account."
        )
    return Letter(
        _("Please pay for %(month)s") % facts,
        _(
            "Your account does not cover your budget of %(budget)s for %(month)s, and"
            " nothing is saved that we could charge. So please pay by this link."
        )
        % facts,
        Button(_("Pay for %(month)s") % facts, page("payouts:pay")),
        Paragraph(reminder % facts, is_soft=True),
        Link(
            _("Save a card or an account, so that it goes on by itself"),
            page("payouts:pay") + "#renewals",
        ),
    )


def _failure(amount: int, card: str) -> str:
    if not amount:
        return _(
            "Your account does not cover your budget of %(budget)s for %(month)s, and"
            " nothing was charged. The reason: %(why)s."
        )
    if card:
        return _(
            "%(amount)s for your budget in %(month)s could not be charged to %(card)s:"
            " %(why)s."
        )
    return _("%(amount)s for your budget in %(month)s could not be charged: %(why)s.")


def _next_try(amount: int, again: str) -> str:
    if not again:
        return _(
            "We do not try again for %(month)s. What you flattred in it is paid from what"
            " is in your account."
        )
    if amount:
        return _(
            "We try again on %(day)s. Until then you can go on flattring; after three"
            " tries your budget is suspended."
        )
    return _(
        "We check again on %(day)s. Until then you can go on flattring; after three tries"
        " your budget is suspended."
    )


def budget_suspended(budget: int, period: int, why: str, payment: int) -> Letter:
    facts = {"budget": money(budget), "month": month_name(period), "why": why}
    return Letter(
        _("Your budget is suspended"),
        _(
            "Your budget of %(budget)s for %(month)s could not be paid after three tries."
            " The last reason: %(why)s."
        )
        % facts,
        _(
            "So it is suspended: new flattrs are not accepted. What you flattred already"
            " is still shared from what is in your account. Your next payment opens it"
            " again."
        ),
        Button(_("Pay in"), page("payouts:pay")),
        Link(
            _("Or confirm the last payment at your bank"),
            page("payouts:payment", payment),
        )
        if payment
        else None,
    )


def renewal_ahead(
    *, period: int, amount: int, budget: int, months: int, card: str, days: int = 0
) -> Letter:
    """Some days before a quarter or a year is charged again, so many days into `period`:
    a debit is announced in it first."""
    facts = {
        "day": day(start(period) + timedelta(days=days)),
        "amount": money(amount),
        "budget": money(budget),
        "card": card,
    }
    return Letter(
        _("On %(day)s we charge %(amount)s for your budget") % facts,
        _("You give %(budget)s a month.") % facts,
        (_a_quarter() if months == 3 else _a_year()) % facts,
        _(
            "What is in your account by then is deducted, so it may be less. You can change"
            " the amount, pay by the month, or stop, until that day and without a reason."
        ),
        Button(_("Change or stop it"), page("payouts:pay") + "#renewals"),
        Link(_("Your budget"), page("payouts:budget")),
    )


def _a_quarter() -> str:
    return _("On %(day)s we charge %(amount)s to %(card)s, for the next three months.")


def _a_year() -> str:
    return _("On %(day)s we charge %(amount)s to %(card)s, for the next twelve months.")
