"""What the database refuses to the role that the application runs as (L1 to L10, T13)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import psycopg2
import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    connection,
    connections,
    transaction,
)
from psycopg2.extensions import connection as PostgresConnection
from pytest_django import DjangoDbBlocker

from accounts.audit import taken_over_at
from accounts.models import User
from accounts.people import budgets
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.close import closing
from payouts.ledger import checks, posting
from payouts.ledger.models import Entry, Transaction
from payouts.ledger.posting import Place
from tests import fixtures
from tests.clones import Clones
from tests.world.people import click, execute, open_budget, person, thing_of, travel


@pytest.fixture(scope="module")
def closed_month(
    all_clones: Clones, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A database with a closed month for all tests of statements that are refused
    outright; each asks for `db` as well, and none has anything to commit."""
    name = all_clones.clone()
    with pytest.MonkeyPatch.context() as patch:
        with django_db_blocker.unblock():
            fixtures.point_at(name, patch)
            close_alices_month()
        yield
        with django_db_blocker.unblock():
            connections.close_all()
    all_clones.drop(name)


@pytest.fixture
def alice(own_database: str) -> User:
    """A reader whose month with Bob is closed."""
    return close_alices_month()


def close_alices_month() -> User:
    alice, bob = person("alice"), person("bob")
    open_budget(alice, 1_000)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month))
    closing.close_month(month)
    return alice


LEDGER = ["ledger_transaction", "ledger_entry", "ledger_account"]
OTHERS = [
    "split",
    "audit",
    "reader_month",
    "revenue_line",
    "close_problem",
    "taken_name",
]


def book() -> int:
    """The book of the month that the fixture closed."""
    number: int = execute("SELECT max(book) FROM ledger_transaction")[0][0]
    return number


@pytest.mark.parametrize("table", [*LEDGER, *OTHERS])
@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM {}", "TRUNCATE {} CASCADE", "ALTER TABLE {} DISABLE TRIGGER ALL", "DROP TABLE {} CASCADE"],
)  # fmt: skip
def test_rows_are_not_taken_away(
    closed_month: None, db: None, table: str, statement: str
) -> None:
    """L3: by nobody that the application can be."""
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        execute(statement.format(table))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET amount = amount + 1",
        "UPDATE ledger_transaction SET reference = reference || 'x'",
        "UPDATE ledger_account SET owner_id = 1",
        "UPDATE ledger_balance SET amount = 1000000",
        "INSERT INTO ledger_balance (account_id, amount) VALUES (99, 1)",
        "UPDATE split SET spent = 1",
        "INSERT INTO split SELECT * FROM split",
        "INSERT INTO close (period) VALUES (202001)",
        "UPDATE close SET spent = 0",
        "UPDATE lot SET amount = amount * 2",
        "UPDATE audit SET reason = ''",
        "UPDATE flattr_clock_offset SET seconds = 0",
        "CREATE TABLE mine (id integer)",
        "CREATE FUNCTION flattr_clock() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "SET session_replication_role = replica",
        "SELECT ledger_guard_partition('ledger_entry_0')",
        "SELECT * FROM close_lines(202611, 1, 2)",
    ],
)
def test_nothing_is_changed_past_the_doors(
    closed_month: None, db: None, statement: str
) -> None:
    """The application's role may not write past the functions made for it (L3, T13)."""
    with pytest.raises(DatabaseError, match="permission denied"):
        execute(statement)


@pytest.mark.parametrize(
    "verb", ["SELECT * FROM", "DELETE FROM", "TRUNCATE", "INSERT INTO"]
)
@pytest.mark.parametrize("parent", ["ledger_transaction", "ledger_entry"])
def test_a_partition_is_no_back_door(
    closed_month: None, db: None, verb: str, parent: str
) -> None:
    for partition in (f"{parent}_0", f"{parent}_{book()}"):
        tail = " DEFAULT VALUES" if verb.startswith("INSERT") else ""
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic():
            execute(f"{verb} {partition}{tail}")


