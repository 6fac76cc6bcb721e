"""Sessions are ended and commits refused in the middle of everything that moves money:
the next try completes it, and the ledger is the one of a day on which nothing happened.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from threading import Event, Thread
from typing import Any

import pytest
from django.core import mail as mailbox
from django.utils import timezone
from psycopg2 import extensions
from pytest_django import Settings

from accounts.mail import outbox
from accounts.models import Outbox, User
from buttons.clicks.flattring import FlattrOnce, flattr_thing
from buttons.models import Flattr, Thing
from payouts.close import closing
from payouts.ledger import checks
from payouts.models import Close
from payouts.operations import due
from tests.clones import Clones
from tests.hostile import test_crashed_charges as charges
from tests.hostile import test_crashed_debits as debits
from tests.hostile import test_crashed_payouts as paid
from tests.hostile import test_crashed_returns as returns
from tests.hostile.crashing import Scene, SceneOf, as_it_is
from tests.hostile.mishaps import (
    COLLISION,
    DEADLOCK,
    Mishaps,
    attempt,
    collide,
    end_sessions,
    ender,
    troubled,
)
from tests.hostility import Budget
from tests.world.cards import pay_unheard
from tests.world.crowd import World
from tests.world.debits import reader_with_debit
from tests.world.earning import give_revenue, onboard
from tests.world.kept_cards import next_month, reader_with_card, spend
from tests.world.people import execute, open_budget, person, thing_of
from tests.world.stripes import Simulator

SONG = {"title": "Song", "more": [], "period": 202611, "thing": 1}

Kinds = Callable[[random.Random], list[Mishaps]]
Hurt = Callable[[Scene], Any]


@pytest.fixture
def kinds(all_clones: Clones, budget: Budget) -> Kinds:
    """Every tenth commit is refused, or the session is ended before one statement in
    twenty. In everyday runs one of each; with `--hostile` more, and more often."""
    # From another database, so that nobody is in the way of copies.
    end = ender(all_clones._server)
    refusals = [lambda: collide(COLLISION), lambda: collide(DEADLOCK)]

    def make(dice: random.Random) -> list[Mishaps]:
        refused = [
            Mishaps(dice=dice, chance=chance, only="commit", what=dice.choice(refusals))
            for chance in (0.1, 0.3)
        ]
        ended = [Mishaps(dice=dice, chance=chance, what=end) for chance in (0.05, 0.02)]
        return refused[: budget(1, 2)] + ended[: budget(1, 2)]

    return make


@pytest.fixture
def hurt(kinds: Kinds, seed: int, budget: Budget) -> Hurt:
    """Let every kind of mishap happen to a scene, in four rounds; what a calm one
    leaves, and so did these."""

    def hurt_it(scene: Scene) -> Any:
        dice = random.Random(seed)
        points, expected = scene.calm()
        for _ in range(budget(1, 50)):
            for mishaps in kinds(dice):
                possible = [point for point in points if mishaps.only in {"", point}]
                mishaps.surely = 1 + dice.randrange(len(possible))
                assert troubled(scene, mishaps, rounds=4) == expected, mishaps.passed
                assert mishaps.happened
        return expected

    return hurt_it


def test_a_close_among_mishaps_ends_in_the_same_ledger(
    scene_of: SceneOf, hurt: Hurt, seed: int
) -> None:
    """Ended sessions and refused commits leave the digest as it is (S5, T2)."""
    world = World(seed=seed, readers=12, creators=5)
    world.click_around()
    month = world.month_passes()
    world.books.closes(month)
    scene = scene_of(
        act=lambda: closing.close_month(month),
        seen=lambda: (checks.digest(month), Close.objects.get(period=month).digest),
    )

    assert hurt(scene) == (world.books.digest(month),) * 2


def test_a_renewal_among_mishaps_is_charged_once(
    scene_of: SceneOf, stripe: Simulator, hurt: Hurt
) -> None:
    """The card is charged once whatever the database does (P2)."""
    nina = reader_with_card(stripe)
    spend(nina)
    next_month()
    scene = scene_of(
        act=charges.tick,
        restore=as_it_is(stripe),
        seen=lambda: charges.seen(stripe, nina),
    )

    assert hurt(scene)["taken by Stripe"] == [1_000, 1_000]


def test_a_payment_among_mishaps_is_credited_once(
    scene_of: SceneOf, stripe: Simulator, hurt: Hurt
) -> None:
    nina = person("nina")
    pay_unheard(stripe, nina, 3_000, months=3)
    scene = scene_of(
        act=charges.look,
        restore=as_it_is(stripe),
        seen=lambda: charges.seen(stripe, nina),
    )

    assert hurt(scene)["in the account"] == 3_000


def test_a_debit_that_comes_back_among_mishaps_is_taken_once(
    scene_of: SceneOf, stripe: Simulator, settings: Settings, hurt: Hurt
) -> None:
    """T8: its money is taken, and its reader written to and tried again, once."""
    settings.PAY_METHODS = ["card", "sepa_debit"]
    reader_with_debit(stripe, "alice")
    stripe.return_debit(debits.intent())
    returns.hear(stripe)
    scene = scene_of(act=returns.listen, restore=as_it_is(stripe), seen=debits.all_seen)

    calm = hurt(scene)
    assert calm["traced"] == [("means", 1_000)]
    assert calm["mails"].count("debit_failed") == 1
    assert (calm["renewals"], calm["waits"]) == ([(1, "")], [True])
    assert calm["in order"]


def test_a_payout_among_mishaps_is_one_transfer(
    scene_of: SceneOf, stripe: Simulator, hurt: Hurt
) -> None:
    """One transfer leaves whatever the database does (W1, W2)."""
    bob = person("bob")
    onboard(stripe, bob)
    give_revenue(bob, 5_000)
    stripe.top_up(8_000)
    paid.approved(bob)
    scene = scene_of(
        act=paid.minute,
        restore=as_it_is(stripe),
        seen=lambda: {**paid.seen(stripe, bob), "digest": paid.digest(bob)},
    )

    calm = hurt(scene)
    assert calm["transfers"] == [5_000]
    assert calm["in order"]


def test_clicks_among_mishaps_are_each_recorded_once(
    own_database: str, kinds: Kinds, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """C1: clicked until it is known, since an answer may be lost."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    songs = [thing_of(bob, f"song-{n}") for n in range(20)]

    for mishaps in kinds(random.Random(seed)):
        mishaps.only, mishaps.surely = "", 1 + seed % len(songs)
        execute("DELETE FROM flattr")
        execute("UPDATE thing SET flattrs = 0")
        with mishaps.watching(monkeypatch):
            for song in songs:
                while not attempt(lambda: click(alice, song)):  # noqa: B023
                    pass
        assert Flattr.objects.count() == len(songs)
        assert set(Thing.objects.values_list("flattrs", flat=True)) == {1}
        assert mishaps.happened


