"""Words of Stripe's are kept once, acted on in any order, and never in others' way."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.utils import timezone
from psycopg2 import extensions

from accounts.mail import composing
from accounts.models import Audit, Outbox
from payouts import chart
from payouts.events import applying
from payouts.gateway import asking, calls, claims
from payouts.gateway.facts import EventFact
from payouts.ledger import posting
from payouts.models import EventWork, StripeEvent
from tests.world.browsing import signed_in
from tests.world.cards import pay_unheard
from tests.world.people import person
from tests.world.stripes import Simulator


def word(number: int, payment: str) -> EventFact:
    return EventFact(
        stripe_id=f"evt_{number}",
        kind="payment_intent.succeeded",
        account="",
        livemode=False,
        object_kind="payment_intent",
        object_id=payment,
        payment_id=payment,
        happened_at=timezone.now(),
    )


def asked(stripe: Simulator) -> list[str]:
    """Which payments were looked at, in order."""
    beginning = "/v1/payment_intents/"
    return [
        request.path.removeprefix(beginning)
        for request in stripe.calls("GET", beginning)
    ]


def time_goes_on() -> None:
    EventWork.objects.filter(done_at=None).update(due_at=timezone.now())


@pytest.mark.django_db
def test_a_word_is_kept_once() -> None:
    assert applying.store(word(1, "pi_1"))
    assert not applying.store(word(1, "pi_1"))

    assert StripeEvent.objects.count() == EventWork.objects.count() == 1


def test_many_words_about_one_payment_are_one_question(
    own_database: str, stripe: Simulator
) -> None:
    _, first = pay_unheard(stripe, person("alice"))
    _, second = pay_unheard(stripe, person("dora"))
    for number in range(5):
        applying.store(word(number, first))
    applying.store(word(9, second))

    assert applying.act() == 2

    assert asked(stripe) == [first, second]
    assert not EventWork.objects.filter(done_at=None).exists()


def test_a_poisoned_word_is_in_nobodys_way(
    own_database: str, stripe: Simulator
) -> None:
    """H4: it is put off, ever longer, and staff see why."""
    alice = person("alice")
    _, paid = pay_unheard(stripe, alice)
    applying.store(word(1, "pi_that_nobody_knows"))
    applying.store(word(2, paid))
    before = timezone.now()

    assert applying.act() == 1

    assert posting.balance(chart.means(alice)) == 1_000
    bad = EventWork.objects.get(done_at=None)
    assert (bad.pk, bad.tries) == ("evt_1", 1)
    assert "No such payment intent" in bad.failure
    assert bad.due_at > before + timedelta(seconds=50)
    assert applying.act() == 0, "not due yet"
    time_goes_on()
    before = timezone.now()
    applying.act()
    bad.refresh_from_db()
    assert bad.tries == 2
    assert bad.due_at > before + timedelta(seconds=100)


def test_what_stripe_does_not_know_is_given_up_after_a_day(
    own_database: str, stripe: Simulator
) -> None:
    """H4: staff are told once, and can have it acted on again."""
    dora = person("dora", is_staff=True, is_superuser=True)
    alice = person("alice")
    applying.store(word(1, "pi_that_nobody_knows"))
    applying.store(word(2, "pi_that_nobody_knows"))

    with time_machine.travel(timezone.now() + timedelta(hours=23)):
        applying.act()
    assert EventWork.objects.filter(done_at=None).count() == 2
    assert not Outbox.objects.exists()

    time_goes_on()
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        applying.act()

        assert not EventWork.objects.filter(done_at=None).exists()
        mails = Outbox.objects.filter(template="event_given_up")
        assert sorted(
            one.facts.get("to", one.person and one.person.email) for one in mails
        ) == [
            "dora@people.example",
            "hello@localhost",
        ]
        text = composing.message_of(mails[0]).body
        assert "pi_that_nobody_knows changed (payment_intent.succeeded)" in text
        assert "The same goes for 1 other event about it." in text
        assert Audit.objects.get(action="event_given_up").subject == "event:evt_1"
        before = len(asked(stripe))
        assert applying.act() == 0
        assert len(asked(stripe)) == before, "Stripe is not asked any more"
    assert alice.pk not in mails.values_list("person", flat=True)
    page = signed_in(dora).get("/admin/payouts/stripeevent/").content.decode()
    assert "given up: Stripe refused: No such payment intent" in page


def test_another_refusal_is_not_given_up(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As while our key may not read something: staff mend the key."""

    def forbid(stripe_id: str) -> Any:
        raise asking.StripeRefused("This key may not.", "more_permissions_required")

    monkeypatch.setattr(calls, "payment", forbid)
    applying.store(word(1, "pi_1"))

    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert applying.act() == 0

    assert EventWork.objects.filter(done_at=None).exists()
    assert not Audit.objects.filter(action="event_given_up").exists()


