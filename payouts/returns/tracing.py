"""The trace: from whom money is taken when a reader's payment goes back.

First from what the reader did not spend; what is reserved for a gift is not spent yet.
The rest from the reader's closes and gifts, newest first: a month's split, then its
gifts, then the month before, each at most what it spent and was not taken before: inside
one in proportion from each creator's share and from our fee, odd cents by the rotation.
A creator's part comes from that close's or gift's lot while it is held, then from what
matured, then it is a debt; what is on its way to them is never touched. What nobody bears
is the operator's loss.

Both ways are one ledger transaction each, and `Traced` keeps its lines: a dispute
that is won gives the same people what it took.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Sum

from accounts.mail import outbox
from accounts.models import User
from flattr.database import clock
from flattr.split import proportion, rotation
from payouts import chart
from payouts.gifts import taking_back
from payouts.ledger import posting
from payouts.ledger.models import Entry, Transaction
from payouts.ledger.posting import Place
from payouts.models import Ending, Gift, GiftState, Traced
from payouts.payments import budgeting
from payouts.returns import apportioning, drawing


def is_posted(reference: str) -> bool:
    return Transaction.objects.filter(book=0, reference=reference).exists()


def deduct(
    reference: str,
    reader: User,
    into: Mapping[Place, int],
    occurred_at: datetime | None = None,
) -> None:
    """Deduct by the trace what `into` gives to other accounts, in sum, and write to
    whoever owes something by it.

    In the caller's transaction, which holds the month's lock (`clock.moment`) and the
    payment's row, and no person's. Again is a no-op.
    """
    assert connection.in_atomic_block
    amount = sum(into.values())
    assert amount > 0, into
    period, at = clock.moment()
    budgeting.lock(reader)
    if is_posted(reference):
        return
    balance = posting.balance(chart.means(reader))
    gifts: list[Gift] = []
    if amount > budgeting.free_of(balance, reader, period):
        gifts = taking_back.lock_all(reader, [GiftState.RESERVED])
        balance += sum(gift.amount for gift in gifts)
    lines = list(apportioning.plan(reference, reader, amount, period, balance))
    _lock_people({reader.pk, *drawing.creators(lines)})
    taking_back.end_all(gifts, Ending.PAID_BACK, period, at)
    drawing.find_sources(reader, lines)
    _write(lines, into, occurred_at)
    _notify_debtors(lines)
    _notify_giver(reader, lines)
    budgeting.cover(reader, period)


def give_back(
    reference: str,
    taken: Sequence[str],
    reader: User,
    out_of: Mapping[Place, int],
    occurred_at: datetime | None = None,
) -> None:
    """Return what `out_of` takes from other accounts, in sum, to the people from whom
    the references `taken` took, less what these gave back; in proportion if it is
    less. A creator's debt comes first, then their revenue. What is more than they
    took is nobody's, as a loss is.

    The caller holds what `deduct` needs. Again is a no-op.
    """
    assert connection.in_atomic_block
    amount = -sum(out_of.values())
    assert amount > 0, out_of
    period, _ = clock.moment()
    budgeting.lock(reader)
    if is_posted(reference):
        return
    lines = list(_reversed(reference, taken, reader, amount))
    _lock_people({reader.pk, *drawing.creators(lines)})
    _repay_debts(lines)
    _write(lines, out_of, occurred_at)
    budgeting.cover(reader, period)


def lock_taken(taken: str, reader: User) -> None:
    """Lock ahead what `give_back` of `taken` locks, where something is posted before it."""
    budgeting.lock(reader)
    lines = Traced.objects.filter(reference=taken)
    _lock_people({reader.pk, *drawing.creators(lines)})


def _lock_people(ids: set[int]) -> None:
    """Lock the people whose money changes; payouts and maturing lock the person too. In
    order of id, so that no two workers wait for each other."""
    people = User.objects.filter(pk__in=ids).order_by("pk")
    list(people.select_for_update(no_key=True).values_list("pk", flat=True))


# --- Giving back ----------------------------------------------------------------------


def _reversed(
    reference: str, taken: Sequence[str], reader: User, amount: int
) -> Iterator[Traced]:
    """The lines of `taken` the other way round, in proportion to what is still taken."""
    lines = _still_taken(taken)
    latest = max(map(_month, lines), default=0)
    back = min(amount, sum(line.amount for line in lines))
    if back:
        offset = rotation(reader.pk, latest, len(lines))
        parts = proportion(back, [line.amount for line in lines], offset=offset)
        for line, part in zip(lines, parts, strict=True):
            if part:
                yield Traced(
                    reference=reference,
                    reader=reader,
                    kind=line.kind,
                    period=line.period,
                    gift=line.gift,
                    creator_id=line.creator_id,
                    amount=-part,
                )
    if amount > back:
        yield Traced(
            reference=reference, reader=reader, kind="loss", amount=back - amount
        )


def _month(line: Traced) -> int:
    """The month of the close or the gift; 0 for what is of none."""
    return line.period or (line.gift.period if line.gift else None) or 0


def _still_taken(taken: Sequence[str]) -> list[Traced]:
    """Whose part in `taken` is not given back yet, and how much of it, in the order in
    which it was first taken."""
    parts: dict[tuple[str, drawing.Source], Traced] = {}
    lines = Traced.objects.filter(reference__in=taken).select_related("gift")
    for line in lines.order_by("pk"):
        whose = line.kind, drawing.source(line)
        if whose in parts:
            parts[whose].amount += line.amount
        else:
            parts[whose] = line
    return [line for line in parts.values() if line.amount > 0]


def _repay_debts(lines: Sequence[Traced]) -> None:
    """What a creator owes is repaid first, by whatever line; the rest is revenue."""
    owing = _debts(drawing.creators(lines))
    for line in lines:
        if line.creator_id is not None:
            repaid = min(-line.amount, owing[line.creator_id])
            owing[line.creator_id] -= repaid
            line.from_debt, line.from_revenue = -repaid, line.amount + repaid


def _debts(creators: set[int]) -> defaultdict[int, int]:
    sums = (
        Entry.objects.filter(account__kind="debt", account__owner_id__in=creators)
        .order_by()
        .values_list("account__owner_id")
        .annotate(total=Sum("amount"))
    )
    found: defaultdict[int, int] = defaultdict(int)
    found.update({owner: max(0, -total) for owner, total in sums})
    return found


# --- Writing it down ------------------------------------------------------------------


def _write(
    lines: Sequence[Traced],
    others: Mapping[Place, int],
    occurred_at: datetime | None,
) -> None:
    amounts: defaultdict[Place, int] = defaultdict(int)
    for place, amount in others.items():
        amounts[place] += amount
    for line in lines:
        for place, amount in _places(line):
            amounts[place] -= amount
    posting.post(lines[0].reference, amounts, occurred_at=occurred_at)
    Traced.objects.bulk_create(lines)


def _notify_debtors(lines: Sequence[Traced]) -> None:
    """One mail to each creator who was paid what is taken back now."""
    owing: defaultdict[int, int] = defaultdict(int)
    for line in lines:
        if line.creator_id is not None and line.from_debt:
            owing[line.creator_id] += line.from_debt
    outbox.write_all(
        "owed",
        [
            (
                f"owed:{lines[0].reference}:{creator.pk}",
                creator,
                {"amount": owing[creator.pk]},
            )
            for creator in User.objects.filter(pk__in=owing).order_by("pk")
        ],
    )


def _notify_giver(reader: User, lines: Sequence[Traced]) -> None:
    """A mail to the reader for each gift of which something is taken back now."""
    taken: defaultdict[Gift, int] = defaultdict(int)
    for line in lines:
        if line.gift is not None:
            taken[line.gift] += line.amount
    for gift, amount in taken.items():
        outbox.write(
            f"gift_refunded:{lines[0].reference}:{gift.pk}",
            "gift_refunded",
            reader,
            amount=amount,
            of=gift.amount,
            gift=gift.pk,
        )


def _places(line: Traced) -> list[tuple[Place, int]]:
    if line.kind == "share":
        return [
            (Place("pending", line.creator_id), line.from_pending),
            (Place("revenue", line.creator_id), line.from_revenue),
            (Place("debt", line.creator_id), line.from_debt),
        ]
    if line.kind == "means":
        return [(Place("means", line.reader_id), line.amount)]
    return [(Place("fees" if line.kind == "fee" else "loss"), line.amount)]
