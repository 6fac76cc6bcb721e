"""Alice gives; Bob and Carol make. What stories need to say about people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import BudgetAmount, User
from accounts.people import budgets
from buttons.models import Thing
from flattr.database import clock, roles
from payouts import chart
from payouts.ledger import posting
from payouts.ledger.models import Transaction


def execute(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run one statement as the application's role; the rows, if there are any."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def travel(moment: datetime) -> None:
    """Set the platform's clock, as the owner."""
    with roles.as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE flattr_clock_offset"
            " SET seconds = ceil(extract(epoch FROM %s - clock_timestamp()))",
            [moment],
        )
        cursor.execute("SELECT flattr_open_month(flattr_period(flattr_clock()))")


def person(name: str, **facts: Any) -> User:
    """Somebody with a verified mail address and the password `correct horse`."""
    user: User = User.objects.create_user(
        name, email=f"{name}@people.example", password="correct horse", **facts
    )
    execute(
        'INSERT INTO account_emailaddress (email, verified, "primary", user_id)'
        " VALUES (%s, true, true, %s)",
        user.email,
        user.pk,
    )
    return user


def reader_with_budget(name: str, amount: int = 1_000, paid: int = 10_000) -> User:
    """A reader who gives 10.00 a month and paid in 100.00."""
    reader = person(name)
    open_budget(reader, amount, paid)
    return reader


def open_budget(reader: User, amount: int = 1_000, paid: int = 10_000) -> None:
    """`reader` gives `amount` minor units a month and has paid in `paid`."""
    now, period = clock.now(), clock.period()
    budgets.write_amount(reader, period, amount, now)
    if paid:
        pay_in(reader, paid)
        budgets.cover(reader, period)


def pay_in(reader: User, amount: int) -> Transaction:
    """Money that simply arrives, where a card at Stripe (`tests.world.cards`) would
    say no more."""
    posted = post_payment(reader.pk, amount)
    budgets.credit(reader, clock.now())
    return posted


def post_payment(reader_id: int, amount: int, reference: str = "") -> Transaction:
    """The posting of a payment alone, without any row about it."""
    if not reference:
        number = (
            BudgetAmount.objects.count()
            + execute("SELECT count(*) FROM ledger_transaction")[0][0]
        )
        reference = f"charge:test-{reader_id}-{number}"
    means = posting.Place("means", reader_id)
    return posting.post(reference, {chart.SIMULATED: -amount, means: amount})


def thing_of(owner: User | None, slug: str, *, proved: bool = True) -> Thing:
    """Something of `owner`'s at creators.example, proved by the operator or not."""
    now = clock.now()
    return Thing.objects.create(
        url=f"https://creators.example/{owner or 'somebody'}/{slug}",
        host="creators.example",
        title=slug.replace("-", " ").capitalize(),
        owner=owner,
        proved_at=now if proved else None,
        proof="by the operator" if proved else "",
        created_at=now,
    )


def click(reader: User, thing: Thing) -> None:
    """A flattr as the database takes it, without the pages' questions."""
    execute(
        "INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)"
        " SELECT m.period, %s, %s, %s, m.moment FROM flattr_moment() m",
        reader.pk,
        thing.pk,
        thing.owner_id,
    )
