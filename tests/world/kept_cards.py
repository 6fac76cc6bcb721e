"""What stories about cards need to say: who pays at Stripe, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.test import Client

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing
from payouts.ledger import checks, posting
from payouts.models import Payer, Payment, Renewal
from payouts.operations import due
from payouts.payments import budgeting
from tests.world.cards import pay
from tests.world.people import person, travel
from tests.world.stripes import VISA, Simulator


def balance(reader: User) -> int:
    return posting.balance(chart.means(reader))


def reader_with_card(
    stripe: Simulator, name: str = "nina", budget: int = 1_000, card: str = VISA
) -> User:
    """Somebody who paid one month of a budget with a card that is kept."""
    reader = person(name)
    budgeting.choose(reader, budget)
    pay(stripe, reader, max(budget, 200), card)
    return reader


def spend(reader: User, amount: int | None = None) -> None:
    """What a close would have taken."""
    posting.post(
        f"test:{reader.pk}:{clock.now().timestamp()}",
        {
            chart.means(reader): -(balance(reader) if amount is None else amount),
            chart.OPERATOR: balance(reader) if amount is None else amount,
        },
    )


def next_month() -> int:
    """The month ends, and is closed; the one that runs then."""
    over = clock.period()
    travel(months.end(over) + timedelta(hours=3))
    closing.close_month(over)
    due.notify_of_closes()
    return months.following(over)


def later(**delta: int) -> datetime:
    """The clock goes on."""
    moment = clock.now() + timedelta(**delta)
    travel(moment)
    return moment


def renewal(reader: User) -> Renewal:
    return Renewal.objects.filter(reader=reader).latest("id")


def tries(reader: User) -> list[Payment]:
    return list(
        Payment.objects.filter(reader=reader).exclude(renewal=None).order_by("id")
    )


def kept_card(reader: User) -> str:
    return Payer.objects.get(reader=reader).kept_id


def charged(stripe: Simulator) -> list[int]:
    """What Stripe took from cards, in order."""
    return [
        charge["amount"]
        for charge in stripe.all("charge")
        if charge["status"] == "succeeded"
    ]


def in_order() -> bool:
    return not any(checks.check().values())


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def begin(client: Client, interval: int = 1, method: str = "card") -> str:
    """Stripe's address that the form about paying leads to."""
    answer = client.post("/pay", {"months": str(interval), "method": method})
    assert answer.status_code == 303, answer.content.decode()
    return str(answer.headers["Location"])


def latest(reader: User) -> Payment:
    return Payment.objects.filter(reader=reader).latest("id")


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()
