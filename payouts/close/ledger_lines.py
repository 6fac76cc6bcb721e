"""Lines of the ledger, as the digest reads them, beside what was computed for them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from payouts.ledger.models import Entry

# A kind of account and its owner; what is in each, in minor units.
Whose = tuple[str, int | None]
Amounts = Mapping[Whose, int]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One line of the ledger as the digest reads it, and what was computed for it."""

    text: str
    amount: int
    computed: int

    @property
    def agrees(self) -> bool:
        return self.amount == self.computed

    @property
    def verdict(self) -> str:
        return verdict(agrees=self.agrees)


def verdict(*, agrees: bool) -> str:
    return _("agrees") if agrees else _("differs")


def booked_in(books: Iterable[int], references: Iterable[str]) -> dict[str, Amounts]:
    """The entries of some transactions, by reference: one query."""
    entries = Entry.objects.filter(
        transaction__book__in=list(books), transaction__reference__in=list(references)
    )
    by = "transaction__reference", "account__kind", "account__owner_id"
    found: defaultdict[str, dict[Whose, int]] = defaultdict(dict)
    for reference, kind, owner, amount in entries.values_list(*by).annotate(
        total=Sum("amount")
    ):
        found[reference][kind, owner] = amount
    return dict(found)


def compare(
    reference: str, currency: str, booked: Amounts, computed: Amounts
) -> list[LedgerLine]:
    """The entries of a transaction beside what was computed; one that is on one side
    only is shown with nothing on the other."""
    texts = {
        key: f"{reference}|{key[0]}|{key[1] or ''}|{currency}|{booked.get(key, 0)}"
        for key in booked.keys() | {key for key, amount in computed.items() if amount}
    }
    return [
        LedgerLine(text, booked.get(key, 0), computed.get(key, 0))
        for key, text in sorted(texts.items(), key=lambda item: item[1].encode())
    ]
