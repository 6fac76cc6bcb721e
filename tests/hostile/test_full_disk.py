"""The database's disk is full: people read that it cannot be done just now, nothing that
was acknowledged is lost, and when there is space again everything goes on."""

from __future__ import annotations

import itertools
import random
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import close_old_connections, connection, connections
from django.test import Client
from pytest_django import DjangoDbBlocker

from accounts.models import User
from buttons.clicks import intents
from buttons.models import Flattr, Thing
from flattr import env
from flattr.database import clock, roles
from payouts.close import closing
from payouts.ledger import checks
from payouts.ledger.models import Transaction
from tests.clones import Clones
from tests.database import services_key
from tests.hostile.mishaps import attempt
from tests.hostile.small_disk import SmallDisk
from tests.hostility import Budget
from tests.world.browsing import signed_in
from tests.world.crowd import World, agree
from tests.world.people import post_payment

pytestmark = pytest.mark.all


DATABASE = "flattr"


@pytest.fixture
def disk(
    pytestconfig: pytest.Config,
    all_clones: Clones,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[SmallDisk]:
    """A small one, on which everything is migrated; Django's connection is to it."""
    cluster = pytestconfig.stash[services_key].postgres
    if cluster is None or cluster.account is None:
        pytest.skip("Only root may mount a disk, for a PostgreSQL of our own.")
    folder = Path(tempfile.mkdtemp(prefix="flattr-disk-"))
    folder.chmod(0o755)
    small = SmallDisk(cluster, folder)
    copied = all_clones.clone()
    try:
        small.start()
        small.copy(cluster.url("owner", copied), DATABASE)
        with django_db_blocker.unblock():
            point_at(small, monkeypatch)
            yield small
            connections.close_all()
    finally:
        small.close()
        shutil.rmtree(folder)
        all_clones.drop(copied)


def point_at(small: SmallDisk, monkeypatch: pytest.MonkeyPatch) -> None:
    connections.close_all()
    for role, variable in (("owner", "DATABASE_OWNER_URL"), ("app", "DATABASE_URL")):
        monkeypatch.setenv(variable, small.url(role, DATABASE))
    monkeypatch.setattr(settings, "OWNER_DATABASE", env.database("DATABASE_OWNER_URL"))
    here = env.database("DATABASE_URL")
    for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT"):
        monkeypatch.setitem(connection.settings_dict, name, here[name])
    with roles.as_owner():
        roles.prepare_database()


@dataclass
class Story:
    """One of the readers of a world on a small disk, and what was acknowledged."""

    disk: SmallDisk
    world: World
    dice: random.Random
    acknowledged: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def alice(self) -> User:
        return User.objects.get(pk=self.world.reader_ids[0])

    def payments_meet_a_full_disk(self, *, log: bool) -> None:
        """What was posted stays; what was refused is posted by the next try, once.

        Where the write-ahead log finds no space the whole server goes down.
        """
        self.disk.fill(spare_bytes=self.dice.randrange(300_000))
        posted = []
        for number in self.numbers:
            reference = f"charge:full-{number}"
            if not attempt(lambda: self.pay(reference)):  # noqa: B023
                break
            posted.append(reference)
            if log and number % 5 == 0:
                self.disk.next_segment()
            assert len(posted) < 5_000, "the disk is never full"
        self.disk.make_space()
        self.disk.start_again()

        found = set(
            Transaction.objects.filter(
                reference__startswith="charge:full-"
            ).values_list("reference", flat=True)
        )
        assert found >= {*self.acknowledged, *posted}
        assert found <= {*self.acknowledged, *posted, reference}
        self.pay(reference)
        self.acknowledged += [*posted, reference]
        for one in [*posted, reference]:
            self.world.books.pays_in(self.alice.pk, 5, clock.period(), one)

    def pay(self, reference: str) -> None:
        post_payment(self.world.reader_ids[0], 5, reference)

    def a_click_meets_a_full_disk(self, browser: Client) -> None:
        """A page that keeps the form, or the flattr; sent again it is there once."""
        given = Flattr.objects.filter(reader=self.alice, period=clock.period())
        before = set(given.values_list("thing_id", flat=True))
        things = [one for one in self.world.things if one[0] not in before]
        thing, creator = self.dice.choice(things)
        asked = browser.get(
            "/submit/auto?" + urlencode({"url": Thing.objects.get(pk=thing).url})
        )
        found = re.search(r'name="intent" value="([^"]+)"', asked.content.decode())
        assert found, asked.content.decode()
        form = {"intent": found[1]}

        self.disk.fill()
        answer = sent(browser, form)
        health = Client().get("/healthz")
        self.disk.make_space()
        self.disk.start_again()

        if answer.status_code != 303:
            assert answer.status_code == 503
            assert form["intent"] in answer.content.decode()
            assert health.status_code in {200, 503}
            answer = sent(browser, form)
        assert answer.status_code == 303
        assert given.filter(thing_id=thing).count() == 1
        self.world.books.clicks_on(self.alice.pk, thing, creator, clock.period())

    def a_close_meets_a_full_disk(self, month: int) -> None:
        """It stops where it is, again and again, and then goes on from there."""
        self.disk.fill(spare_bytes=self.dice.choice([0, 30_000, 60_000]))
        done = [attempt(lambda: closing.close_month(month)) for _ in range(3)]
        self.disk.make_space()
        self.disk.start_again()

        assert not all(done), "the disk was never full"
        closing.close_month(month)


def sent(browser: Client, form: dict[str, str]) -> Any:
    close_old_connections()
    return browser.post("/flattr/confirm", form)


def test_a_full_disk(
    disk: SmallDisk, monkeypatch: pytest.MonkeyPatch, seed: int, budget: Budget
) -> None:
    """With no room left nothing acknowledged is lost, and work goes on afterwards (O1,
    S5, T50)."""
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)
    story = Story(disk, World(seed=seed, readers=30, creators=45), random.Random(seed))
    browser = signed_in(story.alice)
    browser.raise_request_exception = False

    for _ in range(budget(1, 20)):
        story.world.click_around()
        story.payments_meet_a_full_disk(log=True)
        assert "PANIC" in disk.log.read_text(errors="replace")
        story.payments_meet_a_full_disk(log=False)
        story.a_click_meets_a_full_disk(browser)
        month = story.world.month_passes()
        story.world.books.closes(month)
        story.a_close_meets_a_full_disk(month)
        assert checks.digest(month) == story.world.books.digest(month)
        assert not any(checks.check().values())

    agree(story.world.books)
