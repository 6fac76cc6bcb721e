"""Addresses that people had: money mail goes there for a week, and then they are gone."""

from __future__ import annotations

from django.utils import timezone

from accounts import audit
from accounts.models import FormerAddress
from payouts.operations import due
from tests.world.people import person


def test_a_former_address_is_deleted_after_a_week(db: None) -> None:
    alice = person("alice")
    for address in ("old@people.example", "older@people.example"):
        audit.address_changed(alice, address)
    long_ago = timezone.now() - audit.TAKEOVER_WAIT
    FormerAddress.objects.filter(email="older@people.example").update(left_at=long_ago)

    due.forget_old()

    left = FormerAddress.objects.values_list("email", flat=True)
    assert list(left) == ["old@people.example"]
