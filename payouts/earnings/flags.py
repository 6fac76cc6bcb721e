"""What looks wrong about a payout, in words for the people who review it.

A flag accuses nobody: it holds the payout until somebody has reviewed it (T15, T16,
T17). It is stored with the payout and in the audit log, so it is not translated.
"""

from __future__ import annotations

from django.db import connection
from django.db.models import Sum

from accounts.models import User
from buttons.proofs import settling
from buttons.things.addresses import shown
from flattr import months
from flattr.database import clock
from flattr.money import plain
from payouts.earnings import rings
from payouts.earnings.destinations import WAIT, shared_with
from payouts.models import Destination, Lot, Payout
from payouts.models.payout_states import ACCEPTED

FEW_READERS = 5
# A small creator has few readers, and that is nothing suspicious: who ever earned less
# than this, in minor units, is not checked for it.
WORTH_COUNTING = 10_000
# A month is unusual when it brings more than so many times the average of the earlier
# ones, if there are so many of those and it is so much, in minor units.
UNUSUAL = 5
ENOUGH_MONTHS = 3
WORTH_A_LOOK = 5_000
# As many readers may share a card or an account as a household may.
SAME_CARD = 3
MOST_NAMED = 6

# What the creator got from each reader in some months, and whether that reader had
# been here for less than 30 days when the month ended.
INCOME = """
    SELECT l.reader_id, sum(l.amount)::bigint,
           bool_or(r.date_joined > flattr_month_start(flattr_following(l.period))
                                   - interval '30 days')
    FROM given_to l
    JOIN person r ON r.id = l.reader_id
    WHERE l.creator_id = %s AND l.period = ANY(%s)
    GROUP BY l.reader_id
"""

# Cards and accounts that the creator paid with or keeps, and who else gave to them and
# uses one; and those of several who gave to them.
CARDS = """
    WITH gave AS (
        SELECT DISTINCT reader_id AS id FROM given_to
        WHERE creator_id = %(creator)s AND period = ANY(%(periods)s) AND amount > 0
    ), card AS (
        SELECT p.reader_id AS id, p.fingerprint FROM payment p
        WHERE p.fingerprint <> '' AND p.paid_at IS NOT NULL
          AND (p.reader_id = %(creator)s OR p.reader_id IN (SELECT id FROM gave))
        UNION
        SELECT p.reader_id, p.fingerprint FROM payer p
        WHERE p.fingerprint <> ''
          AND (p.reader_id = %(creator)s OR p.reader_id IN (SELECT id FROM gave))
    )
    SELECT bool_or(card.id = %(creator)s),
           array_agg(r.username ORDER BY r.id) FILTER (WHERE r.id <> %(creator)s)
    FROM card JOIN person r ON r.id = card.id
    GROUP BY card.fingerprint HAVING count(*) > 1
    ORDER BY 1 DESC, min(r.id)
"""


def check(creator: User, destination: Destination) -> list[str]:
    """What looks wrong about paying this creator now; empty when nothing does."""
    periods = _periods(creator)
    return [
        *check_income(creator, periods),
        *check_velocity(creator, periods),
        *check_cards(creator, periods),
        *check_circles(creator, periods),
        *check_proofs(creator),
        *check_destination(destination),
    ]


def _periods(creator: User) -> list[int]:
    """The months that this payout is made of: those with a lot that matured since the
    last one."""
    lots = Lot.objects.filter(creator=creator, matured_at__isnull=False)
    if last := _last(creator):
        lots = lots.filter(matured_at__gt=last.requested_at)
    return sorted(set(lots.values_list("period", flat=True)))


