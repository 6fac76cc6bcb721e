"""The split: the only place where money is divided.

A pot of minor units is divided evenly over units (creators, or one creator's
things), ranked by id. Everybody gets `pot // n`; the odd cents go to the ranks
that the month's rotation names, so that nobody wins by choosing a low id.

>>> split(1000, [7, 3, 5], offset=0)
{3: 334, 5: 333, 7: 333}
>>> split(2, [1, 2, 3, 4], offset=0)
{1: 1, 2: 1, 3: 0, 4: 0}
>>> split(200, [], offset=0)
{}

`payouts/close/sql/split.sql` computes the same integers for all readers at once; a
property test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flattr import months

# In 2^32nds of a round: by how much the place moves from one month to the next is
# golden, (3 - sqrt 5) / 2, the step whose places lie as evenly as any can.
MULTIPLIER_OF_READER = 668265263
MULTIPLIER_OF_MONTH = 1640531527


def rotation(reader_id: int, period: int, n: int) -> int:
    """The offset, from 0 to n - 1, at which a reader's odd cents begin in a month.

    `period` is YYYYMM; `n` is the number of units and at least 1. Reproducible by
    anybody who knows the three numbers. The high bits choose: over a reader's months,
    and over a month's readers, every place is as good as any other, for every n.
    """
    assert n > 0, n
    mixed = (
        reader_id * MULTIPLIER_OF_READER + months.number(period) * MULTIPLIER_OF_MONTH
    )
    return mixed % 2**32 * n // 2**32


def split(pot: int, units: Iterable[int], *, offset: int) -> dict[int, int]:
    """Divide `pot` minor units evenly over `units`; the shares add up to the pot.

    The order of the argument does not matter and a unit named twice counts once.
    Without units the answer is empty and nothing is spent. A share may be 0 when
    there are more units than minor units.
    """
    assert pot >= 0, pot
    ranked = sorted(set(units))
    n = len(ranked)
    if not n:
        return {}
    each, odd = divmod(pot, n)
    shares = {
        unit: each + ((rank + offset) % n < odd) for rank, unit in enumerate(ranked)
    }
    assert sum(shares.values()) == pot, (pot, shares)
    return shares


def fee(spent: int, percent: int) -> int:
    """What the platform keeps of `spent` minor units: `percent`, half rounded up.

    >>> fee(1000, 10), fee(5, 10), fee(4, 10), fee(1000, 0)
    (100, 1, 0, 0)
    """
    assert spent >= 0, spent
    assert 0 <= percent <= 30, percent
    return (spent * percent + 50) // 100


def proportion(amount: int, held: Sequence[int], *, offset: int) -> list[int]:
    """What each gives of `amount` minor units, in proportion to what it has `held`.

    Nobody gives more than was held; the odd cents come one each from those whose part
    has a fraction, in the order that the rotation names.

    >>> proportion(100, [50, 50, 100], offset=0), proportion(1, [5, 5, 0], offset=2)
    ([25, 25, 50], [0, 1, 0])
    """
    whole, n = sum(held), len(held)
    assert 0 <= amount <= whole, (amount, whole)
    if not amount:
        return [0] * n
    given = [amount * part // whole for part in held]
    broken = [rank for rank, part in enumerate(held) if amount * part % whole]
    broken.sort(key=lambda rank: (rank + offset) % n)
    for rank in broken[: amount - sum(given)]:
        given[rank] += 1
    assert sum(given) == amount, (amount, given)
    return given
