"""A random month of many readers, in the database and in the bookkeeper's books.

Made in sets of SQL as the application's role, through the same statements and past
the same triggers as a click; readers are over-funded, or the floor of their accounts
would hide a payment made twice.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from django.db import connection

from accounts.models import User
from flattr import months
from flattr.database import clock
from payouts.ledger.models import Balance, Entry
from tests.world.bookkeeper import Bookkeeper
from tests.world.people import execute, post_payment, travel


@dataclass
class World:
    seed: int
    readers: int = 300
    creators: int = 60
    books: Bookkeeper = field(default_factory=Bookkeeper)
    reader_ids: list[int] = field(default_factory=list)
    things: list[tuple[int, int]] = field(default_factory=list)  # thing, creator
    paid: int = 0

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        now = clock.now()
        people = User.objects.bulk_create(
            User(username=f"{kind}{n}", email=f"{kind}{n}@people.example")
            for kind, many in (("reader", self.readers), ("creator", self.creators))
            for n in range(many)
        )
        self.reader_ids = [person.pk for person in people[: self.readers]]
        creators = [person.pk for person in people[self.readers :]]
        owners = [
            owner for owner in creators for _ in range(self.random.choice([1, 1, 2, 5]))
        ]
        rows = execute(
            "INSERT INTO thing (url, host, title, description, owner_id, proved_at, proof,"
            " category, language, tags, hidden, created_at, flattrs,"
            " flattrs_before, sample, suspension_reason)"
            " SELECT 'https://creators.example/' || n, 'creators.example', 'a thing', '',"
            " owner, %s, 'by the operator', 'text', 'en_GB', '{}', false, %s, 0, 0,"
            " '', '' FROM unnest(%s::bigint[]) WITH ORDINALITY AS t (owner, n)"
            " RETURNING id, owner_id",
            now,
            now,
            owners,
        )
        self.things = [(thing, owner) for thing, owner in rows]
        self.fund()

    def fund(self) -> None:
        """Everybody chooses a budget and pays in more than it."""
        now, period = clock.now(), clock.period()
        amounts = [self.random.randrange(200, 10_001) for _ in self.reader_ids]
        execute(
            "INSERT INTO budget (reader_id, created_at, credited_at, covered_period)"
            " SELECT r, %s, %s, 0 FROM unnest(%s::bigint[]) AS r",
            now,
            now,
            self.reader_ids,
        )
        execute(
            "INSERT INTO budget_amount (reader_id, period, amount)"
            " SELECT r, %s, a FROM unnest(%s::bigint[], %s::bigint[]) AS t (r, a)",
            period,
            self.reader_ids,
            amounts,
        )
        for reader, amount in zip(self.reader_ids, amounts, strict=True):
            self.books.gives_monthly(reader, amount, period)
            self.pay(reader, amount * self.random.choice([1, 3, 12]))

    def pay(self, reader: int, amount: int) -> None:
        self.paid += 1
        reference = f"charge:test-{self.paid}"
        posted = post_payment(reader, amount, reference)
        self.books.pays_in(reader, amount, posted.period, reference)

    def click_around(self) -> None:
        """Each reader flattrs things of 0 to 40 creators in the running month."""
        period = clock.period()
        clicks = []
        for reader in self.reader_ids:
            many = self.random.choice([0, 1, 2, 3, 5, 8, 13, 40])
            chosen = self.random.sample(self.things, min(many, len(self.things)))
            clicks += [(reader, thing, creator) for thing, creator in chosen]
        self.random.shuffle(clicks)
        if not clicks:
            return
        columns = [list(column) for column in zip(*clicks, strict=True)]
        execute(
            "INSERT INTO flattr (period, reader_id, thing_id, creator_id, received_at)"
            " SELECT m.period, c.* , m.moment FROM flattr_moment() m,"
            " unnest(%s::bigint[], %s::bigint[], %s::bigint[]) AS c (r, t, o)",
            *columns,
        )
        for reader, thing, creator in clicks:
            self.books.clicks_on(reader, thing, creator, period)

    def month_passes(self) -> int:
        """Go three hours into the next month; the month that is over now."""
        over = clock.period()
        travel(months.end(over).replace(hour=3))
        return over


def accounts() -> dict[tuple[str, int | None], int]:
    """Every account's sum of entries, as the ledger has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.kind, a.owner_id, sum(e.amount)::bigint FROM ledger_entry e"
            " JOIN ledger_account a ON a.id = e.account_id GROUP BY 1, 2"
            " HAVING sum(e.amount) <> 0"
        )
        return {(kind, owner): amount for kind, owner, amount in cursor.fetchall()}


def agree(books: Bookkeeper) -> None:
    """The ledger and the bookkeeper say the same, line by line and in every account."""
    ours = sorted(
        Entry.objects.values_list(
            "transaction__reference", "account__kind", "account__owner_id", "amount"
        ),
        key=str,
    )
    assert ours == sorted(books.lines, key=str)
    assert accounts() == books.accounts()
    for balance in Balance.objects.select_related("account"):
        place = (balance.account.kind, balance.account.owner_id)
        assert balance.amount == books.accounts().get(place, 0), place
