"""What many ask for in one moment: these tests commit, each to a database of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.core.mail import EmailMessage
from django.db import connections
from django.test import Client

from accounts.models import Attempt, Session, User
from accounts.signing_in import attempts
from tests.accounts.signing_in.visiting import is_signed_in, sign_in, sign_up, switch_on
from tests.world.people import person


def at_once(times: int, act: Callable[[int], None]) -> None:
    def run(number: int) -> None:
        act(number)
        connections.close_all()

    threads = [threading.Thread(target=run, args=[n]) for n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_who_want_one_name_at_once(own_database: str) -> None:
    """A8: the database decides, and the others read a sentence."""
    statuses: list[int] = []

    def ask(number: int) -> None:
        answer = sign_up(Client(), "alice", email=f"{number}@people.example")
        statuses.append(answer.status_code)

    at_once(6, ask)

    assert sorted(statuses) == [200] * 5 + [302]
    assert User.objects.count() == 1


def test_one_person_who_signs_up_twice_at_once(own_database: str) -> None:
    """A1: both are told to look into their mail."""
    statuses: list[int] = []

    def ask(number: int) -> None:
        answer = sign_up(Client(), f"alice{number}", email="alice@people.example")
        statuses.append(answer.status_code)

    at_once(4, ask)

    assert statuses == [302] * 4
    assert User.objects.count() == 1


def test_many_wrong_passwords_at_once_do_not_slip_through(own_database: str) -> None:
    """A2: each try is counted before its password is looked at."""
    person("bob")
    statuses: list[int] = []

    at_once(
        16,
        lambda number: statuses.append(
            sign_in(Client(), "bob", f"wrong {number}").status_code
        ),
    )

    assert statuses.count(200) == attempts.ACCOUNT.burst
    assert statuses.count(429) == 16 - attempts.ACCOUNT.burst
    typed = Attempt.objects.filter(key__startswith="login:typed")
    assert typed.count() == attempts.ACCOUNT.burst


def test_signing_in_many_times_at_once(own_database: str) -> None:
    person("bob")

    at_once(6, lambda _number: sign_in(Client(), "bob", "correct horse"))

    assert Session.objects.filter(user__username="bob").count() == 6
    assert not Attempt.objects.exists(), "what did not fail does not count"


def test_switching_the_second_factor_on_ends_the_other_sessions(
    own_database: str, mailoutbox: list[EmailMessage]
) -> None:
    """A4, and the person is told, once it is committed."""
    person("bob")
    laptop, phone = Client(), Client()
    for client in (laptop, phone):
        sign_in(client, "bob", "correct horse")

    switch_on(laptop)

    assert is_signed_in(laptop)
    assert not is_signed_in(phone)
    assert "second factor is on" in str(mailoutbox[0].subject)
