"""Invoices over our fee: they add up to it by creator, whatever goes back, as an
independent bookkeeper has it, and their numbers leave none out."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import timedelta
from fractions import Fraction

import pytest
from pytest_django import Settings

from flattr.database import clock
from payouts.gifts import handing_over, offering
from payouts.invoices import invoicing
from payouts.invoices.invoice_words import InvoiceWords
from payouts.models import Close, Invoice, InvoiceSeries, Traced
from tests.hostility import Budget
from tests.world import card_money, earning
from tests.world.bookkeeper import turn
from tests.world.crowd import World
from tests.world.life import Life
from tests.world.people import (
    click,
    execute,
    person,
    thing_of,
    travel,
)
from tests.world.tracer import Tracer, part_of

GERMAN = {
    "VAT_COUNTRY": "DE",
    "VAT_RATE": 1_900,
    "OPERATOR_VAT_ID": "DE123456789",
    "VAT_NOTE": "",
}

# --- The bookkeeper's model, from the rules


def parts(fee: int, shares: Mapping[int, int], reader: int, period: int) -> list[int]:
    """What of a reader's fee is on each creator, in order of their numbers."""
    first = turn(reader, period, len(shares))
    return part_of(fee, [shares[one] for one in sorted(shares)], first)


def back_with(of: list[int], back: int, first: int) -> list[int]:
    """Whose cents of a fee go back when so much of it does: every cent stands where it
    divides its owner's part evenly, and the first ones go."""
    line = sorted(
        (Fraction(2 * nth + 1, part), (place + first) % len(of), place)
        for place, part in enumerate(of)
        for nth in range(part)
    )
    went = Counter(place for _, _, place in line[:back])
    return [went[place] for place in range(len(of))]


def owed_by_creator(books: Tracer) -> dict[int, int]:
    """The fee that each creator bears of closed months by now."""
    closed = Close.objects.latest("period").period
    back: defaultdict[tuple[int, int], int] = defaultdict(int)
    owed: defaultdict[int, int] = defaultdict(int)
    for slip in books.slips.values():
        if slip.state == "given" and slip.month <= closed:
            owed[slip.creator] += slip.fee
    for reader, lines in books.by_reader.items():
        for line in lines:
            if line.who == "fee" and line.slip and line.period <= closed:
                owed[books.slips[line.slip].creator] -= line.amount
            elif line.who == "fee" and not line.slip:
                back[reader, line.period] += line.amount
    for (reader, period), whole in books.shares.items():
        shares = {one: much for one, much in whole.items() if one is not None}
        of = parts(whole[None], shares, reader, period)
        first = turn(reader, period, len(shares))
        went = back_with(of, back[reader, period], first)
        for creator, part, gone in zip(sorted(shares), of, went, strict=True):
            owed[creator] += part - gone
    return {creator: amount for creator, amount in owed.items() if amount}


def invoiced_by_creator() -> dict[int, int]:
    rows = Invoice.objects.values_list("creator", "gross")
    sums: defaultdict[int, int] = defaultdict(int)
    for creator, gross in rows:
        sums[creator] += gross
    return {creator: amount for creator, amount in sums.items() if amount}


def numbers_agree() -> None:
    """They begin at 1 in each year and leave none out, in the order of writing."""
    for series in InvoiceSeries.objects.all():
        of_year = Invoice.objects.filter(year=series.year).order_by("id")
        numbers = list(of_year.values_list("number", flat=True))
        assert numbers == list(range(1, series.last + 1))


def lines_agree() -> None:
    for invoice in Invoice.objects.prefetch_related("lines"):
        assert invoice.gross == sum(line.fee for line in invoice.lines.all())
        if invoice.corrects is not None:
            assert invoice.creator_id == invoice.corrects.creator_id
            left = sum(one.gross for one in invoice.corrects.corrections.all())
            assert 0 <= invoice.corrects.gross + left <= invoice.corrects.gross


# --- Against the bookkeeper


