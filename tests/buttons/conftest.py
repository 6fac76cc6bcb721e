"""Pages of a host of our own, and no broker."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from celery import current_app
from pytest_django import Settings

from flattr.database import waking
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Host


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    """One that may be asked, as the demo's blog."""
    with pages.host() as made:
        settings.PROOF_HOSTS = [made.name]
        yield made


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that the broker is asked for, in place of a broker."""
    names: list[str] = []
    monkeypatch.setattr(waking.BROKER, "_until", 0.0)
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    return names
