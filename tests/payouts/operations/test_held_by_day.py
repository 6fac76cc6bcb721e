"""Money held by day, against Stripe: every figure and every difference adds up."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from flattr.database import clock
from payouts import chart
from payouts.earnings import requesting
from payouts.events import reconciling
from payouts.ledger import posting
from payouts.ledger.models import Entry
from payouts.operations import held_by_day
from tests.questions import Questions
from tests.world import earning
from tests.world.browsing import signed_in
from tests.world.cards import pay
from tests.world.kept_cards import reader_with_card
from tests.world.people import person
from tests.world.stripes import Simulator

pytestmark = pytest.mark.usefixtures("own_database")


def today() -> date:
    return clock.now().date()


def from_entries(day: date) -> dict[str, int]:
    """Every entry until a day's end, added up one by one."""
    held: dict[str, int] = defaultdict(int)
    for kind, amount, at in Entry.objects.values_list(
        "account__kind", "amount", "transaction__posted_at"
    ):
        if at.date() <= day:
            held[kind] += amount
    return held


def test_each_day_is_what_was_posted_until_its_end() -> None:
    bob = person("bob")
    earning.earn(bob, readers=3)
    first = today() - timedelta(days=60)
    requesting.request_payout(bob)

    days = held_by_day.days(first, today())

    assert [one.day for one in days] == [today() - timedelta(days=n) for n in range(61)]
    for one in days:
        held = from_entries(one.day)
        assert (one.means, one.pending, one.revenue, one.transit) == tuple(
            held[kind] for kind in ("means", "pending", "revenue", "transit")
        )
        assert one.owed - one.debts + one.ours == one.at_stripe + one.simulated
    assert (days[0].transit, days[0].revenue) == (3_000, 0)
    assert {one.pending for one in days} == {0, 3_000}


def test_stripes_balance_is_explained_to_the_cent(stripe: Simulator) -> None:
    nina = reader_with_card(stripe)
    assert reconciling.reconcile_now().ok
    pay(stripe, nina, 3_000)
    posting.post("test:1", {chart.STRIPE_CLEARING: 500, chart.LOSS: -500})
    (now,) = held_by_day.days(today(), today())
    assert now.stripe is not None
    assert now.booked == now.at_stripe - now.stripe != 0
    assert (now.on_its_way, now.unexplained) == (0, 0)

    report = reconciling.reconcile_now()

    (now,) = held_by_day.days(today(), today())
    assert (now.stripe, now.booked) == (now.at_stripe + report.difference, 0)
    assert now.stripe is not None
    assert now.booked is not None
    assert now.on_its_way is not None
    assert now.unexplained is not None
    assert now.stripe + now.booked - now.on_its_way - now.unexplained == now.at_stripe
    assert now.on_its_way + now.unexplained == 500


def test_more_days_are_no_more_queries() -> None:
    earning.earn(person("bob"), readers=2)

    last = today()
    for many in (1, 90):
        with Questions() as questions:
            held_by_day.days(last - timedelta(days=many), last)
        assert len(questions.asked) == 2


def test_staff_read_it_day_by_day(stripe: Simulator) -> None:
    pay(stripe, reader_with_card(stripe), 3_000)
    reconciling.reconcile_now()
    dora = signed_in(person("dora", is_staff=True, is_superuser=True))

    page = dora.get("/admin/payouts/reconciliation/held/")

    told = page.content.decode()
    assert "Money held, by day" in told
    assert f"{today():%-d\N{NO-BREAK SPACE}%b}" in told
    assert "\N{EURO SIGN}40.00" in told
    assert "/admin/payouts/reconciliation/held/" in dora.get("/admin/").content.decode()
    assert signed_in(person("erik")).get(page.request["PATH_INFO"]).status_code != 200


def test_the_command_writes_a_table_for_a_spreadsheet() -> None:
    earning.earn(person("bob"), readers=2)
    out = io.StringIO()

    call_command(
        "money_held", "--csv", f"--from={today() - timedelta(days=2)}", stdout=out
    )

    rows = list(csv.DictReader(io.StringIO(out.getvalue())))
    assert [row["day"] for row in rows] == [
        f"{today() - timedelta(days=n)}" for n in range(3)
    ]
    assert (rows[0]["revenue"], rows[0]["stripe"]) == ("20.00", "")
    call_command("money_held", stdout=out)
    assert "revenue" in out.getvalue()
    for wrong in (
        ["--from=now"],
        [f"--to={today() - timedelta(days=400)}", f"--from={today()}"],
    ):
        with pytest.raises(CommandError):
            call_command("money_held", *wrong)
