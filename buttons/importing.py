"""The things of a report of the first Flattr, registered as somebody's.

A thing keeps its number there (`old_id`), under which old links know it. Number and
address of a line may be two things by now: the number goes where the report has it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from accounts.models import User
from buttons.legacy.revenue_reports import PROOF, BadReport, Line
from buttons.models import HIGHEST_OLD_ID, Thing, TotalBefore
from buttons.proofs import queueing
from buttons.things.addresses import host_of
from buttons.things.submitting import LONGEST_TITLE
from flattr.database import clock

IMPORTED = ["old_id", "url", "host", "owner", "proved_at", "proof", "flattrs_before"]


@dataclass(slots=True)
class Registered:
    """How many things were made, changed, and there already; `replaced` are numbers
    that lead nowhere now, since another has their thing."""

    made: int = 0
    changed: int = 0
    known: int = 0
    replaced: list[int] = field(default_factory=list)


@transaction.atomic
def register_report(lines: list[Line], owner: User, sample: str = "") -> Registered:
    """Make the things of a report `owner`'s, proved by the operator.

    All-time totals go to `flattrs_before`; an older report never lowers one. A number
    or an address that is somebody else's is refused with `BadReport`, and nothing is
    registered. Again is a no-op.
    """
    return _Import(lines, owner, sample).run()


class _Import:
    def __init__(self, lines: list[Line], owner: User, sample: str) -> None:
        self.lines, self.owner, self.sample = lines, owner, sample
        self.period, self.now = clock.moment()
        numbers = [line.id for line in lines]
        meant = Q(url__in=[line.url for line in lines]) | Q(old_id__in=numbers)
        locked = Thing.objects.select_for_update().order_by("pk")
        known = list(locked.filter(meant))
        self.at = {thing.url: thing for thing in known}
        self.numbered = {thing.old_id: thing for thing in known if thing.old_id}
        ours = Thing.objects.filter(pk__in=numbers).values_list("pk", flat=True)
        self.not_old = set(ours)
        self.done = Registered()

    def run(self) -> Registered:
        made = []
        for line in self.in_order():
            self.refuse_what_is_not_theirs(line)
            if line.id in self.numbered or line.url in self.at:
                self.bring_up_to_date(line)
            else:
                made.append(self.new_thing(line))
        Thing.objects.bulk_create(made)
        self.store_totals(made)
        self.done.made = len(made)
        return self.done

    def in_order(self) -> Iterable[Line]:
        """The lines, each behind the one by which its address becomes free, so that
        things move along with their numbers."""
        leaving = {
            thing.url: line
            for line in self.lines
            if (thing := self.numbered.get(line.id)) and thing.url != line.url
        }
        seen: set[int] = set()
        for line in self.lines:
            chain: list[Line] = []
            following: Line | None = line
            while following is not None and following.number not in seen:
                seen.add(following.number)
                chain.append(following)
                following = leaving.get(following.url)
            yield from reversed(chain)

    def refuse_what_is_not_theirs(self, line: Line) -> None:
        if line.id > HIGHEST_OLD_ID or line.id in self.not_old:
            raise BadReport(line.number, f"id {line.id} is not one of the first Flattr")
        numbered, there = self.numbered.get(line.id), self.at.get(line.url)
        if numbered is not None and numbered.owner_id != self.owner.pk:
            raise BadReport(line.number, f"id {line.id} is {numbered.owner}'s")
        if there is not None and there.proved and there.owner_id != self.owner.pk:
            raise BadReport(line.number, f"{line.url} is {there.owner}'s")

    def new_thing(self, line: Line) -> Thing:
        return Thing(
            old_id=line.id,
            url=line.url,
            host=host_of(line.url),
            title=line.title[:LONGEST_TITLE],
            owner=self.owner,
            proved_at=self.now,
            proof=PROOF,
            created_at=self.now,
            flattrs_before=line.clicks_total,
            sample=self.sample,
        )

    def bring_up_to_date(self, line: Line) -> None:
        """Give the thing at the line's address its number and its total, and prove
        it; a thing that is elsewhere moves there, unless one is there."""
        numbered = self.numbered.get(line.id)
        thing = self.at.get(line.url) or numbered
        assert thing is not None, line
        before = [getattr(thing, name) for name in IMPORTED]
        if numbered is not None and numbered is not thing:
            self.hand_on(numbered, thing)
        if thing.url != line.url:
            self.move(thing, line.url)
        if thing.old_id not in {None, line.id}:
            self.replace_number(thing)
        thing.old_id = line.id
        self.numbered[line.id] = thing
        if not thing.proved:
            thing.owner, thing.proved_at, thing.proof = self.owner, self.now, PROOF
        thing.flattrs_before = max(thing.flattrs_before, line.clicks_total)
        if before == [getattr(thing, name) for name in IMPORTED]:
            self.done.known += 1
            return
        thing.save(update_fields=IMPORTED)
        self.store_totals([thing])
        self.done.changed += 1

    def hand_on(self, former: Thing, thing: Thing) -> None:
        """Let another thing have the number and the larger total; what was flattred
        here stays where it is."""
        thing.flattrs_before = max(thing.flattrs_before, former.flattrs_before)
        former.old_id, former.flattrs_before = None, 0
        former.save(update_fields=IMPORTED)
        self.store_totals([former])

    def move(self, thing: Thing, url: str) -> None:
        """A thing's new address; what its old page proved is looked for at the new."""
        del self.at[thing.url]
        thing.url, thing.host = url, host_of(url)
        self.at[url] = thing
        if thing.proved and thing.proof != PROOF:
            queueing.ask_again(thing)

    def replace_number(self, thing: Thing) -> None:
        former = thing.old_id
        assert former is not None, thing
        del self.numbered[former]
        if former not in {line.id for line in self.lines}:
            self.done.replaced.append(former)

    def store_totals(self, things: list[Thing]) -> None:
        """What the tables of the running month and later ones say."""
        TotalBefore.objects.bulk_create(
            [
                TotalBefore(
                    thing=thing, period=self.period, clicks=thing.flattrs_before
                )
                for thing in things
            ],
            update_conflicts=True,
            unique_fields=["thing", "period"],
            update_fields=["clicks"],
        )
