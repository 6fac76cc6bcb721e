"""The ledger: signed entries, credit positive, every transaction sums to zero.

Most accounts are debts to people, so people's balances read positive. Rows are
only ever added: the database refuses changes to anybody the application can be,
and an entry can join its transaction only before it is committed.

The tables are partitioned by book: book 0 holds ordinary postings, book YYYYMM
the close of that month. `payouts.ledger.posting.post` writes book 0, the close's
functions in `payouts/sql/` write the rest.
"""

from __future__ import annotations

from django.db import models


class Account(models.Model):
    """A place for money, of a kind and, for personal kinds, an owner."""

    id = models.BigAutoField(primary_key=True)
    kind = models.TextField()
    owner_id = models.BigIntegerField(null=True)
    currency = models.TextField()

    class Meta:
        db_table = "ledger_account"
        managed = False

    def __str__(self) -> str:
        return f"{self.kind}:{self.owner_id}" if self.owner_id else self.kind


class Balance(models.Model):
    """The balance of an account that may not go below zero, kept by the database."""

    account = models.OneToOneField(Account, models.DO_NOTHING, primary_key=True)
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_balance"
        managed = False

    def __str__(self) -> str:
        return str(self.amount)


class Transaction(models.Model):
    """An event that moved money. `reference` says which, and makes it unique."""

    id = models.BigAutoField(primary_key=True)
    book = models.IntegerField()
    reference = models.TextField()
    kind = models.TextField()
    period = models.IntegerField()
    currency = models.TextField()
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    content = models.TextField(null=True)  # noqa: DJ001 (a close's content is its frozen rows)
    reverses = models.BigIntegerField(null=True)

    class Meta:
        db_table = "ledger_transaction"
        managed = False

    def __str__(self) -> str:
        return self.reference


class Entry(models.Model):
    """One line of a transaction: an account and a signed amount of minor units."""

    id = models.BigAutoField(primary_key=True)
    book = models.IntegerField()
    transaction = models.ForeignKey(
        Transaction, models.DO_NOTHING, related_name="entries"
    )
    account = models.ForeignKey(Account, models.DO_NOTHING, related_name="entries")
    currency = models.TextField()
    amount = models.BigIntegerField()

    class Meta:
        db_table = "ledger_entry"
        managed = False
        verbose_name_plural = "entries"

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Seal(models.Model):
    """A day's hash over all that was posted since the one before, and over that one.

    `through_id` and `through_book` are the last transaction of book 0 and the last
    close's book that it covers.
    """

    day = models.DateField(primary_key=True)
    made_at = models.DateTimeField()
    through_id = models.BigIntegerField()
    through_book = models.IntegerField()
    transactions = models.BigIntegerField()
    entries = models.BigIntegerField()
    seal = models.TextField()

    class Meta:
        db_table = "ledger_seal"
        managed = False

    def __str__(self) -> str:
        return f"{self.day}"
