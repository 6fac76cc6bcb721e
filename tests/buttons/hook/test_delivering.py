"""Events reach a creator's program: signed, retried, and never led anywhere private."""

from __future__ import annotations

import json
import socket
import time
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks import Webhook, WebhookVerificationError

from accounts.mail import outbox
from accounts.models import Hook, HookEvent, Outbox, User
from accounts.models.webhook import Happening, WhyOff
from buttons.hook import delivering, hook_settings, signatures
from buttons.reading import connecting
from local.servers import processes
from payouts.operations import due
from payouts.operations.metrics import FIGURES
from tests.buttons.hook.receiving import Program, deliver, tell
from tests.world.people import execute

pytestmark = pytest.mark.django_db

PUBLIC = "93.184.215.14"
SENT = {
    "payout": 12,
    "amount": 6_110,
    "state": "sent",
    "account": "DE…3000",
    "reason": "",
}


@pytest.fixture
def hook(bob: User, program: Program) -> Hook:
    return tell(bob, program)


def pay(bob: User, payout: int = 12) -> None:
    """The mail that says that a payout was sent, and what is told beside it."""
    outbox.write(f"payout:{payout}:1", "payout", bob, **{**SENT, "payout": payout})


def now_of(hook: Hook) -> Hook:
    hook.refresh_from_db()
    return hook


# --- What is sent


def test_a_payout_is_told_and_signed(bob: User, hook: Hook, program: Program) -> None:
    pay(bob)

    assert deliver() == 1

    [event] = program.events()
    assert event["type"] == "payout.sent"
    assert event["data"] == {"payout": 12, "amount": 6_110, "currency": "EUR"}
    assert datetime.fromisoformat(event["timestamp"]).utcoffset() == timedelta(0)
    [(headers, _body)] = program.got
    assert headers["content-type"] == "application/json"
    assert "cookie" not in headers
    assert HookEvent.objects.get().answer == "204"
    assert deliver() == 0


