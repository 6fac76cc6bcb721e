from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from flattr.sharing.shared_pages import SharedPage, cut_at_word


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("A garden", "A garden"),
        ("A garden\n\nnorth\tof\u202e Uppsala", "A garden north of Uppsala"),
        ("word " * 40, "word " * 31 + "word…"),
        ("Here, " * 40, "Here, " * 25 + "Here…"),
        ("x" * 200, "x" * 159 + "…"),
        ("字" * 200, "字" * 159 + "…"),
    ],
)
def test_descriptions_are_one_line_and_end_with_a_word(text: str, cut: str) -> None:
    assert cut_at_word(text, 160) == cut
    assert len(cut) <= 160


def test_addresses_are_those_of_the_site(settings: Any) -> None:
    settings.SITE_URL = "https://flattr.example"
    page = SharedPage(
        "Anna", "A garden", "/profile/anna", card="/card/x.png", alt="Anna"
    )
    plain = SharedPage("Fees", "What it costs", "/fees")

    assert page.url == "https://flattr.example/profile/anna"
    assert page.image == "https://flattr.example/card/x.png"
    assert plain.image.startswith("https://flattr.example/card/site/")
    assert plain.image_alt == "Decide once what you give. Then click what you love."


@pytest.mark.parametrize(("language", "locale"), [("en-gb", "en_GB"), ("de", "de")])
def test_the_language_of_a_page(language: str, locale: str) -> None:
    with translation.override(language):
        assert SharedPage("Fees", "What it costs", "/fees").locale == locale
