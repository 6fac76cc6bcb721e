"""The admin's first page, put together for one member of staff."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.models import Report
from flattr.database import clock
from flattr.templatetags.flattr import moment, money
from flattr.web.charts import Chart
from payouts.admin.home import banks, health, in_and_out, notes, shelves, waiting
from payouts.admin.home.banks import Answers
from payouts.admin.home.health import Fact
from payouts.admin.home.shelves import Shelf
from payouts.admin.home.waiting import Queue
from payouts.ledger.models import Account
from payouts.models import Close, Dispute, Inspection, Payment, Payout
from payouts.operations import books
from payouts.operations.books import Books


@dataclass(frozen=True, slots=True)
class Sum:
    """A figure that is shown adding up; `sign` stands before it."""

    label: str
    amount: str
    sign: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """What we owe and where it lies."""

    books: Books

    @property
    def sums(self) -> list[Sum]:
        told = self.books
        lies = (
            _("At Stripe, by our books")
            if "simulated" not in told.kinds
            else _("At Stripe and in play money, by our books")
        )
        sign = "+" if told.ours >= 0 else "\N{MINUS SIGN}"
        return [
            Sum(_("Readers, not spent"), money(told.readers)),
            Sum(_("Creators, held"), money(told.held), "+"),
            Sum(_("Creators, ready"), money(told.ready), "+"),
            Sum(_("On its way"), money(told.on_its_way), "+"),
            Sum(_("Ours, after costs"), money(abs(told.ours)), sign),
            Sum(lies, money(told.lies), "="),
        ]

    @property
    def owed(self) -> str:
        return _("%(amount)s are other people's.") % {"amount": money(self.books.owed)}

    @property
    def difference(self) -> str:
        """What Stripe holds beyond our books; empty where it was not asked."""
        found = self.books.difference
        return "" if found is None else money(found)

    @property
    def tone(self) -> str:
        return "bad" if self.books.difference else "good"

    @property
    def when(self) -> str:
        told = {"moment": moment(self.books.at)}
        if self.books.stripe is None:
            return _("As of %(moment)s. Nothing was compared with Stripe yet.") % told
        return _("As of %(moment)s, when Stripe was last compared.") % told


@dataclass(frozen=True)
class FirstPage:
    """None for what somebody may not see."""

    now: datetime
    alarms: Sequence[str] = ()
    notes: Sequence[str] = ()
    money: Money | None = None
    queue: Queue | None = None
    answers: Answers | None = None
    chart: Chart | None = None
    health: Sequence[Fact] = ()
    shelves: Sequence[Shelf] = field(default_factory=list)


def for_staff(request: HttpRequest, apps: Sequence[Any]) -> FirstPage:
    """The page of whoever asks; `apps` are the lists that they may see."""
    staff = request.user
    assert isinstance(staff, User)

    def may(*models: type[Model]) -> bool:
        return all(
            admin.site.get_model_admin(model).has_view_permission(request)
            for model in models
        )

    now = clock.now()
    parts = [
        *([waiting.payouts(staff, now)] if may(Payout) else []),
        *([waiting.set_aside(now)] if may(Close) else []),
        *([waiting.reports(staff, now)] if may(Report) else []),
    ]
    return FirstPage(
        now=now,
        alarms=notes.alarms(),
        notes=notes.notes() if may(Payout) else [],
        money=Money(books.latest()) if may(Account) else None,
        queue=waiting.queue(parts) if parts else None,
        answers=banks.answers() if may(Dispute) else None,
        chart=in_and_out.chart(now) if may(Payment, Payout) else None,
        health=health.health(now) if may(Close, Inspection) else [],
        shelves=shelves.shelves(apps),
    )