def test_a_month_of_splits_is_no_back_door(
    alice: User, owner_connection: PostgresConnection
) -> None:
    """L3: for the application's role, nor for the owner."""
    for statement in (
        f"UPDATE split_{book()} SET spent = 7",
        f"DELETE FROM split_{book()}",
        f"TRUNCATE split_{book()}",
    ):
        with pytest.raises(DatabaseError, match="permission denied"):
            execute(statement)
        with (
            owner_connection.cursor() as cursor,
            pytest.raises(psycopg2.Error, match="only ever added"),
        ):
            cursor.execute(statement)


def test_not_even_the_owner_changes_an_entry(
    alice: User, owner_connection: PostgresConnection
) -> None:
    """L3: the triggers hold for the owner, and on the close's partition too."""
    for table in ("ledger_entry", f"ledger_entry_{book()}", "ledger_entry_0"):
        for statement in (
            f"UPDATE {table} SET amount = 7",
            f"DELETE FROM {table}",
            f"TRUNCATE {table}",
        ):
            with (
                owner_connection.cursor() as cursor,
                pytest.raises(psycopg2.IntegrityError, match="only ever added"),
            ):
                cursor.execute(statement)


def insert_transaction(reference: str, **columns: object) -> int:
    """A header as a program that means ill would write it; its id."""
    values = {
        "book": 0, "reference": reference, "kind": reference.split(":", 1)[0],
        "period": 202001, "currency": "EUR", "occurred_at": "2020-01-01",
        "posted_at": "2020-01-01", "xid": "1", "content": "x", **columns,
    }  # fmt: skip
    names = ", ".join(values)
    marks = ", ".join(["%s"] * len(values))
    key: int = execute(
        f"INSERT INTO ledger_transaction ({names}) VALUES ({marks}) RETURNING id",
        *values.values(),
    )[0][0]
    return key


def insert_entry(txn: int, place: Place, amount: int, currency: str = "EUR") -> None:
    account = posting.accounts_of([place], "EUR")[place]
    execute(
        "INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)"
        " VALUES (0, %s, %s, %s, %s)",
        txn,
        account,
        currency,
        amount,
    )


def unbalanced(alice: User) -> None:
    txn = insert_transaction("charge:a")
    insert_entry(txn, chart.means(alice), 100)
    insert_entry(txn, chart.SIMULATED, -99)


def lonely(alice: User) -> None:
    insert_entry(insert_transaction("charge:b"), chart.means(alice), 100)


def empty(alice: User) -> None:
    insert_transaction("charge:c")


def of_two_currencies(alice: User) -> None:
    txn = insert_transaction("charge:d")
    insert_entry(txn, chart.means(alice), 100)
    insert_entry(txn, chart.SIMULATED, -100, currency="USD")


def with_a_zero(alice: User) -> None:
    txn = insert_transaction("charge:e")
    insert_entry(txn, chart.means(alice), 0)


def absurd(alice: User) -> None:
    txn = insert_transaction("charge:f")
    insert_entry(txn, chart.means(alice), 10**12 + 1)


def in_a_closed_book(alice: User) -> None:
    insert_transaction("close:2026-10:reader:1", book=book(), content=None)


def as_a_close(alice: User) -> None:
    insert_transaction("close:2026-10:reader:1", content=None)


def under_another_kind(alice: User) -> None:
    insert_transaction("charge:g", kind="payout")


def below_the_floor(alice: User) -> None:
    txn = insert_transaction("refund:h")
    insert_entry(txn, chart.means(alice), -1_000_000)
    insert_entry(txn, chart.SIMULATED, 1_000_000)


