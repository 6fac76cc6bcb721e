"""How long revenue is held is said from the rule itself, on every page that says it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from payouts.close import maturing
from payouts.earnings.pages import hold_words
from payouts.models import Hold


def test_all_three_lengths_are_the_rules_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hold_words.shortly().startswith("for 7, 30 or 56 days after the close")

    for hold, days in zip(Hold, (11, 22, 33), strict=True):
        monkeypatch.setitem(maturing.HELD, hold, timedelta(days=days))

    assert hold_words.shortly().startswith("for 11, 22 or 33 days after the close")
    assert "11 days for trusted readers" in hold_words.in_full()
    assert "22 days for new readers" in hold_words.in_full()
    assert "33 days for readers who paid by bank debit" in hold_words.in_full()
