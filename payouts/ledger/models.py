"""The ledger: signed entries, credit positive; every transaction sums to zero.

Most accounts are what we owe to people, so people's balances are positive. Rows are
only ever added: the database refuses every change by the application's role, and an
entry can be added to its transaction only before that is committed.

The tables are partitioned by book: book 0 holds ordinary postings, book YYYYMM
the close of that month. `payouts.ledger.posting.post` writes book 0, the close's
functions in `payouts/close/sql/` write the rest.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """A place for money, of a kind and, for personal kinds, an owner."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField(_("kind"))
    owner_id = models.BigIntegerField(_("person"), null=True)
    currency = models.TextField(_("currency"))

    class Meta:
        db_table = "ledger_account"
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        managed = False

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id}" if self.owner_id else self.kind


class Balance(models.Model):
    """The balance of an account that may not go below zero, kept by the database."""

    account = models.OneToOneField(Account, models.DO_NOTHING, primary_key=True)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_balance"
        verbose_name = _("balance")
        managed = False

    def __str__(self) -> str:
        return str(self.amount)


class Transaction(models.Model):
    """An event that moved money. `reference` says which, and makes it unique."""

    id = models.BigAutoField(primary_key=True)
    book = models.IntegerField(_("book"))
    reference = models.TextField(_("reference"))
    kind = models.TextField(_("kind"))
    period = models.IntegerField()
    currency = models.TextField(_("currency"))
    occurred_at = models.DateTimeField(_("happened"))
    posted_at = models.DateTimeField(_("booked"))
    content = models.TextField(_("hash of its rows"), null=True)  # noqa: DJ001 (a close's content is its frozen rows)
    reverses = models.BigIntegerField(_("reverses"), null=True)

    class Meta:
        db_table = "ledger_transaction"
        verbose_name = _("booking")
        verbose_name_plural = _("bookings")
        managed = False

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """One line of a transaction: an account and a signed amount of minor units."""

    id = models.BigAutoField(primary_key=True)
    book = models.IntegerField(_("book"))
    transaction = models.ForeignKey(
        Transaction,
        models.DO_NOTHING,
        related_name="entries",
        verbose_name=_("booking"),
    )
    account = models.ForeignKey(
        Account, models.DO_NOTHING, related_name="entries", verbose_name=_("account")
    )
    currency = models.TextField(_("currency"))
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_entry"
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        managed = False

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Seal(models.Model):
    """A day's hash over everything posted since the seal before, and over that seal.

    `through_id` and `through_book` are the last transaction of book 0 and the last
    close's book that it covers.
    """

    day = models.DateField(_("day"), primary_key=True)
    made_at = models.DateTimeField(_("made"))
    through_id = models.BigIntegerField(_("through booking"))
    through_book = models.IntegerField(_("through book"))
    transactions = models.BigIntegerField(_("bookings"))
    entries = models.BigIntegerField(_("entries"))
    seal = models.TextField(_("seal"))

    class Meta:
        db_table = "ledger_seal"
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        managed = False

    def __str__(self) -> str:
        return f"{self.day}"
