"""The ledger as staff read it: debit and credit, and nothing to type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr import months
from flattr.staff.cells import Cell, Table, Text, credit, debit, euros
from flattr.staff.filters import one_of
from flattr.staff.tables import ReadOnly
from payouts.ledger.models import Account, Entry, Seal, Transaction

ORDINARY = "0"
KINDS = [
    "means",
    "pending",
    "revenue",
    "transit",
    "debt",
    "fees",
    "loss",
    "suspense",
    "stripe_clearing",
    "stripe_cost",
    "simulated",
    "bank",
    "operator",
]
ENTRIES = _("Entries")


def books() -> list[int]:
    """Book 0 and the closes of the last three years, newest first, from PostgreSQL's
    catalogue."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (regexp_match(relid::text, '([0-9]+)$'))[1]::integer AS book"
            " FROM pg_partition_tree('ledger_transaction') WHERE isleaf"
            " ORDER BY book DESC LIMIT 37"
        )
        return [book for (book,) in cursor.fetchall()]


class BookFilter(admin.SimpleListFilter):
    """Shows one book at a time, at first book 0: the newest rows of one book are found
    by its key, those of all books only by reading everything."""

    title = _("book")
    parameter_name = "book"

    def lookups(
        self,
        request: HttpRequest,
        model_admin: Any,
    ) -> list[tuple[str, str]]:
        closes = [
            (str(book), gettext("close of %(month)s") % {"month": months.show(book)})
            for book in books()
            if book
        ]
        return [(ORDINARY, gettext("ordinary bookings")), *closes]

    def chosen(self) -> str:
        value = self.value()
        return value if value and re.fullmatch("[0-9]{1,9}", value) else ORDINARY

    def choices(self, changelist: Any) -> Iterator[Any]:
        for value, title in self.lookup_choices:
            yield {
                "selected": value == self.chosen(),
                "query_string": changelist.get_query_string(
                    {self.parameter_name: value}
                ),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        asked = re.match(r"close:(\d{4})-(\d{2}):", request.GET.get("q", ""))
        if asked:
            return queryset.filter(book__in=[0, int(asked[1] + asked[2])])
        return queryset.filter(book=int(self.chosen()))


@admin.register(Transaction)
class TransactionAdmin(ReadOnly):
    list_display = ["reference", "kind", "month", "occurred_at", "posted_at"]
    list_filter = [BookFilter]
    search_fields = ["reference"]
    search_help_text = _(
        "The beginning of a reference: payout:12, charge:, close:2026-10:"
    )
    ordering = ["-id"]
    fields = [
        "reference",
        "kind",
        "month",
        "book",
        "currency",
        "occurred_at",
        "posted_at",
        "reverses",
        "content",
    ]
    readonly_fields = ["month"]

    @admin.display(description=_("month"))
    def month(self, transaction: Transaction) -> str:
        return months.show(transaction.period)

    def get_search_results(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        search_term: str,
    ) -> tuple[QuerySet[Any], bool]:
        if search_term:
            queryset = queryset.filter(reference__startswith=search_term.strip())
        return queryset, False

    def tables(self, obj: Transaction) -> list[Table]:
        return [entries_table([obj])]


@admin.register(Entry)
class EntryAdmin(ReadOnly):
    list_display = ["reference", "account", "debit", "credit", "currency"]
    list_filter = [BookFilter]
    list_select_related = ["transaction", "account"]
    ordering = ["-id"]
    fields = ["transaction", "account", "debit", "credit", "currency", "book"]
    readonly_fields = ["debit", "credit"]

    @admin.display(description=_("booking"))
    def reference(self, entry: Entry) -> str:
        return entry.transaction.reference

    @admin.display(description=_("debit"))
    def debit(self, entry: Entry) -> str:
        return debit(entry.amount).text

    @admin.display(description=_("credit"))
    def credit(self, entry: Entry) -> str:
        return credit(entry.amount).text


@admin.register(Account)
class AccountAdmin(ReadOnly):
    whose = "owner_id"
    list_display = ["__str__", "kind", "owner_id", "balance", "currency"]
    list_filter = [one_of("kind", KINDS)]
    list_select_related = ["balance"]
    search_fields = ["=owner_id"]
    search_help_text = _("The number of a person")
    ordering = ["-id"]
    fields = ["kind", "owner_id", "currency", "balance"]
    readonly_fields = ["balance"]

    @admin.display(description=_("balance"))
    def balance(self, account: Account) -> str:
        """Only of kinds that may not go below zero; the others are summed on demand."""
        kept = getattr(account, "balance", None)
        return euros(kept.amount if kept else None).text

    def tables(self, obj: Account) -> list[Table]:
        entries = (
            Entry.objects.filter(account=obj)
            .select_related("transaction")
            .order_by("-transaction_id")[:200]
        )
        return [
            Table(
                _("The last 200 entries"),
                [_("Booking"), _("Month"), _("Booked"), _("Debit"), _("Credit")],
                [
                    [
                        transaction_cell(entry.transaction),
                        months.show(entry.transaction.period),
                        f"{entry.transaction.posted_at:%Y-%m-%d %H:%M}",
                        debit(entry.amount),
                        credit(entry.amount),
                    ]
                    for entry in entries
                ],
            )
        ]


@admin.register(Seal)
class SealAdmin(ReadOnly):
    """A day's hash over what was posted and over the seal before. `verify_seals`
    computes it again."""

    list_display = ["day", "transactions", "entries", "seal", "made_at"]
    ordering = ["-day"]
    fields = [
        "day",
        "seal",
        "transactions",
        "entries",
        "through_id",
        "through_book",
        "made_at",
    ]


def transaction_cell(transaction: Transaction) -> Cell:
    url = reverse("admin:ledger_transaction_change", args=[transaction.pk])
    return Cell(transaction.reference, url)


def account_cell(account: Account) -> Cell:
    return Cell(str(account), reverse("admin:ledger_account_change", args=[account.pk]))


def entries_table(transactions: Iterable[Transaction], title: Text = ENTRIES) -> Table:
    """The lines of some transactions, debit and credit side by side."""
    found = {transaction.pk: transaction for transaction in transactions}
    entries = (
        Entry.objects.filter(
            transaction_id__in=found,
            book__in={transaction.book for transaction in found.values()},
        )
        .select_related("account")
        .order_by("transaction_id", "id")[:1_000]
    )
    rows: list[list[Cell | str]] = [
        [
            transaction_cell(found[entry.transaction_id]),
            f"{found[entry.transaction_id].posted_at:%Y-%m-%d %H:%M}",
            account_cell(entry.account),
            debit(entry.amount),
            credit(entry.amount),
        ]
        for entry in entries
    ]
    return Table(
        title, [_("Booking"), _("Booked"), _("Account"), _("Debit"), _("Credit")], rows
    )
