"""A card is drawn once, one at a time, and what is kept does not grow."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from flattr.sharing import cards, kept_cards, site_card


@pytest.fixture(autouse=True)
def emptied() -> None:
    cache.clear()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were drawn."""
    names: list[str] = []

    def draw(card: cards.Card) -> bytes:
        names.append(card.names[0])
        return b"\x89PNG of " + card.names[0].encode()

    monkeypatch.setattr(cards.Card, "draw", draw)
    return names


def asked(rf: Any, digest: str, *, now: str = "", name: str = "Anna") -> Any:
    return kept_cards.answer(
        rf.get("/card"), digest, now or digest, lambda: cards.Card((name,)), "/card/now"
    )


def test_a_card_is_drawn_once(rf: Any, drawn: list[str]) -> None:
    first, second = asked(rf, "00aa"), asked(rf, "00aa")

    assert first.content == second.content == b"\x89PNG of Anna"
    assert drawn == ["Anna"]
    assert first["Content-Type"] == "image/png"
    assert first["Cache-Control"] == "public, max-age=86400"
    assert first["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_another_digest_draws_nothing(rf: Any, drawn: list[str]) -> None:
    answer = asked(rf, "00aa", now="00bb")

    assert (answer.status_code, answer["Location"]) == (302, "/card/now")
    assert drawn == []


def test_many_cards_take_only_so_many_places(
    rf: Any, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_cards, "PLACES", 10)
    for number in range(25):
        asked(rf, f"{number:016x}")
    kept = [place for place in range(50) if cache.get(f"card:{place}")]

    assert len(drawn) == 25
    assert len(kept) == 10


def test_two_cards_in_one_place_are_not_mixed_up(rf: Any, drawn: list[str]) -> None:
    one, other = f"{7:016x}", f"{7 + kept_cards.PLACES:016x}"
    for digest, name in ((one, "Anna"), (other, "Ben"), (one, "Anna")):
        assert asked(rf, digest, name=name).content.endswith(name.encode())
    assert drawn == ["Anna", "Ben", "Anna"]


def test_while_a_card_is_drawn_others_come_again(
    rf: Any, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_cards, "WAIT_SECONDS", 0)
    asked(rf, "00cc")
    cache.set(kept_cards.LOCK, "00bb")

    busy = asked(rf, "00aa")

    assert (busy.status_code, busy["Retry-After"]) == (503, "2")
    assert busy["Cache-Control"] == "no-store"
    assert asked(rf, "00cc").status_code == 200
    assert drawn == ["Anna"]


def test_whoever_waited_gets_what_was_drawn_meanwhile(
    rf: Any, drawn: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.set(kept_cards.LOCK, "00aa")

    def finish(_seconds: float) -> None:
        cache.set("card:170", ("00aa", b"\x89PNG drawn elsewhere"))

    monkeypatch.setattr(time, "sleep", finish)

    assert asked(rf, "00aa").content == b"\x89PNG drawn elsewhere"
    assert drawn == []


def test_a_drawing_that_fails_holds_up_nobody(
    rf: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_card: cards.Card) -> bytes:
        raise ValueError("no ink")

    monkeypatch.setattr(cards.Card, "draw", fail)
    with pytest.raises(ValueError, match="no ink"):
        asked(rf, "00aa")

    assert cache.get(kept_cards.LOCK) is None


def test_the_sites_own_card(client: Client) -> None:
    answer = client.get(site_card.address())
    other = client.get("/card/site/0123456789abcdef.png")

    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    assert (other.status_code, other["Location"]) == (302, site_card.address())