def test_what_was_changed_on_the_way_is_no_event(
    bob: User, hook: Hook, program: Program
) -> None:
    pay(bob)
    deliver()
    [(headers, body)] = program.got

    for headers_, body_ in (
        (headers, body.replace(b"6110", b"9110")),
        ({**headers, "webhook-id": "evt_other"}, body),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(program.secret).verify(body_, headers_)
    with pytest.raises(WebhookVerificationError):
        Webhook(signatures.new_secret()).verify(body, headers)


def test_the_database_holds_no_secret(hook: Hook, program: Program) -> None:
    assert program.secret.startswith("whsec_")
    assert program.secret not in hook.secret
    assert signatures.opened(hook.secret) == program.secret


def test_an_event_is_written_once_for_a_key(
    bob: User, hook: Hook, program: Program
) -> None:
    for _ in range(3):
        pay(bob)

    assert deliver() == 1


def test_nobody_without_a_webhook_has_events(bob: User, program: Program) -> None:
    pay(bob)

    assert HookEvent.objects.count() == 0


def test_only_what_was_chosen_is_told(bob: User, hook: Hook, program: Program) -> None:
    hook_settings.save(None, bob, program.url, [Happening.PROOF_LOST])
    pay(bob)
    assert HookEvent.objects.count() == 0

    for state in ("requested", "approved", "held", "returned"):
        hook_settings.save(None, bob, program.url, Happening.values)
        outbox.write(f"payout:9:{state}", "payout", bob, **{**SENT, "state": state})
    assert HookEvent.objects.count() == 0


# --- Strangers' addresses


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
def test_nothing_private_is_posted_to(
    address: str, bob: User, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """T30: whatever a name means, also when it means something else a moment later."""
    connected: list[Any] = []
    monkeypatch.setattr(
        socket, "create_connection", lambda *to, **_: connected.append(to)
    )
    asked: list[str] = []

    def rebinding(name: str, _seconds: float) -> list[str]:
        asked.append(name)
        return [PUBLIC, address] if len(asked) == 1 else [PUBLIC]

    Hook.objects.update(url="https://evil.example/hook")
    pay(bob)

    assert delivering.deliver_due(seconds=5, resolver=rebinding) == 0

    assert connected == []
    assert asked == ["evil.example"]
    assert "not a host on the public internet" in HookEvent.objects.get().answer


def test_the_connection_goes_to_the_address_that_was_looked_at(
    bob: User, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected: list[Any] = []

    def refuse(to: tuple[str, int], **_: object) -> None:
        connected.append(to)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    Hook.objects.update(url="https://bob.example/hook")
    pay(bob)

    assert delivering.deliver_due(seconds=5, resolver=lambda *_: [PUBLIC]) == 0

    assert connected == [(PUBLIC, 443)]


def test_no_redirect_is_followed(bob: User, hook: Hook, program: Program) -> None:
    program.status, program.headers = 307, {"Location": f"http://{program.name}/other"}
    pay(bob)

    assert deliver() == 0

    assert len(program.got) == 1
    assert HookEvent.objects.get().answer == "307"


def test_a_slow_address_is_left_and_holds_up_nobody(
    bob: User,
    carol: User,
    hook: Hook,
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connecting, "SECONDS", 0.3)
    program.pauses = 200
    for payout in range(1, 6):
        pay(bob, payout)
    other = tell(carol, program)
    Hook.objects.filter(pk=other.pk).update(url=program.url)
    pay(carol, 99)
    began = time.monotonic()

    assert delivering.deliver_due(seconds=20) == 0

    assert time.monotonic() - began < 60  # on a busy machine; else 1200 of pauses
    # One for each, and then it rests; the program may not have read them yet.
    processes.wait_until(lambda: len(program.got) == 2, seconds=30)
    assert len(program.got) == 2
    answers = HookEvent.objects.exclude(answer="").values_list("answer", flat=True)
    assert set(answers) == {"It took longer than five seconds."}


def test_one_worker_at_a_time_posts_to_an_address(
    bob: User, carol: User, hook: Hook, program: Program
) -> None:
    for payout in range(2):
        pay(bob, payout)
    other = tell(carol, program)
    pay(carol, 9)

    claimed = [delivering.claim() for _ in range(3)]

    assert [event and event.hook_id for event in claimed] == [hook.pk, other.pk, None]


# --- Tried again


def test_what_is_not_accepted_is_tried_for_three_days(
    bob: User, hook: Hook, program: Program
) -> None:
    """With the same id each time, so that a program can tell."""
    program.status = 503
    pay(bob)
    began = at = timezone.now()
    tried = []
    for _ in range(20):
        with time_machine.travel(at, tick=False):
            deliver()
            event = HookEvent.objects.get()
            tried.append(at - began)
            if event.due_at is None:
                break
            assert delivering.couriers() == 0
            at = event.due_at

    minutes = [0, 1, 6, 36, 156, 456, 1056, 1896, 2916, 4296]
    assert tried == [timedelta(minutes=passed) for passed in minutes]
    assert len(program.got) == len(minutes)
    assert len(set(program.ids)) == 1
    assert event.delivered_at is None
    assert event.answer == "503"


def test_a_worker_that_dies_after_posting_loses_nothing(
    bob: User, hook: Hook, program: Program
) -> None:
    """It is posted again, with the id that came before."""
    pay(bob)
    claimed = delivering.claim()
    assert claimed is not None
    delivering.post(claimed, connecting.resolve)
    assert delivering.claim() is None

    with time_machine.travel(timezone.now() + timedelta(minutes=1, seconds=1)):
        assert deliver() == 1

    assert len(program.got) == 2
    assert len(set(program.ids)) == 1
    assert now_of(hook).failing_since is None


def test_what_is_accepted_at_last_is_done(
    bob: User, hook: Hook, program: Program
) -> None:
    program.status = 500
    pay(bob)
    deliver()
    assert now_of(hook).failing_since is not None
    program.status = 200

    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        assert deliver() == 1

    event = HookEvent.objects.get()
    assert (event.answer, event.due_at, event.tries) == ("200", None, 2)
    assert now_of(hook).failing_since is None


def test_it_is_sent_again_by_hand(bob: User, hook: Hook, program: Program) -> None:
    pay(bob)
    deliver()
    event = HookEvent.objects.get()

    hook_settings.send_again(bob, event.pk)
    assert deliver() == 1

    assert program.ids == [event.uid] * 2


def test_nobody_sends_somebody_elses_again(
    bob: User, carol: User, hook: Hook, program: Program
) -> None:
    pay(bob)
    deliver()
    tell(carol, program)

    hook_settings.send_again(carol, HookEvent.objects.get().pk)

    assert deliver() == 0


# --- Switched off


def mails() -> list[dict[str, Any]]:
    written = Outbox.objects.filter(template="hook_off").order_by("pk")
    return [mail.facts for mail in written]


def test_a_week_of_failures_switches_it_off_with_a_mail(
    bob: User, hook: Hook, program: Program
) -> None:
    program.status = 500
    pay(bob)
    deliver()
    failed = now_of(hook).failing_since
    assert failed is not None
    with time_machine.travel(failed + timedelta(days=6, hours=23)):
        assert due.switch_off_hooks() == ""

    with time_machine.travel(failed + timedelta(days=7, minutes=1)):
        assert due.switch_off_hooks() == "switched off 1 webhooks"
        assert due.switch_off_hooks() == ""

    assert now_of(hook).why_off == WhyOff.SILENT
    assert mails() == [{"host": program.name, "is_gone": False}]
    pay(bob, 13)
    assert HookEvent.objects.count() == 1
    with time_machine.travel(failed + timedelta(days=8)):
        assert deliver() == 0


def test_one_that_was_accepted_between_is_no_week_of_failures(
    bob: User, hook: Hook, program: Program
) -> None:
    program.status = 500
    pay(bob)
    deliver()
    program.status = 204
    start = timezone.now()
    with time_machine.travel(start + timedelta(days=3)):
        assert deliver() == 1

    with time_machine.travel(start + timedelta(days=8)):
        assert delivering.switch_off_silent() == 0


def test_an_address_that_is_gone_is_switched_off_at_once(
    bob: User, hook: Hook, program: Program
) -> None:
    program.status = 410
    pay(bob)
    deliver()

    assert now_of(hook).why_off == WhyOff.GONE
    assert mails() == [{"host": program.name, "is_gone": True}]
    assert HookEvent.objects.get().due_at is None


def test_switched_on_again_it_sends_what_waits(
    bob: User, hook: Hook, program: Program
) -> None:
    program.status = 500
    pay(bob)
    deliver()
    hook_settings.switch(bob, on=False)
    program.status = 204
    with time_machine.travel(timezone.now() + timedelta(minutes=5)):
        assert deliver() == 0

        hook_settings.switch(bob, on=True)

        assert deliver() == 1


def test_a_new_address_is_on_again_unless_it_was_switched_off_by_hand(
    bob: User, hook: Hook, program: Program
) -> None:
    for why, is_on in (
        (WhyOff.SILENT, True),
        (WhyOff.GONE, True),
        (WhyOff.CREATOR, False),
    ):
        Hook.objects.update(off_at=timezone.now(), why_off=why)

        hook_settings.save(None, bob, f"{program.url}&{why}", Happening.values)

        assert now_of(hook).is_on is is_on


def test_what_is_a_month_old_is_deleted(bob: User, hook: Hook) -> None:
    pay(bob)
    assert delivering.forget_old() == 0
    HookEvent.objects.update(happened_at=timezone.now() - timedelta(days=31))

    due.forget_old()

    assert HookEvent.objects.count() == 0


def test_an_operator_sees_that_nobody_posts(bob: User, hook: Hook) -> None:
    """But not of what is switched off, which waits for its creator."""
    [figure] = [one for one in FIGURES if one.kind == "webhook"]
    pay(bob)
    HookEvent.objects.update(due_at=timezone.now() - timedelta(hours=7))
    [(waited,)] = execute(f"SELECT {figure.sql}")
    assert waited // 3600 == 7

    hook_settings.switch(bob, on=False)

    assert execute(f"SELECT {figure.sql}") == [(None,)]


def test_how_many_workers_help(
    bob: User, carol: User, hook: Hook, program: Program
) -> None:
    """One for each address, however much waits for it."""
    assert delivering.couriers() == 0
    for payout in range(3):
        pay(bob, payout)
    assert delivering.couriers() == 1
    tell(carol, program)
    pay(carol, 9)
    assert delivering.couriers() == 2


def test_the_body_is_json_without_blanks(bob: User, hook: Hook) -> None:
    pay(bob)
    body = delivering.body_of(HookEvent.objects.get())

    assert list(json.loads(body)) == ["type", "timestamp", "data"]
    assert b": " not in body
