"""Workers on any number of machines ask Stripe about rows that they have claimed."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from flattr import months
from flattr.database import clock
from local.servers.state import ROOT
from payouts.earnings import monthly
from payouts.events import converging
from payouts.ledger import checks
from payouts.models import Payment, Payout, Refund, StripeAccount
from payouts.payments import renewing
from payouts.returns import refunding
from tests.world.cards import pay_unheard
from tests.world.earning import end_month, give_revenue, onboard
from tests.world.kept_cards import next_month, reader_with_card, spend
from tests.world.people import person, travel
from tests.world.stripes import Simulator

WORKERS = 3
MANY = 6
# What a connection would keep from one transaction to the next.
KEPT_BY_SESSIONS = re.compile(
    r"pg_(try_)?advisory_(un)?lock(_shared)?\(|SET SESSION|\bLISTEN |TEMP(ORARY)? TABLE"
    r"(?! \w+ ON COMMIT DROP)"
    r"|WITH HOLD|\.iterator\(|execute\(\s*\"SET (?!LOCAL|TRANSACTION|CONSTRAINTS)"
)


def at_once(act: Callable[[], int]) -> None:
    start = Barrier(WORKERS)

    def work(_: int) -> None:
        start.wait(20)
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as workers:
        list(workers.map(work, range(WORKERS)))


@pytest.mark.usefixtures("own_database")
def test_workers_at_once_share_the_refunds(stripe: Simulator) -> None:
    """W2, P2: Stripe is asked once for each."""
    sam = person("sam", is_staff=True)
    for n in range(MANY):
        payment, stripe_id = pay_unheard(stripe, person(f"reader-{n}"), 1_000)
        converging.converge_payment(stripe_id)
        payment.refresh_from_db()
        refunding.refund_by_staff(payment, 700, sam, "paid by mistake")

    at_once(refunding.send_refunds)

    assert not Refund.objects.filter(done_at=None).exists()
    assert len(stripe.calls("POST", "/v1/refunds")) == MANY
    assert [one["amount"] for one in stripe.all("refund")] == [700] * MANY
    assert not any(checks.check().values())


@pytest.mark.usefixtures("own_database")
def test_workers_at_once_share_the_monthly_run(stripe: Simulator) -> None:
    """W3: each account is fetched once, and each creator asked for once."""
    creators = [person(f"creator-{n}") for n in range(MANY)]
    for creator in creators:
        onboard(stripe, creator)
        give_revenue(creator, 2_000)
    end_month()
    travel(months.start(clock.period()).replace(day=10, hour=1))
    before = len(stripe.calls("GET", "/v1/accounts"))

    at_once(monthly.monthly_run)

    assert Payout.objects.count() == MANY
    asked = [call.path for call in stripe.calls("GET", "/v1/accounts")[before:]]
    assert len(asked) == len(set(asked)) > 0
    assert not StripeAccount.objects.exclude(claimed_until=None).exists()


@pytest.mark.usefixtures("own_database")
def test_workers_at_once_share_the_renewals(
    stripe: Simulator,
) -> None:
    """S1, W2: each reader is charged once."""
    for n in range(MANY):
        spend(reader_with_card(stripe, f"reader-{n}"))
    next_month()
    paid = len(stripe.all("payment_intent"))

    at_once(renewing.renew)

    assert len(stripe.all("payment_intent")) == paid + MANY
    tried = Payment.objects.exclude(renewal=None)
    assert tried.count() == tried.exclude(paid_at=None).count() == MANY


def test_nothing_is_kept_by_a_session() -> None:
    """A pool gives each transaction another connection: what one would keep is lost."""
    found = [
        f"{path.relative_to(ROOT)}: {kept[0]}"
        for app in ("flattr", "accounts", "buttons", "payouts")
        for path in sorted((ROOT / app).rglob("*"))
        if path.suffix in {".py", ".sql"} and "local" not in path.parts
        for kept in KEPT_BY_SESSIONS.finditer(path.read_text())
    ]

    assert found == []
