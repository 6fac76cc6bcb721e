"""The demo in a database of the tests', for the browser and for the test client."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from buttons.anywhere import pasting
from buttons.models import Pasted, Reading, Seen, Thing
from buttons.signals.kinds import Kind, Signal
from buttons.signals.listings import Entry
from flattr.database import clock
from payouts.models import Close, Gift, Payment, Payout
from tests import fixtures
from tests.clones import Clones
from tests.world.browsing import signed_in
from tests.world.pages import PAGES


@dataclass(frozen=True, slots=True)
class Visit:
    """One page of the list, and the browser of whoever opens it."""

    who: str
    client: Client
    path: str

    def get(self) -> Any:
        return self.client.get(self.path)

    def __str__(self) -> str:
        return f"{self.path} ({self.who or 'nobody'})"


@pytest.fixture(scope="session")
def demo_clone(
    all_clones: Clones, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> str:
    """The name of a database with the demo in it, made once to be copied."""
    name = all_clones.clone()
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        fixtures.point_at(name, patch)
        make()
        connections.close_all()
    return name


@pytest.fixture(scope="module")
def demo_database(
    all_clones: Clones, demo_clone: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database with the demo in it for all tests of a module; each of them asks for
    `db` as well, which rolls back what it does."""
    name = all_clones.clone(of=demo_clone)
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            fixtures.point_at(name, patch)
        yield
        with django_db_blocker.unblock():
            connections.close_all()
    all_clones.drop(name)


@pytest.fixture
def visitors(demo_database: None, db: None) -> dict[str, Client]:
    """A browser for nobody (""), mila, nora, anna and ada, who are signed in."""
    cache.clear()
    people = {one.username: one for one in User.objects.filter(username__in=PAGES)}
    return {who: signed_in(people[who]) if who else Client() for who in PAGES}


@pytest.fixture
def visits(visitors: dict[str, Client]) -> list[Visit]:
    """Every page of the list, to be opened by whose it is."""
    known = places()
    return [
        Visit(who, visitors[who], path.format(**known))
        for who, paths in PAGES.items()
        for path in paths
    ]


def make() -> None:
    """The demo, in which Mila lets others see what she flattred. Of two lists that she
    pasted one was read, as far as it could be, and the other was not yet."""
    call_command("seed_demo", stdout=io.StringIO())
    User.objects.filter(username="mila").update(shows_flattrs=True)
    person = Signal(Kind.PODCAST_PERSON, "Jun Park", role="host", share=40)
    read = {"title": "Low water", "signals": [asdict(person)]}
    now = clock.now()
    Reading.objects.update(due_at=None, read_at=now, outcome=Seen.PAGE, found=read)
    Reading.objects.filter(url__contains="poems").update(outcome=Seen.GONE, found={})
    mila = User.objects.get(username="mila")
    pasting.paste(mila, "Later", [Entry("https://later.example/", "")], 7)


def places() -> dict[str, str]:
    """What the paths of `tests.world.pages` name."""
    closed = Close.objects.latest("period").period
    return {
        "gift": str(Gift.objects.filter(reader__username="mila").earliest("id").pk),
        "thing": str(Thing.objects.filter(owner__username="anna").earliest("id").pk),
        "closed": f"{closed // 100}-{closed % 100:02d}",
        "year": str(closed // 100),
        "pasted": str(Pasted.objects.filter(person__username="mila").earliest("pk").pk),
        "waiting": str(Pasted.objects.get(title="Later").pk),
        "payout": str(Payout.objects.earliest("id").pk),
        "payment": str(
            Payment.objects.filter(reader__username="mila").earliest("id").pk
        ),
    }
