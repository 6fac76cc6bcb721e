"""What a page says of the charge that comes when the next month begins."""

from __future__ import annotations

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr import months
from flattr.templatetags.flattr import money, short_day
from payouts.models import Payer
from payouts.payments import paying_in, tries
from payouts.payments.words.budget_words import BudgetWords


def says(budget: BudgetWords, payer: Payer, left: int) -> str:
    """`left` is what this month leaves in the account, in minor units."""
    amount = budget.next_amount
    if not amount:
        return _("Nothing is charged after it.")
    if left >= amount:
        return _covers(budget, left // amount)
    following = months.following(budget.standing.period)
    facts = {
        "card": payer.kept,
        "day": short_day(months.start(following)),
        "days": apnumber(tries.NOTICE.days),
        "month": budget.now,
        "next": budget.next,
        "sum": money(paying_in.to_pay(amount, left, payer.months)),
    }
    # What a month does not spend pays for the next.
    depends = not budget.flattred and budget.free >= amount
    return (_if_flattred(payer) if depends else _surely(payer)) % facts


def _covers(budget: BudgetWords, more: int) -> str:
    if more == 1:
        text = _("What is in your account pays for %(next)s too.")
        return text % {"next": budget.next}
    text = ngettext(
        "What is in your account pays for the next %(number)s month too.",
        "What is in your account pays for the next %(number)s months too.",
        more,
    )
    return text % {"number": apnumber(more)}


def _if_flattred(payer: Payer) -> str:
    if not payer.kept:
        return _(
            "If you flattr somebody in %(month)s, we ask you by e-mail to pay for %(next)s"
            " on %(day)s."
        )
    if payer.keeps_debit:
        return _(
            "If you flattr somebody in %(month)s, we announce a debit of %(sum)s by e-mail"
            " on %(day)s and make it %(days)s days later, by %(card)s; if not, nothing."
        )
    return _(
        "If you flattr somebody in %(month)s, %(card)s is charged %(sum)s on %(day)s; if"
        " not, nothing."
    )


def _surely(payer: Payer) -> str:
    if not payer.kept:
        return _("On %(day)s we ask you by e-mail to pay for %(next)s.")
    if payer.keeps_debit:
        return _(
            "On %(day)s we announce a debit of %(sum)s by e-mail and make it %(days)s days"
            " later, by %(card)s. When it arrives, %(next)s is paid too."
        )
    return _("On %(day)s %(card)s is charged %(sum)s, and %(next)s is paid too.")
