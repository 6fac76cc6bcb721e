"""The life of a payment, drawn at random, and what the books must say of it.

`Life` knows nothing of the platform: it was written from what a card payment is. What
went back is taken from what the reader paid, since nothing was spent meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

Line = tuple[str, str, int | None, int]  # reference, account kind, owner, amount


@dataclass
class Life:
    """What became of one payment of `reader`'s, as told deed by deed; minor units."""

    reader: int
    amount: int
    refunded: int = 0
    disputed: int = 0
    is_open: bool = False
    was_disputed: bool = False
    is_lost: bool = False
    refunds: dict[str, int] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)

    @property
    def left(self) -> int:
        return self.amount - self.refunded

    def possible(self) -> list[str]:
        """What may happen next."""
        if self.is_open:
            return ["win", "win and be given the fee", "lose"]
        found = []
        if self.left and not self.is_lost:
            found += ["refund a part", "refund all"]
        if self.left and not self.was_disputed:
            found += ["dispute a part", "dispute all"]
        if self.refunds:
            found += ["fail a refund"]
        return found

    # --- What happened

    def is_paid(self, intent: str, fee: int) -> None:
        self._book(f"charge:{intent}", self.amount, fee)

    def is_refunded(self, refund: str, amount: int) -> None:
        self.refunded += amount
        self.refunds[refund] = amount
        self._book(f"refund:{refund}", -amount, 0)

    def refund_fails(self, refund: str) -> None:
        amount = self.refunds.pop(refund)
        self.refunded -= amount
        self._book(f"refund:{refund}:failed", amount, 0)

    def is_disputed(self, dispute: str, amount: int, fee: int) -> None:
        self.disputed, self.is_open, self.was_disputed = amount, True, True
        self._book(f"dispute:{dispute}:withdrawn", -amount, fee)

    def is_decided(self, dispute: str, *, won: bool, fee: int) -> None:
        self.is_open, self.is_lost = False, not won
        if won:
            self._book(f"dispute:{dispute}:returned", self.disputed, -fee)
            self.disputed = 0

    def _book(self, reference: str, amount: int, fee: int) -> None:
        """The reader has it or has it not; Stripe holds it, less its fee."""
        self.lines.append((reference, "means", self.reader, amount))
        self.lines.append((reference, "stripe_clearing", None, fee - amount))
        if fee:
            self.lines.append((reference, "stripe_cost", None, -fee))


def digest(lives: Iterable[Life], currency: str = "EUR") -> str:
    """What the platform's digest of all books must be."""
    told = [
        f"{reference}|{kind}|{'' if owner is None else owner}|{currency}|{amount}"
        for life in lives
        for reference, kind, owner, amount in life.lines
    ]
    text = "".join(f"{line}\n" for line in sorted(told, key=str.encode))
    return hashlib.sha256(text.encode()).hexdigest()
