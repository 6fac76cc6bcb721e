"""How lists are read: by workers that may die, several at once, no host too often."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from celery import current_app
from django.db import IntegrityError, connection
from kombu.exceptions import OperationalError

from accounts.models import Notice, Outbox, User
from accounts.signing_in.attempts import Limit
from buttons import tasks
from buttons.anywhere import gathering, pasting, reading_due, reading_queue
from buttons.anywhere.found_there import Found
from buttons.models import Pasted, PastedAddress, Reading, Seen
from buttons.signals.listings import Entry
from flattr.database import clock
from payouts import tasks as minute
from payouts.operations import due
from tests.buttons.anywhere.lists import read_all
from tests.buttons.proofs.pages import Answer, Host
from tests.rest.test_at_once import at_once
from tests.world.people import person

MOMENT = datetime(2026, 12, 1, tzinfo=UTC)
READ = (
    "import django; django.setup();"
    "from buttons.anywhere import reading_due; print(reading_due.read_due())"
)


def listed(somebody: User, *urls: str) -> Pasted:
    return pasting.paste(somebody, "A list", [Entry(url, "") for url in urls])


def wait_no_longer() -> None:
    """Let pass what claims and hosts are waited for."""
    soon = clock.now() - timedelta(seconds=1)
    Reading.objects.filter(due_at__isnull=False).update(due_at=soon)


def asked_before(pasted: Pasted, ago: timedelta) -> None:
    Pasted.objects.filter(pk=pasted.pk).update(asked_at=clock.now() - ago)


def test_a_worker_that_is_killed_is_replaced(
    own_database: str, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it had read stays, and what it was at is read by the next."""
    monkeypatch.setenv("FLATTR_PROOF_HOSTS", host.name)
    host.pages["/slow"] = Answer(b"<title>Slow</title>", pauses=0.2)
    first = host.shows("/first", "<title>First</title>")
    listed(person("alice"), first, host.url("/slow"))
    worker = subprocess.Popen([sys.executable, "-c", READ], env={**os.environ})
    end = time.monotonic() + 60
    while not any(path == "/slow" for path, _ in host.asked):
        assert time.monotonic() < end, host.asked
        time.sleep(0.02)
    worker.kill()
    worker.wait()
    assert [reading.url for reading in Reading.objects.filter(due_at=None)] == [first]
    assert read_all() == 0, "it is left alone for a while"
    host.shows("/slow", "<title>Slow</title>")
    wait_no_longer()

    assert read_all() == 1

    assert not Reading.objects.filter(due_at__isnull=False).exists()
    assert [path for path, _ in host.asked].count("/first") == 1


def test_what_kills_its_worker_twice_is_answered(alice: User, host: Host) -> None:
    listed(alice, host.shows("/bomb", "<p>"))
    for _ in range(reading_due.MOST_TRIES):
        assert reading_queue.claim() is not None
        wait_no_longer()

    assert read_all() == 1

    assert Reading.objects.get().outcome == Seen.TOO_SLOW
    assert host.asked == []


def test_what_fails_keeps_no_other_waiting(
    alice: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(alice, host.url("/bad"), host.url("/good"))

    def fail(address: str) -> Found:
        if address.endswith("/bad"):
            raise RuntimeError
        return Found(Seen.PAGE, address)

    monkeypatch.setattr(gathering, "gather", fail)
    read_all()

    assert [row.url for row in Reading.objects.filter(due_at=None)] == [
        host.url("/good")
    ]


def test_two_workers_at_once_read_each_address_once(
    own_database: str, host: Host
) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(12)]
    listed(person("alice"), *urls)

    def work(_number: int) -> int:
        done = reading_due.read_due()
        connection.close()
        return done

    assert sum(at_once(work)) == 12
    pages = [path for path, _ in host.asked if path[1:].isdigit()]
    assert sorted(pages) == sorted(f"/{number}" for number in range(12))
    assert Pasted.objects.get().told_at is not None


def test_two_people_who_paste_the_same_at_once(own_database: str) -> None:
    urls = [f"https://blog.example/{number}" for number in range(30)]
    people = [person(name) for name in ("alice", "bob", "carol", "dora")]

    def act(number: int) -> None:
        listed(people[number], *(urls if number % 2 else reversed(urls)))
        connection.close()

    at_once(act)

    assert (Pasted.objects.count(), Reading.objects.count()) == (4, 30)
    assert PastedAddress.objects.count() == 120


def test_what_was_read_is_shared_and_kept_a_day(
    alice: User, bob: User, host: Host
) -> None:
    url = host.shows("/post", "<title>x</title>")
    listed(alice, url)
    assert read_all() == 1

    theirs = listed(bob, url)

    assert theirs.addresses.get().reading.is_read
    assert read_all() == 0
    Reading.objects.update(read_at=clock.now() - timedelta(hours=25))
    listed(bob, url)
    assert read_all() == 1


def test_what_could_not_be_read_is_tried_again_sooner(alice: User, host: Host) -> None:
    url = host.url("/post")
    host.pages["/post"] = Answer(status=503)
    listed(alice, url)
    read_all()
    listed(alice, url)
    assert read_all() == 0
    Reading.objects.update(read_at=clock.now() - timedelta(minutes=11))
    host.shows("/post", "<title>x</title>")

    listed(alice, url)

    assert read_all() == 1
    assert Reading.objects.get().outcome == Seen.PAGE


