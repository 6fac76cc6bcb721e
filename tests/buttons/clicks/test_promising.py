"""Alice flattred a page before its author came forward. What becomes of that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection

from accounts.mail import outbox
from accounts.models import Outbox, User
from buttons.clicks import promising
from buttons.clicks.flattring import flattr_thing, undo_flattr
from buttons.models import Flattr, Promise, Thing
from flattr import months
from flattr.database import clock
from tests.world.people import execute, open_budget, person, thing_of, travel


def proved(thing: Thing, owner: User) -> None:
    Thing.objects.filter(pk=thing.pk).update(
        owner=owner, proved_at=clock.now(), proof="by the operator"
    )
    thing.refresh_from_db()


def promised(reader: User, slug: str = "page") -> Thing:
    thing = thing_of(None, slug, proved=False)
    flattr_thing(reader, thing)
    return thing


def test_nothing_happens_before_the_author_comes_forward(alice: User) -> None:
    promised(alice)

    assert promising.keep_promises() == 0

    assert Promise.objects.count() == 1


def test_a_promise_becomes_a_flattr_of_the_running_month(
    alice: User, bob: User
) -> None:
    page = promised(alice)
    proved(page, bob)

    assert promising.keep_promises() == 1
    assert promising.keep_promises() == 0

    [flattr] = Flattr.objects.all()
    assert (flattr.reader, flattr.thing, flattr.creator) == (alice, page, bob)
    assert flattr.period == clock.period()
    assert not Promise.objects.exists()
    page.refresh_from_db()
    assert page.flattrs == 1


def test_the_reader_is_told_and_can_undo_it(alice: User, bob: User) -> None:
    page = promised(alice)
    proved(page, bob)
    promising.keep_promises()

    outbox.send_due()

    [message] = django_mail.outbox
    assert message.to == [alice.email]
    assert "bob has come forward" in message.subject
    assert "undo" in message.body
    assert undo_flattr(alice, page)
    assert promising.keep_promises() == 0


def mails() -> list[Any]:
    outbox.send_due()
    return list(django_mail.outbox)


def test_thirty_seven_pages_of_one_creator_are_one_mail_to_each_reader(
    alice: User, bob: User
) -> None:
    zoe = person("zoe")
    open_budget(zoe)
    pages = [promised(alice, f"page-{n}") for n in range(37)]
    flattr_thing(zoe, pages[3])
    for page in pages:
        proved(page, bob)

    assert promising.keep_promises() == 38

    told = {message.to[0]: message for message in mails()}
    assert len(django_mail.outbox) == 2
    assert "your 37 flattrs count" in told[alice.email].subject
    assert "You flattred 37 pages" in told[alice.email].body
    assert all(page.title in told[alice.email].body for page in pages)
    assert "your flattr counts" in told[zoe.email].subject
    assert undo_flattr(alice, pages[36])
    assert promising.keep_promises() == 0


def test_two_creators_and_two_looks_are_told_apart(
    alice: User, bob: User, carol: User
) -> None:
    pages = [promised(alice, f"page-{n}") for n in range(4)]
    for page, owner in zip(pages, (bob, bob, carol), strict=False):
        proved(page, owner)
    promising.keep_promises()
    mails()
    proved(pages[3], bob)
    promising.keep_promises()

    subjects = [message.subject for message in mails()]

    assert subjects == [
        "bob has come forward: your 2 flattrs count",
        "carol has come forward: your flattr counts",
        "bob has come forward: your flattr counts",
    ]


def test_what_is_told_of_others_is_forgotten_once_it_is_sent(
    alice: User, bob: User
) -> None:
    """A mail that was sent keeps no name of anybody else (T47)."""
    for page in [promised(alice, "diary"), promised(alice, "letters")]:
        proved(page, bob)
    promising.keep_promises()

    mails()

    kept = Outbox.objects.get().facts
    assert "diary" not in str(kept).lower()
    assert "letters" not in str(kept).lower()


def test_a_closed_budget_keeps_waiting(alice: User, bob: User) -> None:
    page = promised(alice)
    proved(page, bob)
    execute("UPDATE budget SET suspended_at = now()")
    assert promising.keep_promises() == 0

    execute("UPDATE budget SET suspended_at = NULL")

    assert promising.keep_promises() == 1


def test_a_flattr_that_is_there_already_is_the_one_they_become(
    alice: User, bob: User
) -> None:
    page = promised(alice)
    proved(page, bob)
    flattr_thing(alice, page)

    assert promising.keep_promises() == 0

    assert Flattr.objects.count() == 1
    assert not Promise.objects.exists()
    assert not Outbox.objects.exists()


def test_a_promise_to_oneself_lapses(alice: User) -> None:
    page = promised(alice)
    proved(page, alice)

    assert promising.keep_promises() == 0

    assert not Promise.objects.exists()
    assert not Flattr.objects.exists()


@pytest.mark.parametrize("what", ["thing", "owner"])
def test_what_is_suspended_keeps_nobodys_promise(
    alice: User, bob: User, what: str
) -> None:
    """Promises for a suspended thing wait and move nothing (T42)."""
    page = promised(alice)
    proved(page, bob)
    execute(
        "UPDATE thing SET suspended_at = now()"
        if what == "thing"
        else f"UPDATE person SET suspended_at = now() WHERE id = {bob.pk}"
    )

    assert promising.keep_promises() == 0

    assert Promise.objects.count() == 1


@pytest.mark.usefixtures("own_database")
def test_promises_of_several_months_become_one_flattr() -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    page = promised(alice)
    travel(months.end(clock.period()) + timedelta(hours=1))
    flattr_thing(alice, page)
    assert Promise.objects.count() == 2
    proved(page, bob)

    assert promising.keep_promises() == 1

    assert Flattr.objects.count() == 1
    assert not Promise.objects.exists()


@pytest.mark.usefixtures("own_database")
def test_old_promises_are_kept_for_25_creators_a_month_oldest_first() -> None:
    alice = person("alice")
    open_budget(alice)
    pages = [promised(alice, f"page-{n}") for n in range(28)]
    second = promised(alice, "second-page-of-the-first")
    travel(months.end(clock.period()) + timedelta(hours=1))
    for n, page in enumerate(pages):
        proved(page, person(f"author{n}"))
    assert pages[0].owner is not None
    proved(second, pages[0].owner)

    assert promising.keep_promises() == 26
    assert promising.keep_promises() == 0

    waiting = set(Promise.objects.values_list("thing_id", flat=True))
    assert waiting == {page.pk for page in pages[25:]}
    new = promised(alice, "new")
    proved(new, person("new-author"))
    assert promising.keep_promises() == 1, "those of this month are not limited"
    travel(months.end(clock.period()) + timedelta(hours=1))
    assert promising.keep_promises() == 3


@pytest.mark.usefixtures("own_database")
def test_workers_at_once_do_not_crowd_a_month() -> None:
    """Each counts what the others have kept."""
    alice = person("alice")
    open_budget(alice)
    pages = [promised(alice, f"page{n}") for n in range(40)]
    execute("UPDATE promise SET period = %s", months.preceding(clock.period()))
    for n, page in enumerate(pages):
        proved(page, person(f"author{n}"))
    start = Barrier(4)

    def work(_: int) -> int:
        start.wait(20)
        try:
            return promising.keep_promises()
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as workers:
        kept = sum(workers.map(work, range(4)))

    assert kept == Flattr.objects.count() == promising.OLD_CREATORS_A_MONTH


@pytest.mark.usefixtures("own_database")
def test_after_six_months_a_promise_lapses_with_a_word() -> None:
    alice = person("alice")
    open_budget(alice)
    page = promised(alice)
    travel(clock.now() + timedelta(days=175))
    assert promising.lapse_promises() == 0

    travel(clock.now() + timedelta(days=10))

    assert promising.lapse_promises() == 1
    assert promising.lapse_promises() == 0
    outbox.send_due()
    [message] = django_mail.outbox
    assert page.title in message.subject
    page.refresh_from_db()
    assert page.flattrs == 0


@pytest.mark.usefixtures("own_database")
def test_what_lapses_together_is_one_mail() -> None:
    alice, zoe = person("alice"), person("zoe")
    for reader in (alice, zoe):
        open_budget(reader)
    pages = [promised(alice, f"page-{n}") for n in range(5)]
    flattr_thing(zoe, pages[0])
    travel(clock.now() + timedelta(days=185))

    assert promising.lapse_promises() == 6

    told = {message.to[0]: message for message in mails()}
    assert len(django_mail.outbox) == 2
    assert "for 5 pages" in told[alice.email].subject
    assert all(page.title in told[alice.email].body for page in pages)
    assert "more" not in told[zoe.email].subject
