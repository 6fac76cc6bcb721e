"""From which readers the income behind a payout is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.templatetags.flattr import money, month
from flattr.web.charts import part_of
from payouts.models import Lot, Payout
from payouts.models.payout_states import ACCEPTED

# As many readers have a bar of their own; the others share one.
MOST = 8

BY_READER = """
    WITH income AS (
        SELECT reader_id, sum(amount)::bigint AS amount FROM given_to
        WHERE creator_id = %(creator)s AND period = ANY(%(periods)s)
        GROUP BY reader_id HAVING sum(amount) > 0
    ), ranked AS (
        SELECT reader_id, amount,
               row_number() OVER (ORDER BY amount DESC, reader_id) AS rank,
               count(*) OVER () AS many, sum(amount) OVER ()::bigint AS total
        FROM income
    )
    SELECT r.reader_id, p.username, r.amount, r.many, r.total,
           (SELECT bool_and(s.hold = 'trusted') FROM split s
            WHERE s.reader_id = r.reader_id AND s.period = ANY(%(periods)s)),
           (SELECT min(l.period) FROM given_to l
            WHERE l.creator_id = %(creator)s AND l.reader_id = r.reader_id)
    FROM ranked r JOIN person p ON p.id = r.reader_id
    WHERE r.rank <= %(most)s ORDER BY r.rank
"""


@dataclass(frozen=True, slots=True)
class Share:
    """What one reader gave, or all the others: `width` is that of the bar."""

    who: str
    url: str
    says: str
    amount: str
    percent: str
    width: str


@dataclass(frozen=True, slots=True)
class Income:
    shares: Sequence[Share]
    readers: int
    total: int
    largest: int

    @property
    def amount(self) -> str:
        return money(self.total)

    @property
    def in_words(self) -> str:
        if not self.readers:
            return _("Income by reader")
        said = ngettext(
            "Income by reader: %(readers)s reader gives all of it",
            "Income by reader: %(readers)s readers, the largest gives %(percent)s %%",
            self.readers,
        )
        percent = round(100 * self.largest / self.total)
        return said % {"readers": self.readers, "percent": percent}


def periods_of(payout: Payout) -> list[int]:
    """The months it is made of: those with a lot that matured since the payout before
    that people approved."""
    lots = Lot.objects.filter(
        creator=payout.creator_id, matured_at__lte=payout.requested_at
    )
    before = Payout.objects.filter(
        creator=payout.creator_id, state__in=ACCEPTED, pk__lt=payout.pk
    ).order_by("-pk")
    if last := before.first():
        lots = lots.filter(matured_at__gt=last.requested_at)
    return sorted(set(lots.values_list("period", flat=True)))


def by_reader(payout: Payout, *, named: bool) -> Income:
    """The largest readers and what they gave in its months; with their names only for
    staff who may see people."""
    values: dict[str, int | list[int]] = {
        "creator": payout.creator_id,
        "periods": periods_of(payout),
        "most": MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(BY_READER, values)
        found = cursor.fetchall()
    if not found:
        return Income([], 0, 0, 0)
    readers, total = found[0][3:5]
    shares = [
        _share(
            name if named else _("Reader %(number)s") % {"number": rank},
            reverse("admin:accounts_user_change", args=[key]) if named else "",
            _reader(trusted, since),
            amount,
            total,
        )
        for rank, (key, name, amount, _many, _total, trusted, since) in enumerate(
            found, start=1
        )
    ]
    others, rest = readers - len(found), total - sum(row[2] for row in found)
    if others:
        who = ngettext("%(others)s other", "%(others)s others", others)
        says = _("at most %(amount)s each") % {"amount": money(found[-1][2])}
        shares.append(_share(who % {"others": others}, "", says, rest, total))
    return Income(shares, readers, total, found[0][2])


def _share(who: str, url: str, says: str, amount: int, total: int) -> Share:
    percent = _("%(percent)s %%") % {"percent": round(100 * amount / total)}
    return Share(who, url, says, money(amount), percent, part_of(amount, total))


def _reader(trusted: bool | None, since: int) -> str:
    said = (
        _("gives since %(month)s, trusted")
        if trusted
        else _("gives since %(month)s, new")
    )
    return said % {"month": month(since)}
