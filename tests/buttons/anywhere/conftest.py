"""No broker, and forms that may be sent at once."""

from __future__ import annotations

import pytest

from buttons.clicks import intents


@pytest.fixture(autouse=True)
def _at_once(woken: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)
