"""Tag expressions, as search takes them: `|` or, `!` not, `&` and.

`|` binds tighter than `&`; a comma is an older `&`, and `!` after a tag begins what
must not be there: `game | games ! software` is (game or games) and not software.
Blanks around the signs mean nothing, inside a tag they belong to it.

>>> parse("game | games ! software")
[[('game', True), ('games', True)], [('software', False)]]
>>> parse(" open source, , !! free & |")
[[('open source', True)], [('free', True)]]
"""

from __future__ import annotations

import re

from django.contrib.postgres.fields import ArrayField
from django.db.models import Q, TextField
from django.db.models.functions import Cast, Lower

from buttons.models import ThingQuerySet

# Every one of a list of alternatives; each a tag, and whether it must be there.
Expression = list[list[tuple[str, bool]]]

MOST_TAGS = 50
PART = re.compile(r"[|!&,]|[^|!&,]+")


def parse(text: str) -> Expression:
    """What must hold of a thing's tags, in lower case. Signs that have nothing to
    join are passed over; tags behind the fiftieth too."""
    clauses: Expression = []
    joins, negated, tags = False, False, 0
    for part in PART.findall(text):
        tag = part.strip().lower()
        if part == "|":
            joins = True
        elif part in "&,":
            joins, negated = False, False
        elif part == "!":
            negated = not negated
        elif tag and tags < MOST_TAGS:
            operand = (tag, not negated)
            if joins and clauses:
                clauses[-1].append(operand)
            else:
                clauses.append([operand])
            joins, negated, tags = False, False, tags + 1
    return clauses


def tagged(things: ThingQuerySet, text: str) -> ThingQuerySet:
    """Those of `things` for which the expression holds, whatever case tags are in."""
    folded = Cast(Lower(Cast("tags", TextField())), ArrayField(TextField()))
    things = things.alias(folded=folded)
    for alternatives in parse(text):
        holds = Q()
        for tag, there in alternatives:
            has = Q(folded__contains=[tag])
            holds |= has if there else ~has
        things = things.filter(holds)
    return things
