"""What an author reads who asks whether a page is theirs, in each case."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from accounts.models import User
from buttons.models import Thing
from buttons.proofs.claim_page import ClaimPage

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