def test_a_host_is_put_off_and_others_are_not(
    alice: User, bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All people together; what is put off is not refused."""
    monkeypatch.setattr(reading_queue, "OF_HOST", Limit(burst=2, every=30))
    listed(alice, *(f"http://127.0.0.1/{number}" for number in range(3)))
    listed(bob, "http://127.0.0.1/bobs", host.shows("/post", "<title>x</title>"))

    assert read_all() == 3

    waiting = Reading.objects.filter(due_at__isnull=False)
    assert {reading.host for reading in waiting} == {"127.0.0.1"}
    assert {reading.tries for reading in waiting} == {0}
    monkeypatch.setattr(reading_queue, "OF_HOST", Limit(burst=9, every=30))
    wait_no_longer()
    assert read_all() == 2


def test_she_is_written_to_once_when_it_took_long(alice: User, host: Host) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(2)]
    pasted = listed(alice, *urls)
    asked_before(pasted, timedelta(minutes=2))

    read_all()
    read_all()

    mail = Outbox.objects.get(template="list_read")
    assert (mail.person, mail.facts["number"]) == (alice, 2)
    assert Notice.objects.get().facts["pasted"] == pasted.pk
    # Somebody else has an address of it read again: she is not told twice.
    Reading.objects.update(read_at=clock.now() - timedelta(days=2))
    listed(alice, urls[0])
    read_all()
    assert Outbox.objects.filter(template="list_read").count() == 1


def test_who_did_not_wait_long_is_not_written_to(alice: User, host: Host) -> None:
    pasted = listed(alice, host.shows("/post", "<title>x</title>"))

    read_all()

    pasted.refresh_from_db()
    assert pasted.told_at is not None
    assert not Outbox.objects.exists()


def test_a_worker_that_dies_before_it_tells_is_made_up_for(
    alice: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    pasted = listed(alice, host.shows("/post", "<title>x</title>"))
    asked_before(pasted, timedelta(minutes=2))
    claimed = reading_queue.claim()
    assert claimed is not None
    reading_due.read_one(claimed)
    called: list[object] = []
    monkeypatch.setattr(minute, "call", lambda task, *_: called.append(task))
    minute.tick()
    assert tasks.read_pasted in called

    tasks.read_pasted()

    assert Outbox.objects.filter(template="list_read").count() == 1


def test_the_worker_is_woken_at_once_and_by_the_minute(
    alice: User, host: Host, woken: list[str], django_capture_on_commit_callbacks: object,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        listed(alice, host.shows("/post", "<title>x</title>"))
    assert woken == ["buttons.read_pasted"]

    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", away)
    reading_queue.wake()
    called: list[object] = []
    monkeypatch.setattr(minute, "call", lambda task, *_: called.append(task))
    minute.tick()
    assert called.count(tasks.read_pasted) == 1


def test_a_batch_that_runs_out_of_time_calls_for_the_next(
    alice: User, host: Host, woken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(alice, *(host.shows(f"/{number}", "<p>") for number in range(2)))
    passed = 0.0

    def slowly(address: str) -> Found:
        nonlocal passed
        passed += reading_due.BATCH_SECONDS
        return Found(Seen.PAGE, address)

    watch = SimpleNamespace(monotonic=lambda: passed)
    monkeypatch.setattr(reading_due, "time", watch)

    monkeypatch.setattr(gathering, "gather", slowly)

    tasks.read_pasted()

    assert Reading.objects.filter(due_at__isnull=False).count() == 1
    assert woken == ["buttons.read_pasted"]


def test_lists_are_kept_a_week_and_what_was_read_as_long_as_somebodys(
    alice: User, bob: User, host: Host
) -> None:
    old = listed(alice, host.shows("/old", "<p>"), host.shows("/both", "<p>"))
    listed(bob, host.url("/both"))
    unread = listed(alice, host.url("/unread"))
    asked_before(old, pasting.KEPT - timedelta(minutes=1))
    due.forget_old()
    assert Pasted.objects.count() == 3

    asked_before(old, pasting.KEPT + timedelta(minutes=1))
    due.forget_old()
    assert Pasted.objects.count() == 2
    urls = Reading.objects.order_by("url").values_list("url", flat=True)
    assert list(urls) == [host.url("/both"), host.url("/unread")]
    pasting.forget(Pasted.objects.filter(pk=unread.pk))

    assert [reading.url for reading in Reading.objects.all()] == [host.url("/both")]


def test_a_reading_that_is_nobodys_is_forgotten_after_a_day(db: None) -> None:
    for number, hours in enumerate((1, 23, 25)):
        read_at = clock.now() - timedelta(hours=hours)
        facts = {"read_at": read_at, "outcome": Seen.PAGE}
        Reading.objects.create(url=str(number), host="a.example", **facts)

    due.forget_old()

    assert set(Reading.objects.values_list("url", flat=True)) == {"0", "1"}


@pytest.mark.parametrize("wrong", [{"read_at": MOMENT}, {"due_at": None}])
def test_a_reading_is_due_or_read(
    alice: User, host: Host, wrong: dict[str, datetime | None]
) -> None:
    """The database keeps it so."""
    listed(alice, host.url("/post"))

    with pytest.raises(IntegrityError, match="reading_is_due_or_read"):
        Reading.objects.update(**wrong)
