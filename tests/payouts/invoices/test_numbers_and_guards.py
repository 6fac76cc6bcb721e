"""The numbers of invoices leave none out, and what is written stays, whoever tries."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, ProgrammingError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from flattr import months
from flattr.database import clock, roles
from payouts.close import breaker
from payouts.invoices import invoicing
from payouts.ledger import checks
from payouts.models import Close, Invoice, InvoiceLine, InvoiceSeries
from payouts.operations import due
from tests.payouts.invoices.test_invoicing import back_with
from tests.payouts.invoices.world import GERMAN, bob_earns, set_up
from tests.world import earning
from tests.world.bookkeeper import turn
from tests.world.crowd import World
from tests.world.people import execute, person, travel

pytestmark = pytest.mark.usefixtures("own_database")

COPY = (
    "INSERT INTO invoice (year, number, period, creator_id, issued_at, currency,"
    " treatment, rate, gross, vat, note, seller, seller_address, seller_vat_id, customer,"
    " customer_address, customer_vat_id, corrects_id)"
    " SELECT year, {number}, {period}, creator_id, issued_at, currency, treatment, rate,"
    " {gross}, {vat}, note, seller, seller_address, seller_vat_id, customer,"
    " customer_address, customer_vat_id, NULL FROM invoice"
)


def as_owner(statement: str) -> None:
    """What even the owner of the tables tries, or somebody who has their password."""
    with roles.as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def is_broken(promise: str) -> bool:
    found = checks.check()
    return any(wrong for says, wrong in found.items() if f"({promise})" in says)


def test_numbers_go_on_from_month_to_month_and_begin_anew_with_the_year(
    settings: Settings,
) -> None:
    """W6: what was earned in December is invoiced in January."""
    set_up(settings)
    year = clock.now().year + 1
    travel(months.start(year * 100 + 10) + timedelta(days=2))
    bob = person("bob")
    for _ in range(4):
        bob_earns(bob, 1_000)

    written = Invoice.objects.order_by("id").values_list("year", "number")
    assert list(written) == [(year, 1), (year, 2), (year + 1, 1), (year + 1, 2)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE invoice SET gross = 1, vat = 0",
        "UPDATE invoice SET customer_address = 'elsewhere'",
        "DELETE FROM invoice",
        "TRUNCATE invoice CASCADE",
        "UPDATE invoice_line SET fee = 1",
        "DELETE FROM invoice_line",
        "TRUNCATE invoice_line",
        COPY.format(number="number + 2", period="period + 1", gross="gross", vat="vat"),
        COPY.format(number="number", period="period + 1", gross="gross", vat="vat"),
        COPY.format(number="number + 1", period="period", gross="gross", vat="vat"),
        COPY.format(
            number="number + 1", period="period + 1", gross="gross", vat="vat + 1"
        ),
        COPY.format(
            number="number + 1", period="period + 1", gross="-gross", vat="-vat"
        ),
    ],
)
def test_not_even_the_owner_changes_an_invoice_or_leaves_a_number_out(
    statement: str, settings: Settings
) -> None:
    """W6: by mistake; and whoever switches the guards off is noticed."""
    set_up(settings, **GERMAN)
    bob_earns(person("bob"), 1_000)

    with pytest.raises(IntegrityError):
        as_owner(statement)

    assert not is_broken("W5")
    assert not is_broken("W6")


def test_the_next_number_is_accepted(settings: Settings) -> None:
    """As the twin of the refusals above: nothing else is wrong with the statement."""
    set_up(settings, **GERMAN)
    bob_earns(person("bob"), 1_000)

    as_owner(
        COPY.format(number="number + 1", period="period + 1", gross="gross", vat="vat")
    )

    assert InvoiceSeries.objects.get().last == 2
    assert is_broken("W5")


@pytest.mark.parametrize("table", ["invoice", "invoice_line", "invoice_series"])
@pytest.mark.parametrize("deed", ["DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES"])
def test_the_application_may_only_read_them(table: str, deed: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        transaction.atomic(),
    ):
        execute(deed.format(table))


@pytest.mark.parametrize(
    ("tampering", "promise"),
    [
        ("DELETE FROM invoice_line; DELETE FROM invoice WHERE number = 1", "W6"),
        ("UPDATE invoice SET gross = 50, vat = 8", "W5"),
        ("UPDATE invoice_series SET last = 9", "W6"),
    ],
)
def test_whoever_gets_past_the_guards_is_noticed(
    tampering: str, promise: str, settings: Settings
) -> None:
    """W5, W6: `check_ledger` says so."""
    set_up(settings, **GERMAN)
    bob_earns(person("bob"), 1_000)
    bob_earns(person("carol"), 1_000)
    call_command("check_ledger")

    for table in ("invoice", "invoice_line", "invoice_series"):
        as_owner(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    as_owner(tampering)

    assert is_broken(promise)
    with pytest.raises((CommandError, SystemExit)):
        call_command("check_ledger")


def test_the_role_that_may_change_an_invoice_is_noticed() -> None:
    as_owner("GRANT UPDATE ON invoice TO app")

    assert is_broken("L3")


# --- Many at once


def at_once(many: int, act: Callable[[], object]) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            act()
        except BaseException as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(many)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures


def test_workers_at_once_write_each_invoice_once(settings: Settings) -> None:
    """W6: six workers, two months."""
    set_up(settings)
    world = World(7, readers=30, creators=12)
    world.click_around()
    world.month_passes()
    world.click_around()
    world.month_passes()
    earning.close_everything()

    at_once(6, invoicing.make_due)

    invoicing.make_due()
    numbers = list(Invoice.objects.order_by("id").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) > 12
    assert not is_broken("W5")


def test_a_month_of_many_takes_as_many_statements_as_one_of_few(
    settings: Settings, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """No row of it in Python; and it adds up by creator as the bookkeeper has it."""
    set_up(settings)
    world = World(11, readers=300, creators=60)
    world.click_around()
    over = world.month_passes()
    earning.close_everything()

    with django_assert_max_num_queries(14):
        invoicing.make_due()

    assert Invoice.objects.filter(period=over).count() == Close.objects.get().creators
    given = InvoiceLine.objects.values_list("given", "fee")
    close = Close.objects.get()
    assert sum(row[1] for row in given) == close.fee
    assert sum(row[0] or 0 for row in given) == close.spent


def test_each_cent_of_a_fee_goes_back_once(settings: Settings) -> None:
    """Whatever sum is back, each creator's part of it grows with it and is theirs in
    full at the end."""
    set_up(settings)
    world = World(13, readers=20, creators=40)
    world.click_around()
    over = world.month_passes()
    earning.close_everything()
    reader, fee = execute(
        "SELECT reader_id, fee FROM split ORDER BY creators DESC, fee DESC LIMIT 1"
    )[0]
    parts = execute("SELECT * FROM fee_parts(%s, %s, %s)", over, reader, reader + 1)
    whole = {creator: part for _, creator, _, part, _ in parts if part}

    ranked = {creator: part for _, creator, _, part, _ in parts}
    first = turn(reader, over, len(ranked))
    before: dict[int, int] = {}
    rows = execute(
        "SELECT back, theirs.* FROM generate_series(1, %s) AS back,"
        " fee_back(%s, %s, back) AS theirs",
        *(fee, over, reader),
    )
    of_each: dict[int, dict[int, int]] = {back: {} for back in range(1, fee + 1)}
    for back, creator, part in rows:
        of_each[back][creator] = part
    for back, now in of_each.items():
        assert sum(now.values()) == back
        went = back_with([ranked[one] for one in sorted(ranked)], back, first)
        assert [now.get(one, 0) for one in sorted(ranked)] == went
        assert all(now.get(creator, 0) >= had for creator, had in before.items())
        for creator, part in whole.items():
            assert abs(now.get(creator, 0) - Fraction(back * part, fee)) < 1.5
        before = now
    assert before == whole


def test_vat_is_in_the_amount_and_rounded_half_a_cent_up() -> None:
    """Against fractions: 1.19 holds 0.19, and a half goes up, on credit notes too."""
    rates = [0, 1, 550, 775, 810, 1_900, 2_000, 2_500, 2_700, 5_000]
    amounts = [*range(-2_500, 2_500), 10**9 + 7, -(10**9) - 7]
    with roles.as_owner():
        rows = execute(
            "SELECT g, r, invoice_vat(g, r) FROM unnest(%s::bigint[]) g,"
            " unnest(%s::integer[]) r",
            amounts, rates,
        )  # fmt: skip

    for gross, rate, vat in rows:
        exact = Fraction(abs(gross) * rate, 10_000 + rate)
        expected = int(exact + Fraction(1, 2))
        assert vat == (expected if gross > 0 else -expected), (gross, rate)
    assert len(rows) == len(amounts) * len(rates)


def test_nothing_is_written_while_the_ledger_does_not_add_up(
    settings: Settings,
) -> None:
    set_up(settings)
    world = World(17, readers=5, creators=2)
    world.click_around()
    world.month_passes()
    earning.close_everything()
    breaker.judge({"wrong": ["something"]})

    assert due.make_invoices() == ""
    assert not Invoice.objects.exists()

    breaker.judge({})
    assert "invoices and credit notes" in due.make_invoices()
