"""What pages say of each method by which readers pay."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from payouts.models import Method

# At the head of a row or card; the methods' labels stand inside sentences.
NAMES = {Method.CARD: _("Card")}
# Who can use it, and how.
FOR_WHOM = {
    Method.CARD: _("also with Apple Pay, Google Pay or Link"),
    Method.SEPA_DEBIT: _("from any bank account in the SEPA area, by its IBAN"),
    Method.IDEAL: _("with a bank of the Netherlands, or with Wero"),
    Method.BANCONTACT: _("with a bank of Belgium"),
    Method.TWINT: _("with a Swiss TWINT app"),
    Method.SWISH: _("with the Swish app of a Swedish bank"),
}


def name(method: Method) -> str:
    return str(NAMES.get(method, method.label))