def check_income(creator: User, periods: list[int]) -> list[str]:
    """More than half from very few readers, unless all that the creator ever earned is
    little, or from readers who just came (T15)."""
    with connection.cursor() as cursor:
        cursor.execute(INCOME, [creator.pk, periods])
        income = cursor.fetchall()
    total = sum(amount for _, amount, _ in income)
    largest = sorted((amount for _, amount, _ in income), reverse=True)
    from_few = sum(largest[: FEW_READERS - 1])
    from_new = sum(amount for _, amount, new in income if new)
    found = []
    if 2 * from_few > total and earned_ever(creator) >= WORTH_COUNTING:
        found.append("more than half of the income is from fewer than 5 readers")
    if 2 * from_new > total:
        found.append(
            "more than half of the income is from readers here for less than 30 days"
        )
    return found


def earned_ever(creator: User) -> int:
    """What all closes and gifts gave the creator, matured or not, in minor units."""
    every = Lot.objects.filter(creator=creator).aggregate(total=Sum("amount"))
    return int(every["total"] or 0)


def check_velocity(creator: User, periods: list[int]) -> list[str]:
    """A month that brought far more than those before it (T15)."""
    lots = Lot.objects.filter(creator=creator).values_list("period")
    income = dict(lots.annotate(total=Sum("amount")).order_by("period"))
    before = [
        amount for period, amount in income.items() if period < min(periods, default=0)
    ]
    if len(before) < ENOUGH_MONTHS:
        return []
    usual = sum(before) // len(before)
    return [
        f"{months.show(period)} brought {plain(income[period])}, a usual month brings"
        f" {plain(usual)}"
        for period in periods
        if income[period] >= WORTH_A_LOOK and income[period] > UNUSUAL * usual
    ]


def check_cards(creator: User, periods: list[int]) -> list[str]:
    """A card or account that pays for readers is the creator's own, or that of several (T15)."""
    with connection.cursor() as cursor:
        cursor.execute(CARDS, {"creator": creator.pk, "periods": periods})
        cards = cursor.fetchall()
    found = []
    for is_own, readers in cards:
        names = _listed(readers)
        if is_own:
            found.append(f"{names} paid with the creator's own card or account")
        elif len(readers) >= SAME_CARD:
            found.append(f"{names} paid with the same card or account")
    return found


def check_circles(creator: User, periods: list[int]) -> list[str]:
    """The creator's own gifts come back to them (T16)."""
    gifts_of = rings.gifts_in(periods)
    if found := rings.ring(creator.pk, gifts_of):
        return [f"money goes round in a ring of {_people(found)}"]
    if found := rings.cluster(creator.pk, gifts_of):
        return [
            f"more than half of the income is from {_people(found)}, to whom they give"
        ]
    return []


def _people(ids: list[int]) -> str:
    names = dict(User.objects.filter(pk__in=ids).values_list("pk", "username"))
    return _listed([names[key] for key in ids])


def _listed(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return ", ".join(names[:MOST_NAMED]) + more


def check_proofs(creator: User) -> list[str]:
    """Pages or hosts that they have lost the proof of since a payout was last approved
    (T19)."""
    last = _last(creator)
    lost = settling.lost_of(creator, last.requested_at if last else None)
    told = ", ".join(
        shown(proof.thing.url) if proof.thing else proof.host for proof in lost[:3]
    )
    more = f" and {len(lost) - 3} more" if len(lost) > 3 else ""
    return [f"lost the proof of {told}{more}"] if lost else []


def _last(creator: User) -> Payout | None:
    """The last payout that people approved."""
    return (
        Payout.objects.filter(creator=creator, state__in=ACCEPTED)
        .order_by("-id")
        .first()
    )


def check_destination(destination: Destination) -> list[str]:
    """An account that others are paid to as well (T17), or that just changed."""
    found = []
    if others := shared_with(destination):
        names = ", ".join(person.username for person in others)
        found.append(f"the bank account is also that of {names}")
    changed = (
        Destination.objects.filter(creator=destination.creator_id)
        .exclude(pk=destination.pk)
        .filter(pk__lt=destination.pk)
        .exists()
    )
    if changed and clock.now() - destination.usable_at < WAIT:
        found.append(f"the bank account was changed on {destination.made_at:%-d %B %Y}")
    return found
