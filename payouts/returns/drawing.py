"""From where a creator's part of what goes back is drawn: the lot while it is held, then
what matured, then a debt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db.models import Q

from accounts.models import User
from payouts.ledger import posting
from payouts.ledger.posting import Place
from payouts.models import CloseProblem, Lot, Split, Traced

# A month, or a gift, and whose share of it.
Source = tuple[int | None, int | None, int | None]


def source(line: Traced) -> Source:
    return line.period, line.gift_id, line.creator_id


def creators(lines: Iterable[Traced]) -> set[int]:
    return {line.creator_id for line in lines if line.creator_id is not None}


def find_sources(reader: User, lines: Sequence[Traced]) -> None:
    """Say of each line from where it is drawn, and take it from the lots."""
    lots = _find_lots(reader, lines)
    matured = _matured(creators(lines))
    for line in lines:
        if line.kind != "share":
            continue
        assert line.creator_id is not None
        left = line.amount
        lot = lots.get(source(line))
        if lot is not None and lot.left:
            line.lot, line.from_pending = lot, min(left, lot.left)
            lot.taken += line.from_pending
            left -= line.from_pending
        line.from_revenue = min(left, matured[line.creator_id])
        matured[line.creator_id] -= line.from_revenue
        line.from_debt = left - line.from_revenue
    used = {line.lot.pk: line.lot for line in lines if line.lot is not None}
    Lot.objects.bulk_update(used.values(), ["taken"])


def _find_lots(reader: User, lines: Sequence[Traced]) -> dict[Source, Lot]:
    """The lots, still held, that the reader's shares are in: those of gifts; of a close
    the reader's own where they had been set aside, else that of all whose money is held
    as long."""
    periods = {line.period for line in lines if line.period is not None}
    gifts = {line.gift_id for line in lines if line.gift_id is not None}
    if not periods and not gifts:
        return {}
    holds = dict(
        Split.objects.filter(reader=reader, period__in=periods).values_list(
            "period", "hold"
        )
    )
    aside = set(
        CloseProblem.objects.filter(reader=reader, period__in=periods).values_list(
            "period", flat=True
        )
    )
    of_closes = Q(Q(reader=None) | Q(reader=reader), gift=None, period__in=periods)
    lots = Lot.objects.filter(
        of_closes | Q(gift__in=gifts), creator__in=creators(lines), matured_at=None
    )
    return {
        (None if lot.gift_id else lot.period, lot.gift_id, lot.creator_id): lot
        for lot in lots.select_for_update(of=["self"]).order_by("pk")
        if lot.gift_id
        or (
            lot.hold == holds[lot.period]
            and (lot.reader_id is not None) == (lot.period in aside)
        )
    }


def _matured(owners: set[int]) -> dict[int, int]:
    found = posting.balances([Place("revenue", owner) for owner in owners])
    return {owner: found[Place("revenue", owner)] for owner in owners}
