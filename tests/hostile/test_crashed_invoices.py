"""Writing invoices crashed at every point of it: each is written once, and no number is
left out."""

from __future__ import annotations

from typing import Any

from pytest_django import Settings

from payouts.close import mailing
from payouts.invoices import invoicing
from payouts.models import Close, Invoice, InvoiceSeries
from tests.hostile.crashing import CrashEverywhere
from tests.payouts.invoices.world import bob_earns, dispute_of, set_up
from tests.world import earning
from tests.world.crowd import World
from tests.world.people import execute, person


def write() -> None:
    invoicing.make_due()
    for period in mailing.untold():
        mailing.write_mails(period)


def seen() -> Any:
    return {
        "papers": list(
            Invoice.objects.order_by("id").values_list(
                "year", "number", "period", "creator", "gross", "corrects__number"
            )
        ),
        "last": list(InvoiceSeries.objects.values_list("year", "last")),
        "difference": execute("SELECT invoices_difference()"),
        "open": Close.objects.filter(invoiced_at=None).count(),
    }


def test_invoices_crashed_anywhere_leave_no_number_out(
    own_database: str, settings: Settings, crash_everywhere: CrashEverywhere
) -> None:
    """W5, W6: two months with a credit note."""
    set_up(settings)
    payment = bob_earns(person("bob"), 1_000)
    world = World(5, readers=10, creators=4)
    world.click_around()
    dispute_of(payment)
    earning.end_month()
    world.click_around()
    earning.end_month()

    calm = crash_everywhere(write, seen=seen)

    numbers = [number for _, number, *_ in calm["papers"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert any(gross < 0 for *_, gross, _ in calm["papers"])
    assert (calm["difference"], calm["open"]) == ([(0,)], 0)
