"""Log lines do not tell what people read."""

from __future__ import annotations

import logging

import pytest
from django.test import Client

from accounts.models import User
from tests.world.people import thing_of


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/nothing/of/alices", "no route"),
        ("/profile/nobody-of-that-name", "profile/<str:name>"),
        ("/account/logout/", "account/logout/"),
    ],
)
def test_a_refused_request_is_logged_without_its_path(
    bob: User, caplog: pytest.LogCaptureFixture, path: str, route: str
) -> None:
    """T46: a path may hold a key or show what somebody reads, so the route stands in
    its place, in Django's own lines as well."""
    thing_of(bob, "song")
    [console] = [
        handler for handler in logging.getLogger().handlers if handler.name == "console"
    ]
    with caplog.at_level(logging.INFO):
        answer = Client(enforce_csrf_checks=True).post(path)

    written = [console.format(r) for r in caplog.records if console.filter(r)]
    refused = [line for line in written if "django." in line]
    assert answer.status_code in {403, 404, 405}
    assert refused
    assert not any(path in line for line in written)
    assert all(route in line for line in refused)
