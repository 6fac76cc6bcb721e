"""What an invoice or a credit note says, as article 226 of the VAT directive asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from flattr import vat
from flattr.templatetags.flattr import day, money, month
from payouts.models import Invoice, InvoiceLine, Treatment


@dataclass(frozen=True, slots=True)
class InvoiceWords:
    """`invoice` with its `lines`, and the invoice that it corrects."""

    invoice: Invoice
    lines: Sequence[InvoiceLine]

    @property
    def heading(self) -> str:
        if self.invoice.is_credit:
            return _("Credit note %(number)s") % {"number": self.invoice.name}
        return _("Invoice %(number)s") % {"number": self.invoice.name}

    @property
    def customer(self) -> list[str]:
        """Name and address; the address that people enter begins with their name."""
        if self.invoice.customer_address:
            return self.invoice.customer_address.splitlines()
        return [self.invoice.customer or _("somebody who left")]

    @property
    def is_without_address(self) -> bool:
        return not self.invoice.customer_address

    @property
    def about(self) -> str:
        """What a paper that corrects another says of it."""
        corrected = self.invoice.corrects
        if corrected is None:
            return ""
        facts = {"number": corrected.name, "day": day(corrected.issued_at)}
        if self.invoice.is_credit:
            return (
                _(
                    "It corrects our invoice %(number)s of %(day)s: payments of readers"
                    " were taken back, and our fee on them with them."
                )
                % facts
            )
        return (
            _(
                "It charges again what was given back of our invoice %(number)s of"
                " %(day)s: a payment that was taken back has come again."
            )
            % facts
        )

    @property
    def rows(self) -> list[tuple[str, str]]:
        return [(self._line(line), self._amount(line.fee)) for line in self.lines]

    def _line(self, line: InvoiceLine) -> str:
        facts = {
            "percent": line.percent,
            "month": month(line.period),
            "given": money(line.given or 0, self.invoice.currency),
        }
        if line.kind == "back" and line.fee < 0:
            return _("Fee on what readers gave you in %(month)s, given back") % facts
        if line.kind == "back":
            return _("Fee on what readers gave you in %(month)s, again") % facts
        if line.kind == "late":
            return (
                _(
                    "Fee of %(percent)s %% on %(given)s that readers gave you in %(month)s,"
                    " shared out later"
                )
                % facts
            )
        if line.kind == "gift":
            return _("Fee on gifts of %(given)s to you in %(month)s") % facts
        return (
            _("Fee of %(percent)s %% on %(given)s that readers gave you in %(month)s")
            % facts
        )

    @property
    def sums(self) -> list[tuple[str, str]]:
        """The amount without VAT and the VAT; nothing where there is none."""
        if self.invoice.treatment != Treatment.CHARGED:
            return []
        rate = {"rate": vat.percent(self.invoice.rate)}
        return [
            (_("Without VAT"), self._amount(self.invoice.net)),
            (_("VAT, %(rate)s %%") % rate, self._amount(self.invoice.vat)),
        ]

    @property
    def total(self) -> tuple[str, str]:
        label = _("Total with VAT") if self.sums else _("Total")
        return label, self._amount(self.invoice.gross)

    @property
    def why_no_vat(self) -> str:
        if self.invoice.treatment == Treatment.REVERSE:
            return _(
                "Reverse charge: the customer owes the VAT (articles 44 and 196 of"
                " Directive 2006/112/EC)."
            )
        return self.invoice.note

    @property
    def paid(self) -> str:
        """That nothing is to be done."""
        if self.invoice.is_credit:
            return _(
                "It went back to the readers with the rest of their payments. There is"
                " nothing to do."
            )
        return _(
            "It is paid: we kept it from what readers gave, before the rest became your"
            " revenue. There is nothing to pay."
        )

    @property
    def rounding(self) -> str:
        """Why the fee may be some cents more or less than its percentage."""
        if self.invoice.corrects_id:
            return ""
        return _(
            "The fee is rounded to the cent for each reader, and shared over the creators"
            " of that reader in proportion."
        )

    def _amount(self, amount: int) -> str:
        sign = "\N{MINUS SIGN}" if amount < 0 else ""
        return sign + money(abs(amount), self.invoice.currency)
