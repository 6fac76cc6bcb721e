"""The months of a reader's year: a loaf each, and what was in the account at its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from buttons.clicks import loaf
from flattr.web.charts import percent

# Thinner slices of a loaf cannot be told apart, and are drawn as one.
MOST_SLICES = 30


@dataclass(frozen=True, slots=True)
class Slice:
    """A creator's part of one month's loaf, with its place in the picture."""

    colour: str
    name: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Given:
    """What one creator got in the year: of the budgets of how many months, and once."""

    creator: User
    months: int
    amount: int
    once: int = 0

    @property
    def total(self) -> int:
        return self.amount + self.once

    @property
    def colour(self) -> str:
        return loaf.colour(self.creator.pk)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the year. `state` is `shared`, or why there is no statement: `running`,
    `closing`, `aside` or `nothing`. Sums are minor units; `left` is what was in the
    account at its end."""

    period: int
    state: str
    paid_in: int
    given: int
    fee: int
    taken_back: int
    paid_back: int
    # What left the account for gifts, less what came back of it.
    once: int
    left: int
    creators: int
    slices: list[Slice]

    @property
    def spent(self) -> int:
        return self.given + self.fee


def slices(
    shares: Sequence[tuple[int, int]], most: int, people: Mapping[int, User]
) -> list[Slice]:
    """The loaf of one month, from what each creator got of it; as long as that is beside
    `most`, the largest sum of the year's months."""

    def part(amount: int) -> str:
        return percent(100 * amount / most)

    if len(shares) > MOST_SLICES:
        return [Slice("many", "", "0%", part(sum(amount for _, amount in shares)))]
    found, x = [], 0
    for creator, amount in shares:
        colour = loaf.colour(creator).replace("s", "f")
        name = people[creator].name_and_username
        found.append(Slice(colour, name, part(x), part(amount)))
        x += amount
    return found
