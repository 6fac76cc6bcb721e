"""Mails that come at night, all at once, and in the middle of a month."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils.html import strip_tags

from accounts.mail import composing, notices
from accounts.models import Notice, Outbox, User
from flattr import months
from flattr.database import clock
from payouts.models import MailRound, Payer
from payouts.operations import due, rounds
from tests.world import earning
from tests.world.people import click, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def alice(own_database: str) -> User:
    return person("alice")


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


def at(day: int, hour: int = 4) -> None:
    """Go to an hour of a day of the running month."""
    travel(months.start(clock.period()) + timedelta(days=day - 1, hours=hour))


def night(day: int) -> list[str]:
    at(day)
    return rounds.make_due()


def written(kind: str) -> list[dict[str, Any]]:
    mails = Outbox.objects.filter(template=kind).order_by("pk")
    return [
        {"to": mail.person and mail.person.username, **mail.facts} for mail in mails
    ]


def texts(somebody: User) -> list[str]:
    return [strip_tags(notice.words.text) for notice in notices.newest(somebody)]


def giver(alice: User, every: int, paid: int = 1_000) -> User:
    """Alice gives 10.00 a month, by a card that is charged for so many months."""
    open_budget(alice, 1_000, paid)
    Payer.objects.create(
        reader=alice,
        months=every,
        kept_id="pm_1",
        kind="card",
        kept_as="Visa",
        expires=203_001,
        last4="4242",
    )
    return alice


def test_the_first_flattr_is_told_in_the_next_night(alice: User, bob: User) -> None:
    """Once, without who it was and without a time."""
    at(10, 2)
    song = thing_of(bob, "song")
    assert rounds.make_due() == []
    [name] = night(10)
    assert name.startswith("night:")
    click(alice, song)
    at(10, 12)
    assert rounds.make_due() == []
    assert texts(bob) == []

    night(11)
    night(12)

    period = clock.period()
    assert written("first_flattr") == [{"to": "bob", "period": period}]
    body = str(composing.message_of(Outbox.objects.get(template="first_flattr")).body)
    assert "alice" not in body
    assert texts(bob) == ["Somebody flattred you for the first time."]
    assert not Notice.objects.exclude(person=bob).exists()


def test_who_was_flattred_before_is_told_nothing(alice: User, bob: User) -> None:
    """A first flattr in a month's last hours is told on the next day, and one in the
    next month is no first."""
    carol = person("carol")
    at(10)
    song, blog = thing_of(bob, "song"), thing_of(carol, "blog")
    click(alice, song)
    night(11)
    travel(months.end(clock.period()) - timedelta(hours=1))
    click(alice, blog)
    earning.end_month()
    click(alice, song)

    night(1)
    Notice.objects.filter(person=bob).delete()
    night(2)

    assert [mail["to"] for mail in written("first_flattr")] == ["bob", "carol"]
    assert "Somebody flattred you for the first time." not in texts(bob)


def test_who_wants_no_mail_of_it_has_the_notice(alice: User, bob: User) -> None:
    bob.mail_first = False
    bob.save()
    at(10, 1)
    click(alice, thing_of(bob, "song"))

    night(10)

    assert written("first_flattr") == []
    assert len(texts(bob)) == 1


def test_a_quarter_is_announced_before_it_is_charged(alice: User, bob: User) -> None:
    """A week before, once, with what will be charged and how to stop it."""
    at(2)
    giver(alice, 3)
    click(alice, thing_of(bob, "song"))
    end = months.end(clock.period())
    travel(end - timedelta(days=9))
    rounds.make_due()
    assert written("renewal_ahead") == []

    for days in (7, 6, 5):
        travel(end - timedelta(days=days, hours=-1))
        travel(clock.now().replace(hour=rounds.HOUR + 1))
        rounds.make_due()

    [mail] = written("renewal_ahead")
    assert mail == {
        "to": "alice", "period": months.period_of(end), "amount": 3_000,
        "budget": 1_000, "months": 3, "card": "Visa …4242",
    }  # fmt: skip
    sent = composing.message_of(Outbox.objects.get(template="renewal_ahead"))
    assert "€30.00 to Visa …4242, for the next three months" in str(sent.body)
    assert "/pay#renewals" in str(sent.body)
    assert "List-Unsubscribe" in sent.extra_headers


def test_a_quarter_by_debit_is_announced_for_the_day_of_the_debit(
    alice: User, bob: User
) -> None:
    """Two days into the month: the notice of the debit comes first."""
    at(2)
    giver(alice, 3)
    Payer.objects.filter(reader=alice).update(
        kind="sepa_debit", kept_as="SEPA debit DE", last4="3000", expires=None
    )
    click(alice, thing_of(bob, "song"))
    end = months.end(clock.period())
    travel(end - timedelta(days=7, hours=-1))
    travel(clock.now().replace(hour=rounds.HOUR + 1))

    rounds.make_due()

    sent = composing.message_of(Outbox.objects.get(template="renewal_ahead"))
    assert f"On {end + timedelta(days=2):%-d %B %Y} we charge €30.00" in sent.subject


@pytest.mark.parametrize(
    ("every", "paid", "flattrs", "mails"),
    [
        # By the month it is charged each month anyway.
        (1, 1_000, True, 0),
        # There is enough for the next month.
        (3, 2_000, True, 0),
        (12, 1_000, True, 1),
        # Nothing is spent, so nothing is charged.
        (12, 1_000, False, 0),
    ],
)
def test_only_what_will_be_charged_is_announced(
    alice: User, bob: User, every: int, paid: int, flattrs: bool, mails: int
) -> None:
    at(2)
    giver(alice, every, paid)
    if flattrs:
        click(alice, thing_of(bob, "song"))
    travel(months.end(clock.period()) - timedelta(days=5, hours=12))

    rounds.make_due()

    assert len(written("renewal_ahead")) == mails


def test_a_digest_comes_to_whoever_asked_for_it(alice: User, bob: User) -> None:
    """On the 15th; a creator reads clicks and no euros."""
    at(2)
    wants = {"mail_reader_digest": True, "mail_creator_digest": True}
    User.objects.filter(pk__in=[alice.pk, bob.pk]).update(**wants)
    carol, dan = person("carol"), person("dan")
    for reader in (alice, carol, bob):
        open_budget(reader, 1_000)
    for creator in (bob, dan):
        for title in ("song", "poem"):
            click(alice, thing_of(creator, f"{title}-{creator}"))
    night(14)
    assert not Outbox.objects.filter(template__startswith="digest").exists()

    for day in (15, 16):
        night(day)

    period = clock.period()
    assert written("digest_given") == [
        {"to": "alice", "period": period, "budget": 1_000, "clicks": 4,
         "creators": 2, "share": 500},
        {"to": "bob", "period": period, "budget": 1_000, "clicks": 0,
         "creators": 0, "share": 0},
    ]  # fmt: skip
    assert written("digest_clicks") == [
        {"to": "bob", "period": period, "clicks": 2, "things": 2}
    ]
    for mail in Outbox.objects.filter(template="digest_clicks"):
        assert "€" not in str(composing.message_of(mail).body)


def test_after_an_outage_no_digest_comes_late(alice: User) -> None:
    User.objects.update(mail_reader_digest=True)
    open_budget(alice)

    night(22)

    assert written("digest_given") == []


def test_a_round_that_fails_is_made_again(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T4: its mails and that it was made are one transaction."""

    def fail(_now: datetime) -> None:
        raise ConnectionError

    at(10, 1)
    click(alice, thing_of(bob, "song"))
    at(10)
    with monkeypatch.context() as broken:
        broken.setattr(rounds, "_renewals_ahead", fail)
        broken.setattr(rounds, "AHEAD", timedelta(days=40))
        with pytest.raises(ConnectionError):
            rounds.make_due()
    assert not MailRound.objects.exists()
    assert written("first_flattr") == []

    assert len(rounds.make_due()) == 1

    assert len(written("first_flattr")) == 1


def test_the_first_money_is_told_when_the_month_is_closed(bob: User) -> None:
    """By the mail about the month, and a notice; in the next month it is no first."""
    for _ in range(2):
        earning.flattr_by_readers(bob, readers=1)
        earning.end_month()
        due.notify_of_closes()

    first, second = Outbox.objects.filter(template="revenue").order_by("pk")
    assert composing.message_of(first).subject.startswith(
        "Your first money from readers: "
    )
    assert "arrived for" in composing.message_of(second).subject
    [only] = [text for text in texts(bob) if "first money" in text]
    assert "Your first money from readers: €10.00 for" in only
