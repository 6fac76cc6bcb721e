"""What a creator's program is told, by the ways in which it comes about; never who gave."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.mail import happenings, letter, outbox
from accounts.models import Hook, HookEvent, Outbox, User
from accounts.models.webhook import Happening
from buttons.clicks.flattring import flattr_thing, undo_promises
from buttons.hook import delivering
from buttons.models import Proof
from buttons.proofs import settling
from flattr import months
from flattr.database import clock
from payouts.earnings import requesting, reviewing
from payouts.leaving import departing
from payouts.models import Payout
from payouts.operations import due, rounds
from tests.buttons.hook.receiving import Program, deliver, tell
from tests.questions import Questions
from tests.world import earning
from tests.world.people import person, reader_with_budget, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

# All that any event may say.
NAMES = {
    "period",
    "amount",
    "currency",
    "payout",
    "thing",
    "id",
    "url",
    "waiting",
    "host",
}


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob", mail_revenue=False)


@pytest.fixture
def hook(bob: User, program: Program) -> Hook:
    return tell(bob, program)


def told(kind: Happening) -> list[dict[str, Any]]:
    events = HookEvent.objects.filter(type=kind).order_by("id")
    return list(events.values_list("data", flat=True))


def night(day: int = 0) -> None:
    """Four in the morning, so many days from now."""
    at = clock.now() + timedelta(days=day)
    travel(at.replace(hour=4, minute=0))
    rounds.make_due()


def promise(thing: Any, *names: str) -> list[User]:
    readers = [reader_with_budget(name) for name in names]
    for reader in readers:
        flattr_thing(reader, thing)
    return readers


def test_a_month_that_brought_something(bob: User, hook: Hook) -> None:
    """Although Bob switched that mail off; Carol, who has no webhook, costs no row."""
    earning.flattr_by_readers(bob, readers=3)
    earning.flattr_by_readers(person("carol"), readers=2)
    over = earning.end_month()

    for _ in range(2):
        due.notify_of_closes()

    assert not Outbox.objects.filter(template="revenue", person=bob).exists()
    assert told(Happening.MONTH_REVENUE) == [
        {"period": months.show(over), "amount": 3_000, "currency": "EUR"}
    ]
    assert HookEvent.objects.count() == 1


def test_a_payout_that_was_sent(bob: User, hook: Hook) -> None:
    payout = a_payout(bob)
    assert told(Happening.PAYOUT_SENT) == []

    send(payout)

    assert told(Happening.PAYOUT_SENT) == [
        {"payout": payout.pk, "amount": payout.amount, "currency": "EUR"}
    ]


def a_payout(bob: User) -> Payout:
    earning.earn(bob, readers=2)
    return requesting.request_payout(bob)


def send(payout: Payout) -> None:
    """Two of staff approve it, and one pays it by hand."""
    for name in ("dora", "erik"):
        one = person(name, is_staff=True, is_superuser=True)
        reviewing.approve(payout, one, "known")
    reviewing.send(payout, one, "BANK-1")


def test_a_promise_that_waits_is_told_at_night_once_a_month(
    bob: User, hook: Hook
) -> None:
    """How many wait, and neither who nor when."""
    travel(months.start(months.following(clock.period())) + timedelta(days=4))
    poem = thing_of(bob, "poem", proved=False)
    thing_of(bob, "song", proved=False)
    promise(thing_of(None, "nobodys", proved=False), "eve")
    [alice, _hanna] = promise(poem, "alice", "hanna")
    assert HookEvent.objects.count() == 0

    night(1)
    promise(poem, "frank")
    night(2)

    about = {"thing": {"id": poem.pk, "url": poem.url}}
    assert told(Happening.PROMISE_WAITING) == [{**about, "waiting": 2}]
    travel(months.start(months.following(clock.period())) + timedelta(days=2))
    night(1)
    assert len(told(Happening.PROMISE_WAITING)) == 1
    undo_promises(alice, poem)
    promise(poem, "gina")
    night(1)
    assert told(Happening.PROMISE_WAITING)[1:] == [{**about, "waiting": 3}]


def test_a_page_that_is_proved_waits_for_nothing(bob: User, hook: Hook) -> None:
    poem = thing_of(bob, "poem", proved=False)
    promise(poem, "alice")
    poem.proved_at = clock.now()
    poem.save()

    night(1)

    assert told(Happening.PROMISE_WAITING) == []


def test_each_lost_proof_is_an_event_of_its_own(bob: User, hook: Hook) -> None:
    """Although one mail tells of them all."""
    things = [thing_of(bob, name) for name in ("song", "poem")]
    for proof in proofs(bob, things):
        with transaction.atomic():
            settling._notify_of_loss(proof)

    assert Outbox.objects.filter(template="proof_lost").count() == 1
    assert told(Happening.PROOF_LOST) == [
        *({"thing": {"id": thing.pk, "url": thing.url}} for thing in things),
        {"host": "bob.example"},
    ]


def proofs(bob: User, things: list[Any]) -> Iterator[Proof]:
    now = clock.now()
    facts: dict[str, Any] = {
        "person": bob,
        "found_at": now,
        "seen_at": now,
        "lost_at": now,
        "reason": "It is gone.",
    }
    for thing in things:
        yield Proof.objects.create(thing=thing, kind="button", host="", **facts)
    yield Proof.objects.create(thing=None, kind="dns", host="bob.example", **facts)


def test_no_event_says_who_gave(bob: User, hook: Hook, program: Program) -> None:
    """Each kind, as it comes about: neither name nor mail nor number of any reader, and
    no word that is not in the list."""
    readers = promise(thing_of(bob, "poem", proved=False), "quaggafan", "okapifan")
    night(1)
    payout = a_payout(bob)
    due.notify_of_closes()
    send(payout)
    for proof in proofs(bob, [thing_of(bob, "story")]):
        with transaction.atomic():
            settling._notify_of_loss(proof)
    while deliver():
        pass

    assert {event["type"] for event in program.events()} == set(Happening.values)
    readers += User.objects.filter(username__startswith="bob-reader")
    assert len(readers) == 4
    for headers, body in program.got:
        whole = f"{headers} {body.decode()}"
        for reader in readers:
            assert reader.username not in whole
            assert reader.email not in whole
            assert reader.public_id not in whole
    numbers = {reader.pk for reader in readers}
    own = {*bob.things.values_list("pk", flat=True), payout.pk}
    for event in program.events():
        for name, value in leaves(event["data"]):
            assert name in NAMES
            if name in {"id", "payout"}:
                assert value in own
            elif name not in {"amount", "waiting"}:
                assert value not in numbers


def leaves(data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        yield name, None if isinstance(value, dict) else value
        if isinstance(value, dict):
            yield from leaves(value)


def test_every_kind_of_event_is_of_a_kind_of_mail() -> None:
    """But for promises that wait, of which there is no mail."""
    assert set(happenings.kinds()) - set(letter.kinds()) == {"promise_waiting"}


def test_without_a_webhook_a_mail_asks_one_question_more(bob: User) -> None:
    facts = {"payout": 1, "amount": 1, "state": "sent", "account": "", "reason": ""}
    with Questions() as questions:
        happenings.store("payout", [("payout:1:1", bob, facts)])
    assert questions.count == 1
    with Questions() as questions:
        happenings.store("statement", [("statement:1", bob, {})])
    assert questions.count == 0


def test_whoever_is_erased_has_no_webhook(bob: User, hook: Hook) -> None:
    outbox.write("payout:1:1", "payout", bob, payout=1, amount=1, state="sent",
                 account="", reason="")  # fmt: skip
    assert delivering.couriers() == 1
    departing.close(bob, None)
    travel(clock.now() + timedelta(days=8))
    bob.refresh_from_db()

    assert departing.erase(bob)

    assert Hook.objects.count() == HookEvent.objects.count() == 0


def test_two_workers_post_each_event_once(
    bob: User, hook: Hook, program: Program
) -> None:
    """Four at once, at two addresses."""
    tell(carol := person("carol"), program)
    for number in range(8):
        for somebody in (bob, carol):
            facts = {"payout": number, "state": "sent", "amount": 1}
            happenings.store("payout", [(f"payout:{number}:1", somebody, facts)])

    def work(_: int) -> int:
        try:
            return delivering.deliver_due(seconds=20)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        accepted = sum(pool.map(work, range(4)))
    accepted += deliver()  # what waited while another worker was at its address

    assert accepted == 16
    assert len(program.ids) == len(set(program.ids)) == 16