def click(reader: User, thing: Thing) -> None:
    try:
        flattr_thing(reader, thing)
    except FlattrOnce:
        assert Flattr.objects.filter(reader=reader, thing=thing).count() == 1


def test_mails_among_mishaps_are_all_sent(
    own_database: str, kinds: Kinds, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """T4: none is lost; one goes twice only where nobody could write down that it went."""
    nina = person("nina")
    for n, mishaps in enumerate(kinds(random.Random(seed))):
        keys = [f"note:{n}:{number}" for number in range(10)]
        for key in keys:
            outbox.write(key, "promise_lapsed", nina, **SONG, to=f"{key}@a.example")
        mailbox.outbox.clear()
        with mishaps.watching(monkeypatch):
            for _ in range(40):
                attempt(a_later_minute)
        attempt(a_later_minute)

        sent = [message.to[0].split("@")[0] for message in mailbox.outbox]
        assert set(sent) == set(keys)
        assert len(sent) <= len(keys) + mishaps.happened
        assert not Outbox.objects.filter(sent_at=None).exists()


def a_later_minute() -> None:
    """In which every mail is due that waits for another try."""
    Outbox.objects.filter(sent_at=None).update(due_at=timezone.now(), tries=0)
    outbox.send_due()


def test_sessions_ended_at_any_moment(
    own_database: str,
    owner_connection: extensions.connection,
    seed: int,
    budget: Budget,
) -> None:
    """S5, T2: within a statement and within a commit too, while months are closed, told
    of and matured."""
    world = World(seed=seed, readers=40, creators=12)
    for _ in range(budget(2, 40)):
        world.click_around()
        month = world.month_passes()
        world.books.closes(month)

        with sessions_end(owner_connection, own_database, random.Random(seed)):
            for _ in range(8):
                attempt(a_minute)
        a_minute()
        a_minute()

        assert checks.digest(month) == world.books.digest(month)
        assert not Outbox.objects.filter(sent_at=None).exists()
        assert not any(checks.check().values())


def a_minute() -> None:
    for step in (due.close_months, due.notify_of_closes, due.mature_lots):
        step()
    a_later_minute()


@contextlib.contextmanager
def sessions_end(
    server: extensions.connection, database: str, dice: random.Random
) -> Iterator[None]:
    """Everybody's, every few hundredths of a second."""
    over = Event()

    def end_again_and_again() -> None:
        while not over.wait(dice.uniform(0.002, 0.08)):
            end_sessions(server, database)

    ending = Thread(target=end_again_and_again)
    ending.start()
    try:
        yield
    finally:
        over.set()
        ending.join()