@pytest.mark.usefixtures("own_database")
@pytest.mark.parametrize(("percent", "policy"), [(10, "creator"), (30, "thing")])
def test_invoices_less_credit_notes_are_the_fees_of_each_creator(
    percent: int, policy: str, settings: Settings, budget: Budget
) -> None:
    """V1: random months with refunds, and disputes lost, won and appealed; whoever is set
    aside comes later."""
    settings.FEE_PERCENT, settings.POLICY = percent, policy
    for _ in range(budget(1, 100, 2)):
        seed = random.randrange(10**9)
        print(f"seed={seed}")  # noqa: T201 (what a failure is found again by)
        life = Life(random.Random(seed), Tracer(percent, policy))
        ours = {thing.owner_id for thing in life.things}
        for _ in range(5):
            life.month()
            invoicing.make_due()
            invoiced = invoiced_by_creator()
            assert {c: much for c, much in invoiced.items() if c in ours} == (
                owed_by_creator(life.books)
            )
        lines_agree()
        numbers_agree()
    earning.end_month()
    invoicing.make_due()
    fees = execute(
        "SELECT sum(e.amount)::bigint FROM ledger_entry e"
        " JOIN ledger_account a ON a.id = e.account_id WHERE a.kind = 'fees'"
    )
    assert sum(invoiced_by_creator().values()) == fees[0][0]
    assert execute("SELECT invoices_difference()") == [(0,)]


@pytest.mark.usefixtures("own_database")
def test_a_platform_that_comes_to_invoices_late_writes_them_all(
    settings: Settings, budget: Budget
) -> None:
    """Months that were closed before there were invoices are made up for, in order."""
    settings.FEE_PERCENT = 10
    seed = random.randrange(10**9)
    print(f"seed={seed}")  # noqa: T201
    life = Life(random.Random(seed), Tracer(10, "creator"))
    for _ in range(5):
        life.month()

    invoicing.make_due()

    assert invoiced_by_creator() == owed_by_creator(life.books)
    assert not Close.objects.filter(invoiced_at=None).exists()
    lines_agree()
    numbers_agree()


@pytest.mark.usefixtures("own_database")
def test_a_town_without_a_fee_has_no_invoices() -> None:
    world = World(random.randrange(10**6), readers=20, creators=5)
    world.click_around()
    world.month_passes()
    earning.close_everything()

    assert invoicing.make_due() == 0
    assert not Invoice.objects.exists()
    assert not InvoiceSeries.objects.exists()
    assert not Close.objects.filter(invoiced_at=None).exists()


@pytest.mark.usefixtures("own_database")
def test_a_gift_is_on_the_invoice_of_its_month(settings: Settings) -> None:
    """And what is taken back of it on a credit note for that invoice."""
    settings.FEE_PERCENT = 10
    alice, bob = person("alice"), person("bob")
    payment = card_money.pay_by_card(alice, 1_505, 1_000)
    click(alice, thing_of(bob, "song"))
    offering.give(alice, bob, 505)
    travel(clock.now() + timedelta(hours=1))
    handing_over.hand_over()
    month = earning.end_month()
    invoicing.make_due()

    invoice = Invoice.objects.get()
    lines = invoice.lines.order_by("kind").values_list("kind", "period", "given", "fee")
    assert list(lines) == [("gift", month, 505, 51), ("month", month, 1_000, 100)]
    words = InvoiceWords(invoice, list(invoice.lines.all()))
    assert any("Fee on gifts of €5.05" in text for text, _ in words.rows)

    payment.refresh_from_db()
    card_money.refund_at_stripe(payment, 1_200)
    earning.end_month()
    invoicing.make_due()

    credit = Invoice.objects.latest("id")
    back = Traced.objects.filter(kind="fee")
    assert {one.gift_id is None for one in back} == {True, False}
    assert credit.corrects == invoice
    assert credit.gross == -sum(one.amount for one in back) <= -120
    assert credit.lines.get().period == month
    assert execute("SELECT invoices_difference()") == [(0,)]
