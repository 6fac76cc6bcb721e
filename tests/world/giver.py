"""The bookkeeper's page for what is given once, beside the months.

Like the books it stands in, it imports nothing of the platform, and was written from the
rules.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.world.bookkeeper import Bookkeeper, Held


@dataclass
class Slip:
    """What a reader gives one creator once; `month` is that of the day on which the
    creator gets it, `place` tells which of a month came later."""

    reader: int
    creator: int
    amount: int
    fee: int
    state: str = "reserved"
    month: int = 0
    place: int = 0
    lot: Held = field(default_factory=Held)


@dataclass
class Giver(Bookkeeper):
    slips: dict[int, Slip] = field(default_factory=dict)

    def may_give(self, reader: int, amount: int, running: int) -> bool:
        """From the account: what this month and those not closed yet do not need, and with
        what is given in this month or still on its way at most a hundred."""
        free = self.unspent(reader) - self.budget(reader, running)
        month = sum(
            slip.amount
            for slip in self.slips.values()
            if slip.reader == reader
            and (
                slip.state in {"waiting", "reserved"}
                or (slip.state, slip.month) == ("given", running)
            )
        )
        return 100 <= amount <= min(free, 10_000 - month)

    def expects(self, number: int, reader: int, creator: int, amount: int) -> None:
        """Until it is paid: two weeks at most."""
        fee = self.fee(amount)
        self.slips[number] = Slip(reader, creator, amount, fee, state="waiting")

    def reserves(
        self, number: int, reader: int, creator: int, amount: int, running: int
    ) -> None:
        self.slips[number] = Slip(reader, creator, amount, self.fee(amount))
        reference = f"gift:{number}:reserve"
        self.when[reference] = running
        self.books(reference, "means", reader, -amount)
        self.books(reference, "transit", reader, amount)

    def gives_once(self, number: int, running: int) -> None:
        """The hour is over: it is the creator's, and our part ours."""
        slip = self.slips[number]
        slip.state, slip.month = "given", running
        slip.place = 1 + max(other.place for other in self.slips.values())
        slip.lot.left = slip.amount - slip.fee
        self.when[f"gift:{number}"] = running
        self.books(f"gift:{number}", "transit", slip.reader, -slip.amount)
        self.books(f"gift:{number}", "pending", slip.creator, slip.lot.left)
        self.books(f"gift:{number}", "fees", None, slip.fee)

    def undoes(self, number: int, running: int) -> None:
        slip = self.slips[number]
        slip.state = "undone"
        reference = f"gift:{number}:void"
        self.when[reference] = running
        self.books(reference, "transit", slip.reader, -slip.amount)
        self.books(reference, "means", slip.reader, slip.amount)

    def reserved(self, reader: int = 0) -> list[int]:
        return [
            number
            for number, slip in self.slips.items()
            if slip.state == "reserved" and reader in {0, slip.reader}
        ]

    def unspent(self, reader: int) -> int:
        """Less what months that are over and not closed will take."""
        left = self.has("means", reader)
        for period in sorted(self.waits[reader]):
            left -= min(left, self.budget(reader, period))
        return left
