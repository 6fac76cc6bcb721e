"""Invoices to creators over our fee, and the credit notes that give it back.

Written by the functions in `payouts/invoices/sql/` alone; the application reads them, and
no row of them ever changes.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

USER = settings.AUTH_USER_MODEL


def invoice_name(year: int, number: int) -> str:
    """A number as it is written, such as 2026-000123."""
    return f"{year}-{number:06d}"


class InvoiceSeries(models.Model):
    """The last number of a year. Whoever writes invoices holds the row until they are
    committed, so that no number is left out."""

    year = models.IntegerField(primary_key=True)
    last = models.IntegerField(default=0)

    class Meta:
        db_table = "invoice_series"

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"


class Treatment(models.TextChoices):
    """What VAT is in a fee: none at all, some, or what a business in another country of
    the European Union owes there itself."""

    NONE = "none", _("no VAT")
    CHARGED = "charged", _("with VAT")
    REVERSE = "reverse", _("reverse charge")


class Invoice(models.Model):
    """An invoice, or a credit note where `gross` is below 0. What it says of both sides
    is what held when it was written.

    `period` is the month after whose close it was written. One that `corrects` another
    gives back of its fee what refunds and disputes took back, or charges that again
    where a dispute was won; it says of both sides and of VAT what the other says.

    VAT is in the amount, not on top of it: gross * rate / (1 + rate), half a cent up,
    once for the whole invoice. The database checks it.
    """

    id = models.BigAutoField(primary_key=True)
    year = models.IntegerField(_("year"))
    number = models.IntegerField(_("number"))
    period = models.IntegerField(_("month"))
    creator = models.ForeignKey(
        USER, models.PROTECT, related_name="invoices", verbose_name=_("creator")
    )
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        related_name="corrections",
        verbose_name=_("corrects"),
    )
    issued_at = models.DateTimeField(_("written"))
    currency = models.CharField(_("currency"), max_length=3)
    treatment = models.CharField(_("VAT"), max_length=7, choices=Treatment.choices)
    # Hundredths of a percent.
    rate = models.IntegerField(_("rate of VAT"))
    gross = models.BigIntegerField(_("amount"))
    vat = models.BigIntegerField(_("of which VAT"))
    # Why there is no VAT, in the operator's words.
    note = models.TextField(_("why no VAT"), blank=True)
    seller = models.TextField(_("from"))
    seller_address = models.TextField(_("our address"))
    seller_vat_id = models.TextField(_("our VAT id"), blank=True)
    # Empty for whoever had left.
    customer = models.TextField(_("to"), blank=True)
    customer_address = models.TextField(_("their address"), blank=True)
    customer_vat_id = models.TextField(_("their VAT id"), blank=True)

    class Meta:
        db_table = "invoice"
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        constraints = [
            models.UniqueConstraint(
                fields=["year", "number"], name="invoice_number_is_unique"
            ),
            models.UniqueConstraint(
                fields=["period", "creator", "corrects"],
                nulls_distinct=False,
                name="invoice_once_a_month",
            ),
            models.CheckConstraint(
                condition=Q(gross__gt=0) | Q(gross__lt=0, corrects__isnull=False),
                name="invoice_is_of_something",
            ),
            models.CheckConstraint(
                condition=Q(treatment="charged", rate__gt=0)
                | Q(treatment="none", rate=0) & ~Q(note="")
                | Q(treatment="reverse", rate=0) & ~Q(customer_vat_id=""),
                name="invoice_says_why_there_is_no_vat",
            ),
        ]
        indexes = [
            models.Index(fields=["creator", "period"], name="invoice_of_creator")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return invoice_name(self.year, self.number)

    @property
    def is_credit(self) -> bool:
        return self.gross < 0

    @property
    def net(self) -> int:
        return self.gross - self.vat


class InvoiceLine(models.Model):
    """What an invoice is made of: the fee on what readers gave the creator in a month,
    at its close or `late`, when readers who had been set aside were closed, or by a
    `gift`; or what was taken `back` of that month's fees (below 0), or came again.

    `given` is what readers gave with the fee in it; None for what corrects.
    """

    id = models.BigAutoField(primary_key=True)
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="lines")
    kind = models.CharField(
        max_length=5, choices=[(k, k) for k in ("month", "late", "gift", "back")]
    )
    period = models.IntegerField()
    # The fee in percent, as that month's close had it; each gift has its own.
    percent = models.IntegerField(null=True)
    given = models.BigIntegerField(null=True)
    fee = models.BigIntegerField()

    class Meta:
        db_table = "invoice_line"
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "kind", "period"], name="invoice_line_once"
            ),
            models.CheckConstraint(
                condition=~Q(fee=0), name="invoice_line_is_something"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fee} for {self.period}"