@pytest.mark.parametrize(
    "attack",
    [unbalanced, lonely, empty, of_two_currencies, with_a_zero, absurd, in_a_closed_book,
     as_a_close, under_another_kind, below_the_floor],
)  # fmt: skip
def test_a_transaction_that_is_not_one_is_refused(
    alice: User, attack: Callable[[User], None]
) -> None:
    """L1, L2, L5, L9, L10: at the latest when it would be committed."""
    before = checks.digest()

    with pytest.raises(IntegrityError), transaction.atomic():
        attack(alice)

    assert checks.digest() == before


def test_a_committed_transaction_is_sealed(alice: User) -> None:
    """L3: no entry joins it later, a balanced pair neither."""
    old = Transaction.objects.filter(book=0).earliest("id")

    with pytest.raises(IntegrityError, match="sealed"), transaction.atomic():
        insert_entry(old.pk, chart.means(alice), 100)
        insert_entry(old.pk, chart.SIMULATED, -100)


def test_times_month_and_seal_are_the_databases(alice: User) -> None:
    """L9: whatever was sent."""
    with transaction.atomic():
        txn = insert_transaction("charge:later", period=209901, posted_at="2099-01-01")
        insert_entry(txn, chart.means(alice), 100)
        insert_entry(txn, chart.SIMULATED, -100)

    made = Transaction.objects.get(pk=txn)
    assert made.period == clock.period()
    assert abs((made.posted_at - clock.now()).total_seconds()) < 10


def test_the_audit_log_says_itself_when_something_was_done(alice: User) -> None:
    """T37, T42: a change of the address, said to be of last week, holds payouts back
    for the seven days from now."""
    [(row, at)] = execute(
        "INSERT INTO audit (id, at, action, subject, before, after, reason)"
        " VALUES (-5, now() - interval '8 days', 'email_changed', %s, '{}', '{}', '')"
        " RETURNING id, at", f"person:{alice.pk}",
    )  # fmt: skip

    assert row > 0
    assert abs((at - clock.now()).total_seconds()) < 10
    assert taken_over_at(alice) is not None
    travel(clock.now() + timedelta(days=7, minutes=1))
    assert taken_over_at(alice) is None


def test_a_bank_account_waits_and_a_yes_is_given_now(alice: User) -> None:
    """A5, W4: whatever the insert says."""
    dora = person("dora", is_staff=True)
    with pytest.raises(IntegrityError, match="waits seven days"):
        execute(
            "INSERT INTO destination (creator_id, holder, iban, stripe_id, bank_id,"
            " country, last4, fingerprint, made_at, usable_at) SELECT %s, 'Alice', '', '',"
            " '', 'DE', '1234', '', t, t + interval '7 days'"
            " FROM (SELECT flattr_clock() - interval '8 days') AS chosen (t)", alice.pk,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="given now"):
        execute(
            "INSERT INTO approval (payout_id, staff_id, at, reason)"
            " VALUES (1, %s, flattr_clock() - interval '1 day', '')", dora.pk,
        )  # fmt: skip


def test_what_was_given_in_a_month_that_is_over_stays(alice: User) -> None:
    """T12: no later row says that Alice had given more, or less."""
    over = execute("SELECT min(period) FROM budget_amount")[0][0]
    for statement in (
        "INSERT INTO budget_amount (reader_id, period, amount)"
        f" VALUES ({alice.pk}, {months.preceding(over)}, 9000)",
        f"UPDATE budget_amount SET amount = 9000 WHERE period = {over}",
        f"UPDATE budget_amount SET period = {months.shifted(over, 5)}",
        f"DELETE FROM budget_amount WHERE period = {over}",
    ):
        with pytest.raises(IntegrityError, match="The month is over"):
            execute(statement)
    budgets.write_amount(alice, clock.period(), 9_000, clock.now())
    assert budgets.amount_in(alice, over) == 1_000


