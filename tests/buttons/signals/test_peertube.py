"""How a video of Kit's says where they can be given something."""

from __future__ import annotations

import json
from typing import Any

import pytest

from buttons.reading.fetching import Page
from buttons.signals import peertube
from buttons.signals.kinds import Kind, Signal, Unreadable
from tests.buttons.signals.files import text_of

TUBE = "https://tube.example"
API = f"{TUBE}/api/v1/videos/9c9de5e8-0a1e-484a-b099-e80766180a6d"
PLATFORM = '<meta property="og:platform" content="PeerTube">'


def read(**changed: Any) -> list[Signal]:
    """What is found in the answer about a video of which something is otherwise."""
    video = json.loads(text_of("peertube.json"))
    return peertube.of_answer(json.dumps(video | changed), API)


@pytest.mark.parametrize(
    "path",
    [
        "/w/kkGMgK9ZtnKfYAgnEtQxbv",
        "/videos/watch/kkGMgK9ZtnKfYAgnEtQxbv/",
        "/videos/embed/kkGMgK9ZtnKfYAgnEtQxbv?start=20s",
    ],
)
def test_a_video_is_asked_about_where_it_is_shown(path: str) -> None:
    there = peertube.api_address(Page(TUBE + path, PLATFORM))

    assert there == f"{TUBE}/api/v1/videos/kkGMgK9ZtnKfYAgnEtQxbv"


@pytest.mark.parametrize(
    ("path", "html"),
    [
        ("/w/abc", ""),
        ("/w/abc", '<meta property="og:platform" content="PeerTuber">'),
        ("/w/abc", f"<template>{PLATFORM}</template>"),
        ("/w/abc", '<meta property="og:site_name" content="PeerTube">'),
        ("/w/p/abc", PLATFORM),
        ("/c/moths/videos", PLATFORM),
        ("/w/../../admin", PLATFORM),
        ("/w/abc%2F..%2Fconfig", PLATFORM),
        ("/", PLATFORM),
    ],
)
def test_nothing_else_is_asked_about(path: str, html: str) -> None:
    assert peertube.api_address(Page(TUBE + path, html)) == ""


def test_each_address_in_the_support_texts_is_found() -> None:
    """The text of the channel has none, so it leads to the channel."""
    kit = "Kit & Kaboodle"
    assert read() == [
        Signal(Kind.PEERTUBE, kit, "https://give.example/moths"),
        Signal(Kind.PEERTUBE, kit, "https://pay.example/kit"),
        Signal(Kind.PEERTUBE, kit, f"{TUBE}/video-channels/moths"),
    ]


def test_a_link_to_a_profile_here_names_somebody_here() -> None:
    here = "http://127.0.0.1:8000/@kit"
    [found, _channel] = read(support=f"Flattr us: <{here}>")

    assert (found.address, found.here) == (here, "kit")


@pytest.mark.parametrize(
    "changed",
    [
        {"support": None, "channel": None},
        {"support": "  ", "channel": {"displayName": "Kit", "support": ""}},
        {"support": ["https://m.example/"], "channel": "https://m.example/"},
        {"support": None, "channel": {}, "description": "https://m.example/"},
    ],
)
def test_without_a_support_text_nothing_is_found(changed: dict[str, Any]) -> None:
    assert read(**changed) == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", '"uuid"', '{"uuid": 5}', '{"error": "Video not found"}', "<html>"],
)
def test_another_answer_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        peertube.of_answer(text, API)
