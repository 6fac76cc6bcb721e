"""Lines of the ledger, as the digest reads them, beside what was computed for them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Sum
from django.utils.translation import gettext as _

from payouts.ledger.models import Entry


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


def compare(
    reference: str,
    currency: str,
    books: Iterable[int],
    computed: Mapping[tuple[str, int | None], int],
) -> list[LedgerLine]:
    """The entries of a transaction beside what was computed, by kind of account and
    owner; one that is on one side only is shown with nothing on the other."""
    booked = {
        (kind, owner): amount
        for kind, owner, amount in Entry.objects.filter(
            transaction__book__in=list(books), transaction__reference=reference
        )
        .values_list("account__kind", "account__owner_id")
        .annotate(total=Sum("amount"))
    }
    texts = {
        key: f"{reference}|{key[0]}|{key[1] or ''}|{currency}|{booked.get(key, 0)}"
        for key in booked.keys() | {key for key, amount in computed.items() if amount}
    }
    return [
        LedgerLine(text, booked.get(key, 0), computed.get(key, 0))
        for key, text in sorted(texts.items(), key=lambda item: item[1].encode())
    ]
