"""What pages say of each method by which readers pay: who can use it, what follows, and
what a mandate allows."""

from __future__ import annotations

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from payouts.models import Method
from payouts.payments import methods, tries

# At the head of a row or card; the methods' labels stand inside sentences.
NAMES = {Method.CARD: lazy("Card")}
# Who can use it, and how.
FOR_WHOM = {
    Method.CARD: lazy("also with Apple Pay, Google Pay or Link"),
    Method.SEPA_DEBIT: lazy("from any bank account in the SEPA area, by its IBAN"),
    Method.IDEAL: lazy("with a bank of the Netherlands, or with Wero"),
    Method.BANCONTACT: lazy("with a bank of Belgium"),
    Method.TWINT: lazy("with a Swiss TWINT app"),
    Method.SWISH: lazy("with the Swish app of a Swedish bank"),
}


def name(method: Method) -> str:
    return str(NAMES.get(method, method.label))


def when_it_arrives(method: Method, *, is_first: bool) -> str:
    """`is_first` is a payment that opens the budget."""
    if method != Method.SEPA_DEBIT:
        return ""
    if not is_first:
        return _(
            "A debit takes about a week to arrive, two at most. Meanwhile you can go on"
            " flattring."
        )
    takes = _(
        "A debit takes about a week to arrive, two at most, and since it is your first"
        " payment you cannot flattr before."
    )
    if Method.CARD not in methods.offered():
        return takes
    return f"{takes} {_('By card you can at once.')}"


def what_is_kept(method: Method) -> str:
    """Of it for the renewals, and what follows where nothing is."""
    if method in methods.DEBITED:
        text = _(
            "Stripe saves the account for the renewals. We write to you %(days)s days"
            " before each debit: how much, and on which day."
        )
        return text % {"days": apnumber(tries.NOTICE.days)}
    if method in methods.KEPT:
        return _("Stripe saves it for the renewals.")
    if methods.giving_mandate():
        return _(
            "Nothing is saved. After it you can let us debit your account for the"
            " renewals; if you do not, we send you a link to pay each time."
        )
    return _(
        "Nothing is saved. After it you can save a card for the renewals; if you do not,"
        " we send you a link to pay each time."
    )


def mandate(method: Method) -> list[str]:
    """What the reader allows by paying so; empty where it is nothing. The first paragraph
    is the text of the SEPA rulebook, as Stripe asks for it."""
    return mandate_text() if method in methods.DEBITED else []


def mandate_text() -> list[str]:
    text = _(
        "By giving your IBAN or confirming this payment you authorise (A) %(creditor)s and"
        " Stripe, our payment service provider, to send instructions to your bank to debit"
        " your account and (B) your bank to debit your account in accordance with those"
        " instructions. As part of your rights, you are entitled to a refund from your bank"
        " under the terms and conditions of your agreement with your bank. A refund must be"
        " claimed within eight weeks starting from the date on which your account was"
        " debited."
    )
    end = _(
        "You can end the mandate at any time: remove the account under Payments, or tell"
        " your bank. If a debit is wrong, write to us first: it is quicker, and no creator loses"
        " what you gave."
    )
    return [text % {"creditor": settings.OPERATOR_LEGAL_NAME}, end]
