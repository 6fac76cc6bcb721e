from __future__ import annotations

from typing import Any

import pytest

from accounts.mail import staff
from accounts.models import Outbox, User
from flattr.database import clock
from tests.world.people import person


@pytest.fixture
def dora(db: None) -> User:
    return person("dora", is_staff=True)


@pytest.fixture
def ada(db: None) -> User:
    return person("ada", is_staff=True, is_superuser=True)


def test_whoever_may_act_as_staff_is_written_to(dora: User, ada: User) -> None:
    """Admins first; somebody who is leaving may act until they are erased."""
    person("bob")
    person("erik", is_staff=True, is_active=False)
    User.objects.filter(pk=dora.pk).update(closing_at=clock.now())

    assert staff.members() == [ada, dora]


def test_nobody_is_asked_to_decide_about_their_own_money(dora: User, ada: User) -> None:
    told = staff.notify_members("leftover:1", "leftover", but=dora, leaver=dora.pk)

    assert told == [ada]
    assert Outbox.objects.get().person == ada


def test_the_operator_has_one_copy_unless_they_are_staff(
    dora: User, ada: User, settings: Any
) -> None:
    settings.OPERATOR_EMAIL = "office@flattr.example"
    staff.notify("stopped:1", "stopped", reason="why")
    assert Outbox.objects.count() == 3

    settings.OPERATOR_EMAIL = ada.email.upper()
    staff.notify("stopped:2", "stopped", reason="why")
    assert Outbox.objects.count() == 5
