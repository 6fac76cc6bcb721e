"""What pages say of the card or account that is saved for renewals, and of saving one."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from flattr.templatetags.flattr import month
from payouts.models import Method, Payer, Payment
from payouts.payments import methods, tries
from payouts.payments.words import method_words

REMOVES = {
    Method.CARD: gettext_lazy("Remove the card"),
    Method.SEPA_DEBIT: gettext_lazy("Remove the account"),
    Method.TWINT: gettext_lazy("Remove TWINT"),
}
REMOVED = {
    Method.CARD: gettext_lazy(
        "If you remove the card, we write to you when a payment is due."
    ),
    Method.SEPA_DEBIT: gettext_lazy(
        "If you remove the account, its mandate ends: we debit nothing more, and write to"
        " you when a payment is due."
    ),
    Method.TWINT: gettext_lazy(
        "If you remove TWINT, we write to you when a payment is due."
    ),
}


@dataclass(frozen=True, slots=True)
class KeptWords:
    payer: Payer

    @property
    def name(self) -> str:
        if not self.payer.kept:
            return _("nothing yet")
        if not self.payer.expires:
            return self.payer.kept
        text = _("%(card)s, good until %(month)s")
        return text % {"card": self.payer.kept, "month": month(self.payer.expires)}

    @property
    def announced(self) -> str:
        """When the reader is told of a debit; empty where nothing is debited."""
        if not self.payer.keeps_debit:
            return ""
        text = _("by e-mail, %(days)s days before each debit")
        return text % {"days": apnumber(tries.NOTICE.days)}

    @property
    def card_button(self) -> str:
        """Empty where cards are not taken."""
        if Method.CARD not in methods.offered():
            return ""
        if self.payer.kind == Method.CARD:
            return _("Use another card")
        return _("Use a card instead") if self.payer.kept else _("Save a card")

    @property
    def debit_button(self) -> str:
        """Empty where nothing is debited."""
        if not methods.giving_mandate():
            return ""
        if self.payer.keeps_debit:
            return _("Use another account")
        return _("Pay by debit instead") if self.payer.kept else _("Save an account")

    @property
    def mandate(self) -> list[str]:
        """What saving an account allows."""
        return method_words.mandate_text() if self.debit_button else []

    @property
    def remove_button(self) -> str:
        return str(REMOVES[Method(self.payer.kind)]) if self.payer.kept else ""

    @property
    def removing(self) -> str:
        """What follows from it."""
        return str(REMOVED[Method(self.payer.kind)]) if self.payer.kept else ""


def removed() -> str:
    """What is said once it is done."""
    return _(
        "It is no longer saved. When a payment for your budget is due, we write to you."
    )


@dataclass(frozen=True, slots=True)
class KeepOffer:
    """To save something after a payment of which nothing is kept, so that the reader
    need not pay by hand each month."""

    by_debit: bool

    @property
    def heading(self) -> str:
        return _("So that you need not pay by hand each month")

    @property
    def says(self) -> str:
        if not self.by_debit:
            return _(
                "Nothing is saved of this payment. Save a card, and your next payments go"
                " on by themselves; nothing is taken now."
            )
        text = _(
            "Nothing is saved of this payment. Let us debit your account when the next one"
            " is due: you confirm it once, at your bank or by your IBAN, and nothing is"
            " taken now. We write to you %(days)s days before each debit."
        )
        return text % {"days": apnumber(tries.NOTICE.days)}

    @property
    def otherwise(self) -> str:
        return _("If you do not, we send you a link to pay when a payment is due.")

    @property
    def button(self) -> str:
        return _("Allow debits") if self.by_debit else _("Save a card")

    @property
    def url_name(self) -> str:
        return "payouts:allow_debits" if self.by_debit else "payouts:change_card"

    @property
    def mandate(self) -> list[str]:
        return method_words.mandate_text() if self.by_debit else []


def onward(offer: KeepOffer | None) -> str:
    """The button that leads on, past the offer if there is one."""
    return _("Not now: go to my month") if offer else _("Go to my month")


def offer(payment: Payment, payer: Payer, *, gives: bool) -> KeepOffer | None:
    """None where it is not needed: something is kept, or the reader gives nothing next."""
    if payment.paid_at is None or payer.kept or not gives:
        return None
    if payment.provider != "stripe" or payment.method in methods.KEPT:
        return None
    by_debit = bool(methods.giving_mandate())
    if not by_debit and Method.CARD not in methods.offered():
        return None
    return KeepOffer(by_debit)
