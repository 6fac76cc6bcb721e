"""Every point of every flow of money crashed, run again twice, and nothing differs."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from payouts import close
from payouts.ledger import audit
from payouts.models import Close
from tests.clones import Clones
from tests.hostile.crashing import Scene, every_crash_is_mended
from tests.payouts.world import World

Budget = Callable[[int, int], int]


def test_a_close_crashed_anywhere_ends_in_the_same_ledger(
    own_database: str, all_clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S5: as the model has it, at every point."""
    world = World(seed=7, readers=12, creators=5)
    world.click_around()
    month = world.month_passes()
    world.books.closes(month)
    scene = Scene(
        all_clones,
        monkeypatch,
        own_database,
        act=lambda: close.close_month(month),
        seen=lambda: (audit.digest(month), Close.objects.get(period=month).digest),
    )

    every_crash_is_mended(scene)

    assert scene.calm()[1] == (world.books.digest(month),) * 2
