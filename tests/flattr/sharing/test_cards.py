"""A card is drawn whatever somebody is called, also where there are no fonts but ours."""

from __future__ import annotations

import functools
import time
from hashlib import sha256
from io import BytesIO
from typing import Any

import pytest
import resvg_py
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from flattr.sharing import lettering
from flattr.sharing.cards import Card, digest_of
from flattr.sharing.lines import fit
from flattr.web import patterns
from tests.hostility import Budget

NAMES = [
    "Anna Bergström",
    "Ânna Đặng Thị Ánh",
    "Άννα Παπαδοπούλου",
    "Анна Їжакевич",
    "مصطفى محمد عبد الرحمن",
    "אנה ברגשטרום",
    "आन्ना देवी",
    "อันนา เบิร์ก",
    "王小明",
    "安娜さん",
    "한국 사람",
    "😀 Anna 🎉👩🏽‍🎤",
    "Maximilian Alexander von Hohenzollern-Sigmaringen Wettersteiner",
    "x" * 60,
    "\u202egro.live \u2067Anna\u2069\u200b",
    "<script>&amp;\"'</text>]]>",
    "é" + "\u0301" * 30,
    "\U0010fffd\ue000\ufffe Anna",
]

MOST_BYTES = 250_000
# Ten times what a card takes on a machine with nothing else to do.
MOST_SECONDS = 3.0


def pattern(shape: str, text: str) -> bytes:
    return patterns.draw(shape, sha256(text.encode()).hexdigest()[:16]).encode()


FACE, WORK = pattern("face", "anna"), pattern("work", "spring")


@pytest.fixture(params=["fonts of the machine", "only ours"])
def machine(request: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "only ours":
        only_ours(monkeypatch)
    return str(request.param)


def only_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(svg: str) -> bytes:
        return bytes(
            resvg_py.svg_to_bytes(
                svg_string=svg, skip_system_fonts=True, font_files=lettering.FONTS
            )
        )

    monkeypatch.setattr(lettering, "draw", draw)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_is_drawn(machine: str, name: str) -> None:
    begun = time.process_time()
    png = Card((name, "anna"), "anna", "A garden", FACE, WORK).draw()
    took = time.process_time() - begun

    drawn = opened(png)
    assert drawn.size == (1200, 630)
    assert len(png) < MOST_BYTES
    assert took < MOST_SECONDS
    changed = ImageChops.difference(drawn, nameless(machine)).convert("L")
    inked = changed.point(lambda value: 255 * (value > 40)).getbbox()
    assert inked is not None
    left, top, right, bottom = inked
    assert left >= 66, "nothing stands outside of the margin"
    assert right <= 590, "and nothing in the picture"
    assert top > 230
    assert bottom < 415


@functools.cache
def nameless(_machine: str) -> Image.Image:
    """The same card without a name, drawn once with the fonts of that machine."""
    return opened(Card(("",), "anna", "A garden", FACE, WORK).draw())


@pytest.mark.parametrize(
    "name", ["王小明", "مصطفى", "आन्ना", "Anna 王", "อันนา", "אנה", "한국"]
)
def test_letters_that_no_font_has_leave_the_username(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    only_ours(monkeypatch)

    assert lettering.drawable(name) == ""
    assert Card((name, "wang"), "wang").draw() == Card(("wang",), "wang").draw()


def test_signs_that_no_font_has_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    only_ours(monkeypatch)

    assert lettering.drawable("😀 Anna 🎉") == "Anna"
    assert lettering.drawable("Anna Ærlig – “Œuvre” €5") == "Anna Ærlig – “Œuvre” €5"


def test_a_script_asks_for_its_own_font() -> None:
    assert "Noto Sans Arabic" in lettering.markup("Anna مصطفى")
    assert "Noto Sans CJK JP" in lettering.markup("安娜さん")
    assert "Noto Sans CJK KR" in lettering.markup("安娜 한국")
    assert "Noto Sans CJK SC" in lettering.markup("安娜")
    assert lettering.markup("<b> & 'Ж' Δ") == "&lt;b&gt; &amp; &#x27;Ж&#x27; Δ"


def test_what_is_read_from_the_right_begins_there() -> None:
    assert lettering.markup("אנה Anna").count("\u2067") == 1
    assert "\u2067" not in lettering.markup("Anna אנה")


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Anna", ["Anna"]),
        ("Anna Bergström", ["Anna", "Bergström"]),
        ("A garden north of Uppsala in spring", ["A garden north of", "Uppsala in spring"]),
        ("安" * 30, ["安" * 10, "安" * 9 + "…"]),
    ],
)  # fmt: skip
def test_lines_end_with_a_word(text: str, lines: list[str]) -> None:
    assert fit(text, lettering.SERIF, 490, (64, 54, 46), 2).lines == lines


def test_a_long_text_ends_with_dots_within_its_room() -> None:
    for text in ("x" * 100, "Donaudampfschifffahrt " * 5, "i" * 100):
        cut = fit(text, lettering.SERIF, 490, (64, 54, 46), 2)
        assert len(cut.lines) == 2
        assert cut.lines[-1].endswith("…")
        widths = lettering.widths_of(cut.lines, lettering.SERIF)
        assert max(widths) * cut.size <= 490


def test_no_text_breaks_the_drawing(budget: Budget) -> None:
    @settings(max_examples=budget(20, 300, 60), deadline=None)
    @given(st.text(max_size=40), st.text(max_size=40))
    def draws(name: str, about: str) -> None:
        png = Card((name, "anna"), "anna", about).draw()

        assert opened(png).size == (1200, 630)

    draws()


def test_a_photograph_is_shown_and_stays_small() -> None:
    noise = Image.effect_noise((640, 400), 120).convert("RGB")
    kept = BytesIO()
    noise.save(kept, "WEBP", quality=90)

    png = Card(("Anna",), "anna", "", kept.getvalue(), kept.getvalue()).draw()

    assert len(png) < MOST_BYTES
    shown = opened(png).crop((600, 80, 1100, 380)).convert("L")
    assert len(set(shown.tobytes())) > 50


def test_a_card_is_known_by_what_it_shows(settings: Any) -> None:
    first = digest_of("person", "Anna", "anna")
    assert first == digest_of("person", "Anna", "anna")
    assert first != digest_of("person", "Anna", "hanna")
    settings.OPERATOR_NAME = "Another"
    assert first != digest_of("person", "Anna", "anna")


def opened(png: bytes) -> Image.Image:
    picture = Image.open(BytesIO(png))
    assert picture.format == "PNG"
    return picture.convert("RGB")
