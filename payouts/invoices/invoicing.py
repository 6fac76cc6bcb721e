"""Invoices to creators over our fee, written once after each close.

A reader's fee is on whoever got something of that reader's month, in proportion. It is
computed in the database (`sql/invoices.sql`), a step of its own, so that no close takes
longer for it. What refunds and disputes took back of fees until then, or what came again,
is corrected with the next month's: one paper for each invoice that is corrected.
"""

from __future__ import annotations

import json

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext

from flattr import vat
from flattr.database import locks
from payouts.close import breaker
from payouts.models import Close


def make_due() -> int:
    """Write the invoices of every closed month that has none yet, in order; how many.
    None while the ledger does not add up: what is written stays."""
    made = 0
    while not breaker.tripped() and (period := _due()) is not None:
        written = make(period)
        if written is None:
            break
        made += written
    return made


def _due() -> int | None:
    closed = Close.objects.filter(state="closed", invoiced_at=None).exclude(digest="")
    first = closed.order_by("period").first()
    return first.period if first else None


def make(period: int) -> int | None:
    """Write the invoices and credit notes of a closed month; how many, 0 where there is
    no fee or they are written. None where another worker writes them."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT invoices_begin(%s)", [period])
    with transaction.atomic(), connection.cursor() as cursor:
        if not locks.lock("invoices"):
            return None
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SELECT invoices_make(%s, %s)", [period, json.dumps(_seller())])
        made: int = cursor.fetchone()[0]
    return made


def _seller() -> dict[str, object]:
    """Who we are and what VAT is in the fee, as `invoices_make` asks for it."""
    prefix = vat.prefix(settings.VAT_COUNTRY)
    return {
        "name": settings.OPERATOR_LEGAL_NAME,
        "address": settings.OPERATOR_ADDRESS,
        "vat_id": settings.OPERATOR_VAT_ID,
        "prefix": prefix if prefix in vat.SHAPES else "",
        "prefixes": list(vat.SHAPES),
        "rate": settings.VAT_RATE,
        # Our own words for a fee of former times, when today there is none to explain.
        "note": settings.VAT_NOTE or gettext("There is no VAT in this amount."),
    }
