"""The life of a payment, drawn at random, and what the books must say of it.

`Life` knows nothing of the platform: it was written from what a payment by card or by
debit is. What went back is taken from what the reader paid, since nothing was spent
meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.world.bookkeeper import Line, digest_of


@dataclass
class Life:
    """What became of one payment of `reader`'s, as told deed by deed; minor units."""

    reader: int
    amount: int
    # A debit is on its way for days. What is taken back of it later is gone for good.
    is_debit: bool = False
    is_under_way: bool = False
    has_failed: bool = False
    has_mandate: bool = True
    refunded: int = 0
    # What the bank wants, and what it has now.
    disputed: int = 0
    taken: int = 0
    is_asked: bool = False
    is_over: bool = False
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
        if self.is_under_way:
            return ["arrive", "arrive", "fail", *self._of_mandate()]
        if self.is_debit:
            return self._of_debit()
        if self.is_asked:
            return ["take the money", "let it rest"]
        found = self._of_dispute() if self.was_disputed else []
        if self.left and not (self.was_disputed or self.is_over):
            found += ["dispute a part", "dispute all", "ask"]
        if self.left and not (self.is_open or self.is_lost or self.taken):
            found += ["refund a part", "refund all"]
        if self.refunds and not self.is_open:
            found += ["fail a refund"]
        return found

    def _of_debit(self) -> list[str]:
        if self.has_failed:
            return []
        found = self._of_mandate()
        if self.left and not self.was_disputed:
            found += ["return by the bank", "return by the payer"]
            found += ["refund a part", "refund all"]
        return found

    def _of_mandate(self) -> list[str]:
        return ["revoke the mandate"] if self.has_mandate else []

    def _of_dispute(self) -> list[str]:
        found = ["take a fee"]
        found += ["take more"] if self.left > self.taken else []
        found += ["bring a part"] if self.taken else []
        if self.is_open or self.is_lost:
            found += ["win", "win and be given the fee"]
            found += ["win a part"] if self.taken > 1 else []
        may_lose = self.taken or self.disputed <= self.left
        if not self.is_lost and may_lose:
            found += ["lose"]
        return found if self.is_open else [*found, "appeal"]

    # --- What happened

    def begin(self) -> None:
        self.is_debit = self.is_under_way = True

    def revoke_mandate(self) -> None:
        self.has_mandate = False

    def fail(self) -> None:
        self.is_under_way, self.has_failed = False, True

    def pay(self, intent: str, fee: int) -> None:
        self.is_under_way = False
        self._book(f"charge:{intent}", self.amount, fee)

    def refund(self, refund: str, amount: int) -> None:
        self.refunded += amount
        self.refunds[refund] = amount
        self._book(f"refund:{refund}", -amount, 0)

    def fail_refund(self, refund: str) -> None:
        amount = self.refunds.pop(refund)
        self.refunded -= amount
        self._book(f"refund:{refund}:failed", amount, 0)

    def inquire(self) -> None:
        self.is_asked = True

    def let_rest(self) -> None:
        self.is_asked, self.is_over = False, True

    def dispute(self, dispute: str, amount: int, fee: int, moved: str) -> None:
        self.is_asked, self.is_open, self.was_disputed = False, True, True
        self.disputed = amount
        self.move(dispute, -amount, fee, moved)

    def decide(self, *, won: bool) -> None:
        self.is_open, self.is_lost = False, not won

    def appeal(self) -> None:
        self.is_open, self.is_lost = True, False

    def move(self, dispute: str, amount: int, fee: int, moved: str) -> None:
        """Stripe's balance changes for the dispute."""
        way = "withdrawn" if (amount or -fee) < 0 else "returned"
        reference = f"dispute:{dispute}:{way}"
        if any(known == reference for known, *_ in self.lines):
            reference += f":{moved}"
        self.taken -= amount
        self._book(reference, amount, fee)

    def _book(self, reference: str, amount: int, fee: int) -> None:
        """The reader has it or has it not; Stripe holds it, less its fee."""
        self.lines.append((reference, "means", self.reader, amount))
        self.lines.append((reference, "stripe_clearing", None, fee - amount))
        self.lines.append((reference, "stripe_cost", None, -fee))


def digest(lives: Iterable[Life], currency: str = "EUR") -> str:
    """What the platform's digest of all books must be."""
    return digest_of([one for life in lives for one in life.lines if one[-1]], currency)
