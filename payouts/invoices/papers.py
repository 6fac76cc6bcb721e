"""All invoices and credit notes of one creator: what their page says, and the same for
spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from flattr import months, vat
from flattr.database import clock
from payouts.close.spreadsheets import amount, quoted
from payouts.models import Invoice

HEADER = "number;written;month;kind;corrects;net;vat_percent;vat;gross;currency;treatment;customer;vat_id"


@dataclass(frozen=True)
class Papers:
    creator: User

    @cached_property
    def all(self) -> list[Invoice]:
        """The newest first."""
        return list(of(self.creator).order_by("-id"))

    @property
    def may_come(self) -> bool:
        """Whether there are any, or will be: then it matters to whom they are made out."""
        return bool(settings.FEE_PERCENT or self.all)

    @property
    def nothing(self) -> str:
        """Why there is none."""
        if not settings.FEE_PERCENT:
            return _(
                "%(site)s keeps nothing of what readers give you, so there is nothing to"
                " write an invoice about."
            ) % {"site": settings.OPERATOR_NAME}
        return _(
            "There is no invoice yet. Once a month is closed in which readers gave to you,"
            " the one over our fee of %(percent)s %% is here."
        ) % {"percent": settings.FEE_PERCENT}

    @property
    def about(self) -> str:
        return _(
            "An invoice over our fee each month, and a credit note where refunds or"
            " disputes took some of it back. None of them asks you to pay: the fee was kept"
            " before your revenue arrived."
        )

    @property
    def year(self) -> int:
        return clock.period() // 100


def of(creator: User) -> QuerySet[Invoice]:
    return Invoice.objects.filter(creator=creator).select_related("corrects")


def rows(invoices: Iterable[Invoice]) -> Iterator[list[str]]:
    for one in invoices:
        yield [
            one.name,
            f"{one.issued_at:%Y-%m-%d}",
            months.show(one.period),
            "credit note" if one.is_credit else "invoice",
            one.corrects.name if one.corrects else "",
            amount(one.net),
            vat.percent(one.rate).replace(".", ","),
            amount(one.vat),
            amount(one.gross),
            one.currency,
            one.treatment,
            quoted(one.customer),
            quoted(one.customer_vat_id),
        ]
