"""Acts in copies of a test's database, crashed and troubled."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.clones import Clones
from tests.hostile.crashing import (
    CrashEverywhere,
    Scene,
    SceneOf,
    every_crash_is_mended,
)
from tests.hostility import Budget


@pytest.fixture
def scene_of(
    own_database: str, all_clones: Clones, monkeypatch: pytest.MonkeyPatch
) -> SceneOf:
    """A scene that is ready as this test's own database is."""
    return partial(Scene, all_clones, monkeypatch, own_database)


@pytest.fixture
def crash_everywhere(scene_of: SceneOf, budget: Budget, seed: int) -> CrashEverywhere:
    """Crash an act at four of its points, other ones in every run, with `--all` at
    forty and with `--hostile` at every one; what a calm run leaves."""

    def crash(act: Callable[[], Any], **more: Any) -> Any:
        scene = scene_of(act=act, **more)
        return every_crash_is_mended(scene, budget(3, 1_000_000, 40), seed)

    return crash
