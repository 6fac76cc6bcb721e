"""The page on which a creator has their programs told."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import Audit, Hook, HookEvent, User
from accounts.models.webhook import Happening, WhyOff
from buttons.hook import delivering, hook_settings, signatures
from tests.buttons.hook.receiving import Program, deliver, tell
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.people import execute

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("woken")]

PAGE = "/settings/webhook"
FORM = {"url": "https://bob.example/hook", "types": ["payout.sent", "proof.lost"]}
SECRET = re.compile(r'<code class="address">(whsec_[A-Za-z0-9+/=]{44})</code>')


@pytest.fixture
def bobs(bob: User) -> Client:
    return signed_in(bob)


def text(answer: Any) -> str:
    page: str = answer.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def secret_in(answer: Any) -> str:
    found = SECRET.search(answer.content.decode())
    assert found
    return found[1]


def test_bob_makes_a_webhook_and_sees_its_secret_once(bobs: Client) -> None:
    answer = bobs.post(PAGE, FORM)

    secret = secret_in(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    hook = Hook.objects.get()
    assert (hook.url, hook.types) == (FORM["url"], FORM["types"])
    assert signatures.opened(hook.secret) == secret
    assert secret not in str(execute("SELECT * FROM hook"))
    assert "whsec_" not in bobs.get(PAGE).content.decode()
    assert Audit.objects.filter(action="webhook_made").count() == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://bob.example/hook", "begins with https://"),
        ("ftp://bob.example/", "begins with http"),
        ("https://bob.example:8443/hook", "names a port"),
        ("https://bob.example:80/hook", "the usual port"),
        ("https://x:y@bob.example/", "a user name before the host"),
        ("bob.example", "begins with"),
        ("", "required"),
    ],
)
def test_an_address_that_is_refused(bobs: Client, url: str, why: str) -> None:
    answer = bobs.post(PAGE, {**FORM, "url": url})

    assert answer.status_code == 400
    assert why in text(answer)
    assert Hook.objects.count() == 0


def test_something_has_to_be_chosen(bobs: Client) -> None:
    answer = bobs.post(PAGE, {"url": FORM["url"]})

    assert answer.status_code == 400
    assert "Choose at least one." in text(answer)


def test_a_change_keeps_the_secret(bobs: Client) -> None:
    secret = secret_in(bobs.post(PAGE, FORM))

    answer = bobs.post(PAGE, {"url": "https://bob.example/2", "types": "proof.lost"})

    assert answer.status_code == 302
    hook = Hook.objects.get()
    assert (hook.url, hook.types) == ("https://bob.example/2", ["proof.lost"])
    assert signatures.opened(hook.secret) == secret


def test_a_new_secret_replaces_the_old_one(bobs: Client) -> None:
    old = secret_in(bobs.post(PAGE, FORM))

    new = secret_in(bobs.post(f"{PAGE}/secret"))

    assert new != old
    assert signatures.opened(Hook.objects.get().secret) == new


@pytest.mark.parametrize("path", ["", "/secret", "/remove"])
def test_what_tells_others_of_money_takes_a_fresh_sign_in(bob: User, path: str) -> None:
    hook_settings.save(None, bob, "https://bob.example/", ["proof.lost"])
    stale = signed_in(bob, minutes_ago=60)

    answer = stale.post(f"{PAGE}{path}", FORM)

    assert answer.headers["Location"].startswith("/account/reauthenticate/")
    assert Hook.objects.get().url == "https://bob.example/"


def test_a_test_is_sent_at_once_and_its_answer_shown(
    bob: User,
    bobs: Client,
    program: Program,
    woken: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:
    tell(bob, program)
    with django_capture_on_commit_callbacks(execute=True):
        bobs.post(f"{PAGE}/test")
    assert woken == ["buttons.deliver_events"]
    assert "It is sent in a moment." in text(bobs.get(PAGE))

    assert deliver() == 1

    [event] = program.events()
    assert (event["type"], event["data"]) == ("webhook.test", {"hello": "world"})
    shown = text(bobs.get(PAGE))
    assert "A test Accepted" in shown
    assert "It answered 204 on" in shown
    assert event["timestamp"] in program.got[0][1].decode()


def test_what_was_not_accepted_says_why_and_is_sent_again(
    bob: User, bobs: Client, program: Program
) -> None:
    tell(bob, program)
    bobs.post(f"{PAGE}/test")
    program.status = 500
    deliver()
    shown = text(bobs.get(PAGE))
    assert "It answered 500 on" in shown
    assert "Next try on" in shown
    assert "Nothing was accepted since" in shown
    HookEvent.objects.update(due_at=None)
    assert "Given up" in text(bobs.get(PAGE))
    program.status = 200

    bobs.post(f"{PAGE}/again/{HookEvent.objects.get().pk}")
    deliver()

    assert len(set(program.ids)) == 1
    shown = text(bobs.get(PAGE))
    assert "A test Accepted" in shown
    assert "Nothing was accepted" not in shown


def test_nobody_makes_us_knock_a_hundred_times(bobs: Client) -> None:
    bobs.post(PAGE, FORM)
    for _ in range(15):
        answer = bobs.post(f"{PAGE}/test", follow=True)

    assert "try again in a minute" in text(answer)
    assert HookEvent.objects.count() <= 11


def test_off_and_on_again(bobs: Client) -> None:
    bobs.post(PAGE, FORM)

    bobs.post(f"{PAGE}/switch", {"on": "0"})
    assert "You switched it off on" in text(bobs.get(PAGE))
    assert "Switch it on first" in text(bobs.post(f"{PAGE}/test", follow=True))

    bobs.post(f"{PAGE}/switch", {"on": "1"})
    assert "as soon as it happens" in text(bobs.get(PAGE))


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (WhyOff.SILENT, "because it accepted nothing for a week"),
        (WhyOff.GONE, "because it answered that it is gone for good (410)"),
    ],
)
def test_why_it_was_switched_off(bobs: Client, why: WhyOff, words: str) -> None:
    bobs.post(PAGE, FORM)
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        delivering.switch_off(Hook.objects.get(), why, timezone.now())

    shown = text(bobs.get(PAGE))

    assert words in shown
    assert "Switch it on" in shown


def test_it_is_removed_after_a_question(bobs: Client) -> None:
    bobs.post(PAGE, FORM)
    bobs.post(f"{PAGE}/test")
    assert "Remove the webhook?" in text(bobs.get(f"{PAGE}/remove"))
    assert Hook.objects.count() == 1

    bobs.post(f"{PAGE}/remove")

    assert Hook.objects.count() == HookEvent.objects.count() == 0
    assert bobs.get(f"{PAGE}/remove").headers["Location"] == PAGE


def test_nothing_breaks_where_there_is_no_webhook(bobs: Client) -> None:
    for path in ("/secret", "/test", "/switch", "/again/1"):
        assert bobs.post(f"{PAGE}{path}").headers["Location"] == PAGE
    assert Hook.objects.count() == 0


def test_its_queries_do_not_grow_with_what_was_sent(bob: User, bobs: Client) -> None:
    hook_settings.save(None, bob, "https://bob.example/", Happening.values)

    def queries() -> int:
        with Questions() as questions:
            bobs.get(PAGE)
        return questions.count

    hook_settings.send_test(bob)
    before = queries()
    for _ in range(5):
        hook_settings.send_test(bob)

    assert queries() == before
