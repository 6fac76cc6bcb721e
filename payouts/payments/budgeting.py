"""Choosing what to give a month, and from which month on a choice counts.

The first amount counts at once. A raise counts for the running month as soon as
what is in the account covers it; until then the old amount stands. A lower amount,
or a stop, counts for the running month only while nothing has been flattred in it,
else from the next. Whoever likes begins with the next month instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils.translation import gettext_lazy as _

from accounts.models import Budget, BudgetAmount, User
from accounts.people import budgets
from buttons.models import Flattr
from flattr import months
from flattr.database import clock, locks
from flattr.web.refusals import NothingNew, Refusal
from payouts import chart
from payouts.ledger import posting
from payouts.models import Close, CloseProblem, Payment, WindingDown


class NotABudget(Refusal):
    says = _("A budget is an amount between the smallest and the largest.")

    code = "validation"


class AccountClosed(Refusal):
    says = _("Your account is closed. Keep it after all to go on giving.")

    code = "account_closed"
    status = 403


@dataclass(frozen=True, slots=True)
class Choice:
    """The outcome of choosing an amount of minor units a month.

    `counts_from` is the month it counts from; `from_next` says that the reader wanted
    it so. `missing` is what has to be paid in before a raise counts; until that arrives
    nothing has changed.
    """

    amount: int
    counts_from: int
    missing: int = 0
    from_next: bool = False


def choose(reader: User, amount: int, *, from_next: bool = False) -> Choice:
    """Decide to give `amount` minor units a month; 0 stops giving. With `from_next` it
    counts from the next month, and the running one stays as it is.

    Anything else outside of the smallest and the largest budget is refused with
    `NotABudget`, whoever is leaving with `AccountClosed`, and a raise with `NothingNew`
    while the platform does. What was chosen earlier for a later month is forgotten.
    """
    if amount and not settings.SMALLEST_BUDGET <= amount <= settings.LARGEST_BUDGET:
        raise NotABudget
    with transaction.atomic():
        period, at = clock.moment()
        # Payments before the budget, as `paying_in.arrived` locks them.
        Payment.objects.filter(reader=reader, paid_at=None).update(raises_to=None)
        budget = _locked(reader, at)
        refuse_leavers(reader)
        now = budgets.amount_in(reader, period)
        if amount > now and winds_down():
            raise NothingNew
        counts_from = months.following(period) if from_next else period
        if now and budget.credited_at and amount > now and not from_next:
            missing = amount - free(reader, period)
            if missing > 0:
                return Choice(amount, period, max(missing, settings.SMALLEST_BUDGET))
        if amount < now and flattred(reader, period):
            counts_from = months.following(period)
        budgets.write_amount(reader, counts_from, amount, at)
        cover(reader, period)
    return Choice(amount, counts_from, from_next=from_next)


def winds_down() -> bool:
    """Whether nothing new begins any more: one query."""
    return WindingDown.objects.running() is not None


def refuse_leavers(reader: User) -> None:
    if User.objects.filter(pk=reader.pk, closing_at__isnull=False).exists():
        raise AccountClosed


def raise_to(reader: User, amount: int, period: int, at: datetime) -> bool:
    """Let a raise that was paid for count in the running month, if what is in the
    account covers it. The caller holds the month's lock."""
    _locked(reader, at)
    if amount <= budgets.amount_in(reader, period) or free(reader, period) < amount:
        return False
    if winds_down():
        return False
    budgets.write_amount(reader, period, amount, at)
    return True


def lock(reader: User) -> None:
    """Lock the reader's money: nothing else takes from it and no close moves it until the
    transaction ends. To be called before people's rows are locked, or any posting."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reader_lock(%s)", [reader.pk])


def _locked(reader: User, at: datetime) -> Budget:
    """The reader's budget, which nobody else changes until the transaction ends."""
    Budget.objects.get_or_create(reader=reader, defaults={"created_at": at})
    return Budget.objects.select_for_update().get(reader=reader)


def flattred(reader: User, period: int) -> bool:
    """Something was flattred in that month."""
    return Flattr.objects.filter(reader=reader, period=period).exists()


def free(reader: User, period: int) -> int:
    """What is in the account for month `period` and later, in minor units: what
    months that are over and not closed yet will still take is left out."""
    return free_of(posting.balance(chart.means(reader)), reader, period)


def free_of(balance: int, reader: User, period: int) -> int:
    """The same, where what is in the account is known."""
    left = balance
    for over in unclosed(reader, period):
        left -= min(left, budgets.amount_in(reader, over))
    return left


def unclosed(reader: User, period: int) -> list[int]:
    """The months before `period` in which the reader flattred and whose close, or
    whose part of the close, is still to come."""
    over = list(
        CloseProblem.objects.filter(
            reader=reader, closed_at=None, period__lt=period
        ).values_list("period", flat=True)
    )
    month = _first_unclosed(reader, period)
    while month < period:
        over.append(month)
        month = months.following(month)
    # Months by number, so that only their partitions are read.
    flattrs = Flattr.objects.filter(reader=reader, period__in=sorted(over))
    return list(flattrs.order_by("period").values_list("period", flat=True).distinct())


def _first_unclosed(reader: User, period: int) -> int:
    closed = Close.objects.filter(state="closed").aggregate(last=Max("period"))["last"]
    if closed:
        return months.following(closed)
    amounts = BudgetAmount.objects.filter(reader=reader)
    return amounts.aggregate(first=Min("period"))["first"] or period


def cover(reader: User, period: int) -> bool:
    """Store and return whether what is in the account covers the month."""
    covered = free(reader, period) >= budgets.amount_in(reader, period)
    budgets.cover(reader, period if covered else months.preceding(period))
    return covered


COVER_MONTH = """
    UPDATE budget SET covered_period = p.period
    FROM (SELECT flattr_period(flattr_clock()) AS period) AS p, person r
    WHERE budget.covered_period < p.period AND r.id = budget.reader_id
      AND NOT EXISTS (SELECT FROM close_problem c
                      WHERE c.reader_id = r.id AND c.closed_at IS NULL)
      AND (SELECT max(period) FROM close WHERE state = 'closed')
          = flattr_period(flattr_month_start(p.period) - interval '1 day')
      AND coalesce((SELECT ba.amount FROM budget_amount ba
                    WHERE ba.reader_id = r.id AND ba.period <= p.period
                    ORDER BY ba.period DESC LIMIT 1), 0)
          <= coalesce((SELECT b.amount FROM ledger_account a
                       JOIN ledger_balance b ON b.account_id = a.id
                       WHERE a.kind = 'means' AND a.owner_id = r.id
                         AND a.currency = %s), 0)
"""


def cover_month() -> int:
    """Write down, for everybody at once, that what is in the account covers the
    running month; how many it is new for. Due after the close of the month before,
    which takes its part first; a reader who was set aside waits for their own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        # Wait for another worker, who then has left nothing to do.
        cursor.execute("SET LOCAL lock_timeout = '60s'")
        locks.lock("cover_month", waits=True)
        cursor.execute(COVER_MONTH, [settings.CURRENCY])
        many: int = cursor.rowcount
    return many


def stop_for_good(reader: User, period: int, at: datetime) -> None:
    """Somebody leaves: from the running month on they give nothing, whatever they
    flattred in it. The caller holds the month's lock."""
    Payment.objects.filter(reader=reader, paid_at=None).update(raises_to=None)
    if Budget.objects.filter(reader=reader).exists():
        _locked(reader, at)
        budgets.write_amount(reader, period, 0, at)
