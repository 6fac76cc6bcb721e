from __future__ import annotations

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.mail import composing, letter, notices, outbox
from accounts.mail.letter import Letter
from accounts.models import Outbox, User
from accounts.settings.forms import Mails
from flattr.templatetags.flattr import money
from tests.world.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return person("bob")


def written(what: str, amount: int) -> Letter:
    return Letter(f"For you:\n {what}\n", f"{what}, {money(amount)}")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail that everybody may write, and one that can be switched off."""
    for kind in ("news", "revenue"):
        monkeypatch.setitem(letter.kinds(), kind, written)
    monkeypatch.delitem(notices.kinds(), "revenue")


def test_a_mail_is_written_once_and_sent_once(
    bob: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """The same key writes one row, and a second run sends nothing more (T4)."""
    for _ in range(3):
        outbox.write("news:1", "news", bob, what="It's <here>", amount=1234)

    assert outbox.send_due() == 1
    assert outbox.send_due() == 0
    [sent] = mailoutbox
    assert sent.to == ["bob@people.example"]
    assert sent.subject == "For you: It's <here>"
    assert "It's <here>, €12.34" in sent.body
    [(dressed, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "It&#x27;s &lt;here&gt;, €12.34" in str(dressed)


def test_a_mail_belongs_to_what_it_is_about(bob: User) -> None:
    """T4: what did not happen is not told."""

    class Broken(Exception):
        pass

    with pytest.raises(Broken), transaction.atomic():
        outbox.write("news:1", "news", bob, what="money", amount=1)
        raise Broken

    assert not Outbox.objects.exists()


def test_a_mail_server_that_is_away_is_asked_again_later(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailBackend, messages: object) -> int:
        raise ConnectionRefusedError("nobody there")

    outbox.write("news:1", "news", bob, what="hello", amount=1)
    with monkeypatch.context() as away:
        away.setattr(EmailBackend, "send_messages", refuse)
        assert outbox.send_due() == 0
    waiting = Outbox.objects.get()
    assert waiting.failure == "nobody there"
    assert outbox.send_due() == 0, "not at once"

    Outbox.objects.update(due_at=timezone.now())

    assert outbox.send_due() == 1
    assert Outbox.objects.get().sent_at


def test_each_try_waits_longer(bob: User) -> None:
    outbox.write("news:1", "news", bob, what="hello", amount=1)
    waits = []
    for _ in range(outbox.MOST_TRIES):
        Outbox.objects.update(due_at=timezone.now())
        due = outbox.claim()
        assert due is not None
        waits.append(round((due.due_at - timezone.now()).total_seconds() / 60))

    Outbox.objects.update(due_at=timezone.now())
    assert outbox.claim() is None, "not for ever"
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (2, 360)


def test_what_is_switched_off_is_not_written(bob: User) -> None:
    bob.mail_revenue = False
    bob.save()

    outbox.write("revenue:1", "revenue", bob, what="money", period=202611, amount=1)
    outbox.write("news:1", "news", bob, what="a new lock", amount=1)

    assert [due.template for due in Outbox.objects.all()] == ["news"]


def test_a_mail_says_how_to_do_without_it(
    bob: User, client: Client, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    outbox.write("revenue:1", "revenue", bob, what="money", period=202611, amount=1)
    outbox.send_due()
    [sent] = mailoutbox
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link in sent.body
    assert composing.read_off(link.split("/")[-1]) == (bob.pk, "mail_revenue")
    path = link.split("/", 3)[3]

    shown = client.get(f"/{path}")
    bob.refresh_from_db()
    assert bob.mail_revenue, "a link scanner switches nothing off"
    assert b"What readers gave me in a month" in shown.content
    mail_program = Client(enforce_csrf_checks=True)
    answer = mail_program.post(
        f"/{path}",
        {"List-Unsubscribe": "One-Click"},
        headers={"origin": "https://mail.example", "sec-fetch-site": "cross-site"},
    )

    bob.refresh_from_db()
    assert answer.status_code == 200
    assert not bob.mail_revenue


def test_nobody_switches_off_what_is_not_theirs(client: Client, bob: User) -> None:
    """A7: the address is signed."""
    whole = composing.off_url(bob, "mail_revenue").split("/", 3)[3]

    for forged in (
        whole[:-1],
        whole.replace("mails/off/", "mails/off/x"),
        "mails/off/1",
    ):
        assert client.post(f"/{forged}").status_code == 404
    bob.refresh_from_db()
    assert bob.mail_revenue


def test_every_switch_is_in_the_settings() -> None:
    assert set(Mails.Meta.fields) == set(composing.SWITCHES.values())
    assert set(Mails.Meta.labels) == set(composing.SWITCHES.values())


def test_a_name_cannot_add_a_line_to_the_head_of_a_mail(
    bob: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    """Line breaks in a name never reach a mail's headers (T31)."""
    outbox.write("news:1", "news", bob, what="x\r\nBcc: eve@people.example", amount=1)

    outbox.send_due()

    [sent] = mailoutbox
    assert sent.recipients() == ["bob@people.example"]
    assert "Bcc" not in sent.message()