@pytest.mark.parametrize("wanted", [2**63 - 2, -5, 1])
def test_the_ledger_numbers_itself(alice: User, wanted: int) -> None:
    """L7, L9: transactions, their entries and accounts, whatever the insert says."""
    last = Transaction.objects.filter(book=0).latest("id").pk
    with transaction.atomic():
        txn = insert_transaction("charge:numbered", id=wanted)
        for place, amount in ((chart.means(alice), 100), (chart.SIMULATED, -100)):
            execute(
                "INSERT INTO ledger_entry (book, id, transaction_id, account_id, currency,"
                " amount) VALUES (0, %s, %s, %s, 'EUR', %s)",
                wanted, txn, posting.accounts_of([place], "EUR")[place], amount,
            )  # fmt: skip
    [account] = execute(
        "INSERT INTO ledger_account (id, kind, owner_id, currency)"
        " VALUES (%s, 'pending', 4711, 'EUR') RETURNING id", wanted,
    )  # fmt: skip

    later = posting.post(
        "charge:later", {chart.SIMULATED: -300, chart.means(alice): 300}
    )
    assert last < txn < later.pk < last + 100
    of_both = Entry.objects.filter(transaction__in=[txn, later.pk]).order_by("id")
    assert [*of_both.values_list("transaction_id", flat=True)] == [
        txn, txn, later.pk, later.pk,
    ]  # fmt: skip
    assert wanted not in [*of_both.values_list("id", flat=True), *account]


def test_the_same_reference_moves_money_once(alice: User) -> None:
    """L6: same content, the first one; other content, an alarm."""
    amounts = {chart.SIMULATED: -300, chart.means(alice): 300}
    first = posting.post("charge:PI", amounts)

    assert posting.post("charge:PI", amounts) == first
    with pytest.raises(posting.Contradiction):
        posting.post("charge:PI", {chart.SIMULATED: -301, chart.means(alice): 301})
    assert Entry.objects.filter(transaction=first).count() == 2


def test_a_reversal_is_at_most_what_it_reverses(alice: User) -> None:
    """L8: in parts, but not more, and fully once."""
    amounts = {chart.SIMULATED: -300, chart.means(alice): 300}
    first = posting.post("charge:PI", amounts)
    posting.post(
        "refund:a", {chart.SIMULATED: 200, chart.means(alice): -200}, reverses=first.pk
    )

    with pytest.raises(IntegrityError, match="more than it did"):
        posting.post(
            "refund:b",
            {chart.SIMULATED: 101, chart.means(alice): -101},
            reverses=first.pk,
        )
    posting.post(
        "refund:c", {chart.SIMULATED: 100, chart.means(alice): -100}, reverses=first.pk
    )
    with pytest.raises(IntegrityError, match="no transaction"):
        posting.post(
            "refund:d", {chart.SIMULATED: 1, chart.means(alice): -1}, reverses=10**15
        )


def test_no_flattr_and_no_undo_in_a_closed_month(alice: User) -> None:
    """C3, S6: also not by SQL."""
    closed = book()
    bob = User.objects.get(username="bob")

    with pytest.raises(IntegrityError):
        execute(
            "INSERT INTO flattr SELECT %s, %s, %s, %s, flattr_month_start(%s)",
            closed, alice.pk, thing_of(bob, "late").pk, bob.pk, closed,
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="over"):
        execute("DELETE FROM flattr WHERE period = %s", closed)


def test_a_flattr_for_oneself_is_refused_by_the_table(alice: User) -> None:
    """A CHECK refuses the row itself (S8)."""
    with pytest.raises(IntegrityError, match="flattr_is_not_for_oneself"):
        click(alice, thing_of(alice, "diary"))


def test_the_application_owns_nothing(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("app",)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'app'::regrole")
        assert cursor.fetchone() == (0,)


def test_check_ledger_sees_what_a_superuser_did(
    alice: User, owner_connection: PostgresConnection
) -> None:
    """O3: guards taken off, an amount changed: every check says which."""
    with owner_connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays")
        cursor.execute("UPDATE ledger_entry SET amount = amount + 1 WHERE amount > 0")

    broken = {name for name, rows in checks.check().items() if rows}

    assert {wrong[-4:] for wrong in broken} == {"(L1)", "(L3)", "(L4)"}
