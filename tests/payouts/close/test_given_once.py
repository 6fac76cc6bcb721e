"""Gifts on statements: lines of their own, also for who flattred nothing."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.mail.composing import message_of
from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import month
from payouts.close import checking, closing, mailing, statements
from payouts.close.given_once import given_once
from payouts.gifts import offering
from payouts.models import Gift, Split
from tests.questions import Questions
from tests.world.gifts import give
from tests.world.people import (
    click,
    person,
    reader_with_budget,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.fixture
def bob(own_database: str) -> User:
    return person("bob")


@pytest.fixture
def alice(own_database: str, client: Client) -> User:
    reader = reader_with_budget("alice", amount=1_000, paid=3_000)
    client.force_login(reader)
    return reader


@pytest.fixture
def zoe(own_database: str, client: Client) -> User:
    """Who has no budget, and money in her account."""
    reader = reader_with_budget("zoe", amount=0, paid=2_000)
    client.force_login(reader)
    return reader


def close() -> int:
    over = clock.period()
    travel(months.end(over))
    closing.close_month(over)
    return over


def read(browser: Client, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, answer
    return " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())


def test_a_gift_stands_beside_the_shares(
    alice: User, bob: User, fee_percent: int, client: Client
) -> None:
    song = thing_of(bob, "song")
    click(alice, song)
    give(alice, bob, 500, song)
    give(alice, bob, 200)
    shown = months.show(close())

    page = read(client, f"/statements/{shown}")

    assert "Beside it you gave €7.00 in 2 gifts." in page
    assert f"Given once €{(700 - 700 * fee_percent // 100) / 100:.2f}" in page
    assert "Total €17.00" in page
    check = read(client, f"/statements/{shown}/check")
    assert "What you gave once" in check
    assert "differs" not in check
    assert f"gift:{Gift.objects.earliest('pk').pk}|pending|{bob.pk}|EUR|" in check
    table = client.get(f"/statements/flattr-statement-{shown.replace('-', '')}.csv")
    rows = [line.split(";") for line in table.content.decode().splitlines()[1:]]
    assert '"Given once: Song"' in {row[5] for row in rows}
    assert '"Given once"' in {row[5] for row in rows}
    assert sum(int(row[6].replace(",", "")) for row in rows) == 1_700


def test_zoe_flattred_nothing_and_has_a_statement(
    zoe: User, bob: User, fee_percent: int, client: Client
) -> None:
    give(zoe, bob, 500)
    period = clock.period()
    shown = months.show(period)
    assert "This month is running." in read(client, f"/statements/{shown}")
    close()

    page = read(client, f"/statements/{shown}")

    assert f"{month(period)}: €5.00, given once" in page
    assert "Total €5.00" in page
    assert not Split.objects.exists()
    assert f"{month(period)} 0 €5.00" in read(client, "/statements")
    check = read(client, f"/statements/{shown}/check")
    assert "Everything agrees" in check
    table = client.get(f"/statements/flattr-statement-{shown.replace('-', '')}.csv")
    rows = [line.split(";") for line in table.content.decode().splitlines()[1:]]
    assert sum(int(row[6].replace(",", "")) for row in rows) == 500


def test_what_came_to_nothing_stands_nowhere(
    alice: User, bob: User, client: Client
) -> None:
    offering.give(alice, bob, 500)

    assert not given_once(alice, clock.period()).lines


def test_a_gift_that_was_changed_differs(alice: User, bob: User) -> None:
    """The check computes from the gift, and compares with the ledger."""
    click(alice, thing_of(bob, "song"))
    gift = give(alice, bob, 500)
    period = close()
    found = statements.statement(alice, period)
    assert found
    assert checking.check(alice, found).agrees

    [line] = found.once.lines
    line.gift.amount += 1

    assert not checking.check(alice, found).agrees
    assert gift.amount == 500


def test_the_list_asks_as_much_for_many_months(
    zoe: User, bob: User, client: Client
) -> None:
    give(zoe, bob, 100)
    close()
    with Questions() as few:
        client.get("/statements")
    for _ in range(3):
        give(zoe, bob, 100)
        close()

    with Questions() as many:
        page = read(client, "/statements")

    assert many.count == few.count
    assert "4 months together €4.00" in re.sub(r" +", " ", page)


def test_the_check_asks_as_much_for_many_gifts(
    zoe: User, bob: User, client: Client
) -> None:
    give(zoe, bob, 100)
    one = months.show(close())
    for _ in range(3):
        give(zoe, bob, 100)
    three = months.show(close())
    with Questions() as few:
        client.get(f"/statements/{one}/check")

    with Questions() as many:
        page = read(client, f"/statements/{three}/check")

    assert many.count == few.count
    assert page.count("|pending|") == 3


def test_the_mail_says_what_was_given_once(alice: User, bob: User) -> None:
    zoe = reader_with_budget("zoe", amount=0, paid=2_000)
    click(alice, thing_of(bob, "song"))
    give(alice, bob, 300)
    give(zoe, bob, 200)
    period = close()
    assert period in mailing.untold()

    mailing.write_mails(period)
    mailing.write_mails(period)

    told = {one.person: one for one in Outbox.objects.filter(template="statement")}
    assert set(told) == {alice, zoe}
    assert "Beside it you gave €3.00 once." in message_of(told[alice]).body
    letter = message_of(told[zoe])
    assert letter.subject == f"{month(period)}: €2.00, given once"
    assert "and nothing of your budget was spent" in letter.body
    revenue = message_of(Outbox.objects.get(template="revenue"))
    assert "€10.00 arrived for you" in revenue.body, "of gifts there was a mail before"


def test_a_month_of_gifts_alone_has_mails_too(zoe: User, bob: User) -> None:
    give(zoe, bob, 200)
    period = close()
    assert mailing.untold() == [period]

    mailing.write_mails(period)

    assert Outbox.objects.filter(template="statement", person=zoe).exists()
    assert mailing.untold() == []


def test_who_is_set_aside_waits_for_the_whole_statement(
    alice: User, bob: User, client: Client
) -> None:
    click(alice, thing_of(bob, "song"))
    give(alice, bob, 500)
    User.objects.filter(pk=alice.pk).update(suspended_at=clock.now())
    shown = months.show(close())

    page = read(client, f"/statements/{shown}")

    assert "Yours was set aside" in page
    assert "given once" not in page
    assert "€5.00" not in read(client, "/statements")
