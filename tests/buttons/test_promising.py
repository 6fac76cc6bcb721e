"""Alice flattred a page before its author came forward. What becomes of that."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core import mail as django_mail
from django.db import connection

from accounts import mail
from accounts.models import Outbox, User
from buttons import promising
from buttons.flattring import flattr_thing, undo_flattr
from buttons.models import Flattr, Promise, Thing
from flattr import clock, months
from tests.people import execute, open_budget, person, thing_of, travel


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

    mail.send_due()

    [message] = django_mail.outbox
    assert message.to == [alice.email]
    assert "bob has come forward" in message.subject
    assert "undo" in message.body
    assert undo_flattr(alice, page)
    assert promising.keep_promises() == 0


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
    """T42"""
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
    mail.send_due()
    [message] = django_mail.outbox
    assert page.title in message.subject
    page.refresh_from_db()
    assert page.flattrs == 0
