"""Notices: what happened, on top of people's pages until they put it away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.html import strip_tags

from accounts.mail import composing, letter, notices, outbox
from accounts.models import Notice, Outbox, User
from flattr.database import clock
from tests.accounts.mail.letters import EXAMPLES
from tests.accounts.mail.test_letters import OPEN, spoilt
from tests.world.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return person("bob")


def sent(bob: User, payout: int, state: str) -> None:
    outbox.write(
        f"payout:{payout}:{state}", "payout", bob, payout=payout, amount=6_110,
        state=state, account="DE…3000", reason="",
    )  # fmt: skip


def texts(somebody: User) -> list[str]:
    return [strip_tags(notice.words.text) for notice in notices.newest(somebody)]


@pytest.mark.parametrize("kind", list(notices.kinds()))
def test_each_kind_says_a_sentence(kind: str, bob: User) -> None:
    """In each of its cases; what people write in it is no markup (T31)."""
    assert kind in letter.kinds()
    for n, facts in enumerate(EXAMPLES[kind]):
        hostile: dict[str, Any] = spoilt(facts, "<b>%(x)s {y}</b>")
        for m, given in enumerate((facts, hostile)):
            notices.store(kind, [(f"{kind}:{n}:{m}", bob, given)])
    for notice in Notice.objects.all():
        words = notices.said(notice.kind, notice.facts)
        assert words is not None
        shown = render_to_string(
            "payouts/_notices.html",
            {"notices": [notices.Shown(1, notice.happened_at, words)]},
            RequestFactory().get("/month"),
        )
        assert "<b>" not in shown
        assert bool(words.url) is bool(words.label)
        if notice.key.endswith(":0"):
            assert not OPEN.search(strip_tags(words.text)), words.text


def test_a_notice_is_shown_until_it_is_put_away(bob: User) -> None:
    client = Client()
    client.force_login(bob)
    for _ in range(2):
        sent(bob, 12, "sent")

    page = client.get("/month").content.decode()
    assert page.count("€61.10 is on its way to your account DE…3000.") == 1
    notice = Notice.objects.get()
    answer = client.post(
        "/notices/dismiss", {"notice": notice.pk, "next": "/month?from=mail"}
    )

    assert (answer.status_code, answer["Location"]) == (302, "/month?from=mail")
    assert "is on its way" not in client.get("/month").content.decode()
    assert notices.newest(bob) == []


def test_nobody_puts_away_what_is_somebody_elses(bob: User) -> None:
    sent(bob, 12, "sent")
    client = Client()
    client.force_login(person("eve"))
    known = {"notice": Notice.objects.get().pk, "next": "https://evil.example/"}

    assert client.post("/notices/dismiss", known)["Location"] == "/month"
    assert client.post("/notices/dismiss", {"notice": "9" * 30}).status_code == 302
    assert client.get("/notices/dismiss").status_code == 405
    assert len(texts(bob)) == 1


def test_the_newest_five_are_read_by_one_query(
    bob: User, django_assert_num_queries: Any
) -> None:
    for payout in range(8):
        sent(bob, payout, "sent")
        Notice.objects.filter(facts__payout=payout).update(
            happened_at=clock.now() + timedelta(hours=payout)
        )
    with django_assert_num_queries(1):
        shown = notices.newest(bob)

    keys = Notice.objects.in_bulk([notice.pk for notice in shown])
    assert [keys[notice.pk].facts["payout"] for notice in shown] == [7, 6, 5, 4, 3]


def test_what_is_news_of_the_same_payout_takes_the_place_of_the_old(bob: User) -> None:
    """Nothing says that it is held when it is approved, and its being asked for is no
    news to whoever asked."""
    sent(bob, 12, "requested")
    assert texts(bob) == []
    sent(bob, 12, "held")
    sent(bob, 13, "sent")
    assert len(texts(bob)) == 2

    sent(bob, 12, "approved")

    [only] = texts(bob)
    assert "on its way" in only


def test_who_switched_a_mail_off_still_has_the_notice(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(composing.SWITCHES, "payout", "mail_revenue")
    bob.mail_revenue = False

    sent(bob, 12, "sent")

    assert len(texts(bob)) == 1
    assert not Outbox.objects.exists()


def test_what_happens_to_many_things_at_once_is_one_notice(bob: User) -> None:
    for n in range(3):
        outbox.add(
            f"proof_lost:{n}", "proof_lost", bob,
            {"thing": n, "title": f"Song {n}", "url": "", "reason": "It names nobody."},
        )  # fmt: skip

    [only] = texts(bob)
    assert only.startswith("We no longer see that 3 pages are yours.")


def test_old_notices_go(bob: User) -> None:
    """After half a year, and two months after they were put away."""
    for payout in range(3):
        sent(bob, payout, "sent")
    old, put_away, new = Notice.objects.order_by("pk")
    Notice.objects.filter(pk=old.pk).update(happened_at=clock.now() - notices.KEPT)
    long_ago = clock.now() - notices.PUT_AWAY_KEPT
    Notice.objects.filter(pk=put_away.pk).update(put_away_at=long_ago)

    notices.prune()

    assert list(Notice.objects.all()) == [new]


def test_who_leaves_is_in_nobodys_notices(bob: User) -> None:
    """T47: titles of theirs go with them."""
    carol = person("carol")
    things = {"things": ["Carol's song"], "creator": carol.pk}
    outbox.write_all("taken_back", [("taken_back:1", bob, things)])
    outbox.write("refused:1", "promise_refused", bob, things=["A poem"], thing=7)
    assert len(texts(bob)) == 2

    notices.forget_about(carol, [7])

    assert texts(bob) == []
