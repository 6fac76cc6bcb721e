"""Patterns in the place of pictures: the same for the same text, light, and safe."""

from __future__ import annotations

import pytest
from django.test import Client

from flattr.web import patterns


@pytest.mark.parametrize(
    ("shape", "width", "height"), [("face", "96", "96"), ("work", "320", "200")]
)
def test_a_pattern_is_a_small_drawing_of_its_text(
    client: Client, shape: str, width: str, height: str
) -> None:
    address = patterns.address(shape, "anna")
    answer = client.get(address)

    drawing = answer.content.decode()
    assert f'width="{width}" height="{height}">' in drawing
    assert "style=" not in drawing
    assert answer["Content-Type"] == "image/svg+xml"
    assert "immutable" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")
    assert len(answer.content) < 4_500
    assert client.get(address).content == answer.content
    assert patterns.address(shape, "ann") != address


def test_people_look_different() -> None:
    people = [f"person-{number}" for number in range(300)]

    faces = {patterns.draw("face", patterns.address("face", name)) for name in people}

    assert len(faces) == len(people)


@pytest.mark.django_db
def test_an_address_of_no_pattern_is_not_found(client: Client) -> None:
    assert client.get("/pattern/face/xyz.svg").status_code == 404
    assert client.get("/pattern/other/0123456789abcdef.svg").status_code == 404
