"""Every point of every flow of money crashed, run again twice, and nothing differs."""

from __future__ import annotations

from payouts.close import closing
from payouts.ledger import checks
from payouts.models import Close
from tests.hostile.crashing import CrashEverywhere
from tests.world.crowd import World


def test_a_close_crashed_anywhere_ends_in_the_same_ledger(
    crash_everywhere: CrashEverywhere,
) -> None:
    """S5: as the model has it."""
    world = World(seed=7, readers=12, creators=5)
    world.click_around()
    month = world.month_passes()
    world.books.closes(month)

    calm = crash_everywhere(
        lambda: closing.close_month(month),
        seen=lambda: (checks.digest(month), Close.objects.get(period=month).digest),
    )

    assert calm == (world.books.digest(month),) * 2
