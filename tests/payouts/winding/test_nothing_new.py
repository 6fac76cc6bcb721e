"""While the platform winds down nothing new begins, whichever door somebody knocks at (O5)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import BudgetAmount, Outbox, User
from accounts.people import budgets
from buttons.clicks import flattring, intents, subscribing
from buttons.models import Flattr, Promise, Thing
from flattr import months
from flattr.database import clock
from flattr.web.refusals import NOTHING_NEW, NothingNew
from payouts import chart
from payouts.gifts import offering
from payouts.models import Gift, Payer, Payment, Renewal, RunningMonth, WindingDown
from payouts.operations import due, rounds
from payouts.payments import budgeting, paying_in
from payouts.winding import beginning, telling
from tests.rest.asking import Caller, code_of
from tests.world.cards import HERE
from tests.world.people import (
    click,
    execute,
    open_budget,
    person,
    reader_with_budget,
    thing_of,
    travel,
)

CLOSE, GIVE_BACK = RunningMonth.CLOSE, RunningMonth.GIVE_BACK


@pytest.fixture
def dora(db: None) -> User:
    cache.clear()
    return person("dora", is_staff=True)


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


DOORS: dict[str, Callable[[User, Thing], object]] = {
    "a flattr": flattring.flattr_thing,
    "a promise": lambda alice, _: flattring.flattr_thing(
        alice, thing_of(None, "unknown", proved=False)
    ),
    "a subscription": subscribing.subscribe,
    "a higher budget": lambda alice, _: budgeting.choose(alice, 1_100),
    "a higher budget from the next month on": lambda alice, _: budgeting.choose(
        alice, 1_100, from_next=True
    ),
    "a payment": lambda alice, _: paying_in.begin(alice, 1_000, HERE),
    "a gift": lambda alice, song: offering.give(alice, song.owner, 500),
    "a card": lambda alice, _: paying_in.count(alice, HERE),
}


@pytest.mark.parametrize("door", DOORS)
def test_every_door_answers_with_a_sentence(
    door: str, alice: User, song: Thing, dora: User
) -> None:
    beginning.begin(dora, CLOSE)

    with pytest.raises(NothingNew, match="winding down"), transaction.atomic():
        DOORS[door](alice, song)

    assert not Flattr.objects.exists()
    assert not Promise.objects.exists()
    assert not Payment.objects.exists()


STATEMENTS = {
    "flattr": "INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)"
    " SELECT m.period, {alice}, {song}, {bob}, m.moment FROM flattr_moment() m",
    "promise": "INSERT INTO promise (period, reader_id, thing_id, promised_at)"
    " SELECT m.period, {alice}, {song}, m.moment FROM flattr_moment() m",
    "subscription": "INSERT INTO subscription (reader_id, thing_id, created_at, started_at)"
    " VALUES ({alice}, {song}, now(), now())",
    "budget": "UPDATE budget_amount SET amount = 1100 WHERE reader_id = {alice}",
    "budget later": "INSERT INTO budget_amount (reader_id, period, amount)"
    " SELECT {alice}, flattr_following(flattr_period(flattr_clock())), 1100",
    "payment": "INSERT INTO payment (reader_id, provider, key, amount, currency)"
    " VALUES ({alice}, 'stripe', 'checkout:1', 1000, 'EUR')",
}


@pytest.mark.parametrize("table", STATEMENTS)
def test_the_database_refuses_whatever_the_code_forgets(
    table: str, alice: User, song: Thing, bob: User, dora: User
) -> None:
    statement = STATEMENTS[table].format(alice=alice.pk, song=song.pk, bob=bob.pk)
    beginning.begin(dora, CLOSE)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        execute(statement)

    assert getattr(refused.value.__cause__, "pgcode", "") == NOTHING_NEW


def test_a_budget_may_be_lowered_and_stopped(alice: User, dora: User) -> None:
    beginning.begin(dora, CLOSE)

    budgeting.choose(alice, 500)
    budgeting.choose(alice, 0)

    assert budgets.amount_in(alice, clock.period()) == 0


def test_what_was_flattred_may_still_be_undone(
    alice: User, song: Thing, dora: User
) -> None:
    click(alice, song)
    beginning.begin(dora, CLOSE)

    assert flattring.undo_flattr(alice, song)


def test_renewals_subscriptions_and_promises_rest(
    alice: User, song: Thing, dora: User
) -> None:
    """They go on after it is stopped; a renewal that was due then is over."""
    subscribing.subscribe(alice, song)
    nina = person("nina")
    open_budget(nina, 1_000, paid=500)
    at = clock.now()
    Renewal.objects.create(reader=nina, period=clock.period(), made_at=at, due_at=at)
    beginning.begin(dora, CLOSE)

    assert (due.renew_budgets(), due.fire_subscriptions(), due.keep_promises()) == (
        "",
        "",
        "",
    )
    assert Renewal.objects.get().outcome == "over"
    assert not Payment.objects.exists()

    beginning.stop(dora)
    assert due.fire_subscriptions() == "flattred 1 things by subscription"


def test_nobody_is_asked_to_give_or_told_of_a_charge(own_database: str) -> None:
    dora = person("dora", is_staff=True)
    alice = reader_with_budget("alice", 1_000, paid=900)
    User.objects.filter(pk=alice.pk).update(mail_reader_digest=True)
    beginning.begin(dora, CLOSE)
    Payer.objects.create(
        reader=alice, kept_id="pm_1", kind="card", months=3, expires=202912
    )

    for day in (15, 28):
        travel(months.start(202612).replace(day=day, hour=4))
        rounds.make_due()

    told = {"digest_given", "digest_clicks", "renewal_ahead"}
    assert not Outbox.objects.filter(template__in=told).exists()


def test_a_gift_of_the_last_hour_is_undone(
    alice: User, song: Thing, dora: User
) -> None:
    offering.give(alice, song.owner, 500)
    beginning.begin(dora, CLOSE)

    assert due.hand_over_gifts() == "moved 1 gifts on"

    assert Gift.objects.get().ending == "platform_ends"
    assert budgeting.free(alice, clock.period()) == 10_000


def test_a_payment_that_was_on_its_way_arrives_and_raises_nothing(
    alice: User, dora: User
) -> None:
    payment = paying_in.begin(alice, 2_000, HERE, raises_to=1_500)
    beginning.begin(dora, CLOSE)

    paying_in.arrived(payment.key, {chart.SIMULATED: -2_000})

    assert budgets.amount_in(alice, clock.period()) == 1_000
    assert budgeting.free(alice, clock.period()) == 12_000


def test_pages_say_so_and_the_button_answers(
    own_database: str, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache.clear()
    alice, song = reader_with_budget("alice"), thing_of(person("bob"), "song")
    dora = person("dora", is_staff=True)
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)
    client.force_login(alice)
    link = f"/submit/auto?user_id=bob&url={song.url}"
    page = client.get(link).content.decode()
    beginning.begin(dora, CLOSE)

    assert 'name="intent"' not in client.get(link).content.decode()
    intent = page.split('name="intent" value="')[1].split('"')[0]
    answer = client.post("/flattr/confirm", {"intent": intent})

    assert answer.status_code == 403
    assert "This site is winding down" in answer.content.decode()
    called = Caller(alice).post("/flattr", {"url": song.url})
    assert code_of(called) == (403, "winding_down")
    assert "is winding down" in client.get("/").content.decode()
    assert "is paid for as always" in client.get("/month").content.decode()
    paid = client.post("/pay", {"months": "1", "method": "card"})
    assert (paid.status_code, Payment.objects.count()) == (403, 0)


# --- Beginning and stopping


def test_staff_alone_begin_it_once(alice: User, dora: User) -> None:
    with pytest.raises(beginning.NotBegun):
        beginning.begin(alice, CLOSE)
    first = beginning.begin(dora, CLOSE)

    assert beginning.begin(dora, CLOSE) == first
    with pytest.raises(beginning.NotBegun, match="other choice"):
        beginning.begin(dora, GIVE_BACK)
    with pytest.raises(beginning.NotBegun):
        beginning.stop(alice)


def test_it_can_be_stopped_until_money_goes_back(
    alice: User, song: Thing, dora: User
) -> None:
    beginning.begin(dora, CLOSE)
    beginning.stop(dora)
    click(alice, song)
    with pytest.raises(beginning.NotStopped):
        beginning.stop(dora)

    beginning.begin(dora, GIVE_BACK)

    with pytest.raises(beginning.NotStopped, match="goes back already"):
        beginning.stop(dora)
    with pytest.raises(IntegrityError), transaction.atomic():
        WindingDown.objects.filter(stopped_at=None).update(stopped_at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        WindingDown.objects.filter(stopped_at=None).update(gives_back_since=None)


def test_a_month_that_is_given_back_ends_every_budget(
    alice: User, song: Thing, dora: User
) -> None:
    click(alice, song)
    budgeting.choose(alice, 500)

    beginning.begin(dora, GIVE_BACK)

    assert list(BudgetAmount.objects.values_list("amount", flat=True)) == [0]


def test_everybody_is_told_once_and_again_when_it_is_stopped(
    alice: User, bob: User, dora: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches, whoever has money or pays in; Bob has neither."""
    monkeypatch.setattr(telling, "BATCH", 2)
    for name in ("nina", "oskar", "paul"):
        open_budget(person(name))
    beginning.begin(dora, CLOSE)

    assert [telling.tell() for _ in range(4)] == [2, 2, 0, 0]
    beginning.stop(dora)
    assert [telling.tell() for _ in range(4)] == [2, 2, 0, 0]

    told = Outbox.objects.order_by("person_id", "id").values_list("person", "template")
    assert [kind for who, kind in told if who == alice.pk] == [
        "winding_down",
        "winding_stopped",
    ]
    assert len(told) == 8
    assert bob.pk not in {who for who, _ in told}
