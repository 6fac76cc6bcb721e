"""Dora and Erik open the admin: what is owed, what waits for whom, what is urgent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin import site
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from buttons.models import Report
from flattr.database import clock
from payouts import chart
from payouts.admin.home import in_and_out, shelves
from payouts.admin.home.first_page import Money
from payouts.events import comparing
from payouts.ledger.posting import post
from payouts.models import Breaker, Dispute, Payment, Payout, Reconciliation
from payouts.moderation import suspending
from payouts.operations import books
from tests.admin.test_admin import act, asked_for, staff
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.earning import end_month
from tests.world.people import click, execute, open_budget, person, thing_of


def first_page(client: Client) -> str:
    page = client.get("/admin/")
    assert page.status_code == 200
    return page.content.decode()


def queue(client: Client) -> list[tuple[str, str, str]]:
    """What waits, of whom, and for whom; red is what waits for who reads it."""
    table = first_page(client).partition('<table class="queue">')[2]
    found = re.findall(
        r'<th scope="row"><a href="[^"]*">(.*?)</a>.*?<td>(.*?)</td>'
        r'.*?<span class="tag( bad)?">(.*?)</span>',
        table.partition("</table>")[0],
        re.DOTALL,
    )
    return [
        (what, who, "you!" if red else for_whom) for what, who, red, for_whom in found
    ]


def test_the_first_page_says_what_stands_still(
    own_database: str, settings: Settings
) -> None:
    asked_for()
    dora = signed_in(staff("dora"))
    assert "second approval" not in first_page(dora)

    settings.SECOND_APPROVAL = False
    Breaker.objects.create(tripped_at=clock.now(), reason="every balance")
    page = first_page(dora)
    assert "The second approval is switched off" in page
    assert "Payouts and closes are stopped: every balance" in page
    assert "on: payouts and closes are stopped" in page


def test_what_waits_for_whom(own_database: str) -> None:
    """W4: not what they said yes to before, and not what is paid to them."""
    first, second = asked_for("bob"), asked_for("carol")
    assert first.approvals_needed == second.approvals_needed == 2
    dora, erik = signed_in(staff("dora")), signed_in(staff("erik"))
    carol = second.creator
    carol.is_staff = True
    carol.save()
    act(dora, first, "approve", "looks right")
    act(erik, second, "hold", "asked carol")

    assert queue(dora) == [
        ("Payout held: look at it", "carol", "you!"),
        ("Payout: second approval", "bob", "somebody else; you approved"),
    ]
    assert queue(erik) == [
        ("Payout: second approval", "bob", "you!"),
        ("Payout held: look at it", "carol", "you!"),
    ]
    assert queue(signed_in(carol)) == [
        ("Payout: second approval", "bob", "you!"),
        ("Payout held: look at it", "carol", "somebody else; it is paid to you"),
    ]


def test_readers_set_aside_and_reports_wait_for_anybody(own_database: str) -> None:
    alice, bob, dora = person("alice"), person("bob"), staff("dora")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    suspending.suspend_person(alice, dora, "a stolen card?")
    period = end_month()
    Report.objects.create(person=bob, reason="swindle")

    waits = queue(signed_in(dora))

    month = f"{period // 100}-{period % 100:02d}"
    assert (f"Reader set aside at the close of {month}", "alice", "anybody") in waits
    assert ("Report: It is a scam or spam", "bob", "anybody") in waits


@pytest.mark.parametrize(
    ("fees", "shown"), [(300, ("+", "€3.00")), (-300, ("\N{MINUS SIGN}", "€3.00"))]
)
def test_what_is_ours_has_one_sign(fees: int, shown: tuple[str, str]) -> None:
    ours = Money(books.Books({"fees": fees}, timezone.now())).sums[4]

    assert (ours.sign, ours.amount) == shown


def test_what_is_owed_adds_up_to_where_it_lies(own_database: str) -> None:
    """L11: and it is what `/metrics` says, as of the last comparison with Stripe."""
    asked_for()
    told = books.latest()
    parts = told.readers + told.held + told.ready + told.on_its_way + told.ours
    assert parts == told.lies > 0
    assert (told.on_its_way, told.stripe, told.difference) == (9_000, None, None)
    dora = signed_in(staff("dora"))
    assert "Nothing was compared with Stripe yet" in first_page(dora)

    nina = chart.means(person("nina"))
    post("charge:pi_1", {chart.STRIPE_CLEARING: -1_000, nina: 1_000})
    now = timezone.now()
    report = comparing.compare(700, 50)
    Reconciliation.objects.create(
        kind="nightly",
        started_at=now,
        finished_at=now,
        unexplained=1,
        report=report.as_dict(),
    )
    told = books.latest()
    assert (told.stripe, told.difference) == (750, -250)
    page = first_page(dora)
    assert '<span class="tag bad">-€2.50</span>' in page
    assert "1 line is not explained" in page


def test_money_in_and_out_by_month(own_database: str) -> None:
    """What came back of a payout did not go out."""
    payout = asked_for()
    now = clock.now()
    for amount, at in ((500, now), (700, now - timedelta(days=400)), (900, None)):
        Payment.objects.create(
            reader=payout.creator,
            amount=amount,
            currency="EUR",
            key=f"p{amount}",
            started_at=now,
            paid_at=at,
            credited_at=at,
        )
    execute("UPDATE payout SET state = 'approved'")
    execute("UPDATE payout SET state = 'sent', sent_at = %s, returned = 1000", now)

    moved = in_and_out.by_month(now)

    assert len(moved) == in_and_out.MONTHS
    assert moved[-1] == (clock.period(), 500, 8_000)
    assert all(came == went == 0 for _period, came, went in moved[:-1])


def test_staff_see_only_what_they_may(
    own_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who may not see a list sees neither its figures nor its rows."""
    asked_for()
    dora = signed_in(staff("dora"))
    parts = ['id="queue"', 'id="in-and-out"', 'id="disputes"', 'id="money"']
    assert all(part in first_page(dora) for part in parts)

    for model in (Payout, Dispute):
        shown = site.get_model_admin(model)
        monkeypatch.setattr(shown, "has_view_permission", lambda *_asked: False)
    page = first_page(dora)

    assert "bob" not in page
    assert [part for part in parts if part in page] == ['id="queue"', 'id="money"']
    assert "/admin/payouts/payout/" not in page


def test_every_list_stands_on_one_shelf() -> None:
    placed = [label for _title, labels in shelves.SHELVES for label in labels]

    assert sorted(placed) == sorted(
        model._meta.label_lower for model in admin.site._registry
    )


def test_the_first_page_asks_the_same_however_much_waits(own_database: str) -> None:
    bob = asked_for("bob").creator
    dora, erik = signed_in(staff("dora")), staff("erik")
    dora.get("/admin/")
    counts = [questions(dora)]
    for n in range(4):
        other: Any = person(f"creator-{n}")
        copy(bob, other)
        Report.objects.create(person=other, reason="swindle")
        suspending.suspend_person(other, erik, "spam")
    counts.append(questions(dora))

    assert counts[0] == counts[1] <= 22


def copy(bob: User, other: User) -> None:
    Payout.objects.create(
        creator=other,
        destination=bob.destinations.get(),
        amount=1_000,
        currency="EUR",
        requested_at=clock.now(),
    )


def questions(client: Client) -> int:
    with Questions() as asked:
        first_page(client)
    return asked.count
