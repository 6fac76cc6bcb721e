"""What an author reads who asks whether a page is theirs, in each case."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from buttons.models import Thing
from buttons.proofs.claim_page import ClaimPage
from buttons.things.addresses import host_of

CAROL, BOB = User(pk=1, username="carol"), User(pk=2, username="bob")
SONG = Thing(title="Song", owner=BOB, proved_at=timezone.now(), proof="by the operator")
POST = Thing(title="Post", host="bob.example")


@pytest.mark.parametrize(
    ("page", "notice", "waiting"),
    [
        (ClaimPage(POST, CAROL, True, False, 0), "This cannot be flattred", ""),
        (ClaimPage(POST, CAROL, False, True, 0), "Its author does not want", ""),
        (ClaimPage(SONG, BOB, False, False, 0), "It is yours", ""),
        (ClaimPage(SONG, CAROL, False, False, 0), "This page belongs to bob.", ""),
        (ClaimPage(SONG, None, False, False, 0), "This page belongs to bob.", ""),
        (ClaimPage(POST, CAROL, False, False, 0), "", "A few readers may have"),
        (ClaimPage(POST, None, False, False, 7), "", "7 readers have flattred it"),
    ],
)
def test_what_waits(page: ClaimPage, notice: str, waiting: str) -> None:
    said = re.sub(r"<[^>]+>", "", page.notice)

    assert said.startswith(notice)
    assert bool(said) is bool(notice)
    assert page.claimable is not bool(notice)
    if waiting:
        assert re.sub(r"<[^>]+>", "", page.waiting_sentence).startswith(waiting)


@pytest.mark.parametrize(
    ("url", "said", "code"),
    [
        ("https://github.com/carol/garden", "FUNDING.yml of the", 'custom: ["{}"]'),
        ("https://github.com/carol/garden/issues/1", "", ""),
        ("https://youtube.com/watch?v=1", "", ""),
        ("https://carol.example/post", "Or your profile in what you publish", "{}"),
    ],
)
def test_what_counts_beside_the_page(url: str, said: str, code: str) -> None:
    page = ClaimPage(Thing(url=url, host=host_of(url)), CAROL, False, False, 0)

    assert said in page.beside
    assert bool(said) is bool(page.beside)
    if said:
        assert "funding.json" in page.beside_where
        assert page.beside_code == code.format(f"{settings.SITE_URL}/@carol")