def test_what_stripe_has_not_booked_yet_waits(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A charge that succeeded, and its balance transaction a little later."""
    alice = person("alice")
    _, paid = pay_unheard(stripe, alice)
    applying.store(word(1, paid))
    with monkeypatch.context() as early:
        booked = calls.payment(paid)
        early.setattr(calls, "payment", lambda _: replace(booked, movement=None))
        assert applying.act() == 0
    assert posting.balance(chart.means(alice)) == 0

    time_goes_on()

    assert applying.act() == 1
    assert posting.balance(chart.means(alice)) == 1_000


def test_a_silent_stripe_is_left_alone_until_the_next_minute(
    own_database: str, stripe: Simulator
) -> None:
    for number in range(8):
        applying.store(word(number, f"pi_{number}"))
    stripe.chaos("rate_limit", method="GET")

    assert applying.act() == 0

    assert len(set(asked(stripe))) == claims.SILENCES
    assert EventWork.objects.filter(tries=0).count() == 8 - claims.SILENCES


def test_two_workers_do_not_ask_the_same(own_database: str, stripe: Simulator) -> None:
    """T1, T2: rows are claimed, whoever comes first."""
    paid = [pay_unheard(stripe, person(f"reader-{number}"))[1] for number in range(12)]
    for number, payment in enumerate(paid):
        applying.store(word(number, payment))

    def work() -> None:
        applying.act()
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert sorted(asked(stripe)) == sorted(paid)
    assert not EventWork.objects.filter(done_at=None).exists()


def test_what_another_worker_holds_is_left_to_it(
    own_database: str, owner_connection: extensions.connection, stripe: Simulator
) -> None:
    """T1: nobody waits for it either."""
    paid = [pay_unheard(stripe, person(f"reader-{number}"))[1] for number in range(2)]
    for number, payment in enumerate(paid):
        applying.store(word(number, payment))
    owner_connection.autocommit = False
    with owner_connection.cursor() as other:
        other.execute("SELECT 1 FROM event_work WHERE event_id = 'evt_0' FOR UPDATE")

        assert applying.act() == 1

    assert asked(stripe) == paid[1:]
    owner_connection.rollback()


def test_a_worker_that_died_leaves_its_work_to_the_next(
    own_database: str, stripe: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(stripe_id: str) -> Any:
        raise Killed(stripe_id)

    _, paid = pay_unheard(stripe, person("alice"))
    applying.store(word(1, paid))
    with monkeypatch.context() as dying:
        dying.setattr(calls, "payment", die)
        with pytest.raises(Killed):
            applying.act()

    time_goes_on()

    assert applying.act() == 1


def test_a_payment_is_credited_by_the_word_of_it(
    own_database: str, stripe: Simulator, client: Client
) -> None:
    """P1, P2: whatever was said how often, it is credited once."""
    alice = person("alice")
    pay_unheard(stripe, alice, 1_000)

    assert set(stripe.deliver(client, repeat=3, seed=7)) == {204}
    applying.act()

    assert posting.balance(chart.means(alice)) == 1_000
