"""The rows of a list: each address with who would get it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people.budgets import Standing
from buttons.anywhere.found_there import signals_of
from buttons.clicks import confirming, question
from buttons.models import (
    Flattr,
    Pasted,
    PastedAddress,
    Promise,
    Reading,
    Refused,
    Seen,
    Thing,
)
from buttons.models.programs import Subscription
from buttons.signals.kinds import FOUND_BY, Signal
from buttons.things import submitting
from buttons.things.addresses import host_of, shown
from buttons.things.submitting import Proposal

MOST_NAMES = 5


class RowState(StrEnum):
    """Whether a row can be flattred, and if not, why."""

    WAITING = "waiting"
    LIST = "list"
    BLOCKED = "blocked"
    OWN = "own"
    GIVEN = "given"
    READY = "ready"


SAID = {
    RowState.WAITING: _("We are looking at it."),
    RowState.LIST: _("It is a list. What it names is below."),
    RowState.OWN: _("This is yours, so you cannot flattr it."),
}
# Why we know nobody, by what was read.
NOBODY = {
    Seen.PAGE: _("It names nobody who is here."),
    Seen.GONE: _("The host says that there is no such page."),
    Seen.LOGIN: _("It wants a sign-in, so we could not read it."),
    Seen.NO_PAGE: _("It is a file that we cannot read."),
    Seen.TOO_SLOW: _("It took too long to read it."),
    Seen.UNREACHED: _("We could not read it. %(why)s"),
}


# A page asks each of them many things, often: `slots` would keep no answer.
@dataclass(frozen=True)
class Row:
    """One address of a list as its owner sees it now. `thing` is what is flattred here
    already; `refused` says that its author wants no flattrs; `given` and `monthly` that
    the reader gave it one this month, or does so every month, and `since` that one of
    both began after the list was pasted."""

    address: PastedAddress
    reader: User
    thing: Thing | None = None
    refused: bool = False
    given: bool = False
    monthly: bool = False
    since: bool = False

    @property
    def pk(self) -> int:
        return self.address.pk

    @property
    def reading(self) -> Reading:
        return self.address.reading

    @cached_property
    def url(self) -> str:
        """What would be flattred."""
        return url_of(self.reading)

    @property
    def proved(self) -> bool:
        return self.thing is not None and self.thing.proved

    @cached_property
    def owner(self) -> User | None:
        """Who would get a flattr: who has proved it, or whom our check found there."""
        if self.thing is not None and self.thing.proved:
            return self.thing.owner
        person = self.reading.person if self.reading.is_read else None
        return person if person is not None and person.is_here else None

    @cached_property
    def state(self) -> RowState:
        if not self.reading.is_read:
            return RowState.WAITING
        if self.reading.outcome == Seen.LIST:
            return RowState.LIST
        if self.blocked:
            return RowState.BLOCKED
        if self.owner == self.reader:
            return RowState.OWN
        return RowState.GIVEN if self.given else RowState.READY

    @property
    def is_waiting(self) -> bool:
        return self.state == RowState.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == RowState.READY

    @property
    def given_words(self) -> str:
        return gettext("flattred") if self.proved else gettext("promised")

    @property
    def can_be_monthly(self) -> bool:
        return self.state in {RowState.READY, RowState.GIVEN} and not self.monthly

    @property
    def is_proposed(self) -> bool:
        """Whether it is chosen until the reader says otherwise: what we could not read
        is not."""
        was_read = self.reading.outcome in {Seen.PAGE, Seen.FEED, Seen.REPOSITORY}
        return self.is_ready and (self.proved or was_read)

    @cached_property
    def blocked(self) -> str:
        """Why nobody can flattr it, in a sentence; empty if they can."""
        thing = self.thing or Thing(url=self.url, host=host_of(self.url))
        owner = thing.owner if thing.proved else None
        if owner is not None and owner.closing_at is not None:
            return question.notice(question.State.LEFT, thing)
        if confirming.is_closed(Proposal(thing, owner)):
            return question.notice(question.State.CLOSED, thing)
        said_so = self.refused or self.reading.outcome == Seen.REFUSED
        if said_so and not thing.proved:
            return question.notice(question.State.REFUSED, thing)
        return ""

    @property
    def title(self) -> str:
        """What it is called here, on its page or in the list."""
        here = self.thing.title if self.thing else ""
        there = self.reading.found.get("title", "")
        called = here or there or self.address.title
        return str(called) or submitting.title_of(self.url)

    @property
    def shown_address(self) -> str:
        return shown(self.url).partition("://")[2].rstrip("/")

    @property
    def nobody(self) -> str:
        """What stands in place of a person."""
        if self.state in {RowState.LIST, RowState.BLOCKED, RowState.WAITING}:
            return ""
        return gettext("Nobody here yet")

    @property
    def why(self) -> str:
        """Why this person, or why nobody, in a sentence."""
        if self.state in SAID:
            return str(SAID[self.state])
        if self.blocked:
            return self.blocked
        if self.thing is not None and self.thing.proved:
            return f"{self.thing.proof_sentence}."
        if self.owner is not None:
            return self.reading.reason
        said = NOBODY.get(Seen(self.reading.outcome), NOBODY[Seen.PAGE])
        return str(said) % {"why": self.reading.reason}

    @cached_property
    def found_by(self) -> list[tuple[str, list[str]]]:
        """What creators have published there: where it stands, and the names in it, as
        text. Nobody is said to be here by it."""
        if self.state in {RowState.WAITING, RowState.LIST}:
            return []
        named: dict[str, list[str]] = {}
        for signal in signals_of(self.reading.found):
            names = named.setdefault(str(FOUND_BY[signal.kind]), [])
            name = name_of(signal)
            if name and name not in names and len(names) < MOST_NAMES:
                names.append(name)
        return list(named.items())


def name_of(signal: Signal) -> str:
    """Whom a signal names, as it was published: a name, or where it leads."""
    known = signal.name or ("" if signal.by_id else signal.here)
    name = known or shown(signal.address).partition("://")[2].rstrip("/")
    if signal.role:
        return gettext("%(name)s (%(role)s)") % {"name": name, "role": signal.role}
    if signal.share is not None:
        return gettext("%(name)s (%(share)d %%)") % {
            "name": name,
            "share": signal.share,
        }
    return name


def url_of(reading: Reading) -> str:
    """What would be flattred, as far as it was read."""
    return str(reading.found.get("url", "") or reading.url)


def rows_of(pasted: Pasted, reader: User, standing: Standing) -> list[Row]:
    """The rows of a list in their order: as many queries for one as for hundreds."""
    addresses = list(
        PastedAddress.objects.filter(pasted=pasted)
        .select_related("reading__person")
        .order_by("place", "pk")
    )
    urls = {url_of(address.reading) for address in addresses}
    things = {
        thing.url: thing for thing in Thing.objects.with_owner().filter(url__in=urls)
    }
    unwanted = {*urls, *map(host_of, urls)}
    refused = set(
        Refused.objects.filter(address__in=unwanted).values_list("address", flat=True)
    )
    numbers = [thing.pk for thing in things.values()]
    mine = {"reader": reader, "thing__in": numbers}
    month = {**mine, "period": standing.period}
    given: dict[int, datetime] = {
        **dict(Flattr.objects.filter(**month).values_list("thing_id", "received_at")),
        **dict(Promise.objects.filter(**month).values_list("thing_id", "promised_at")),
    }
    monthly: dict[int, datetime] = dict(
        Subscription.objects.filter(**mine).values_list("thing_id", "created_at")
    )
    rows = []
    for address in addresses:
        url = url_of(address.reading)
        thing = things.get(url)
        number = thing.pk if thing else 0
        begun = {given.get(number), monthly.get(number)} - {None}
        rows.append(
            Row(
                address,
                reader,
                thing,
                refused=not refused.isdisjoint({url, host_of(url)}),
                given=number in given,
                monthly=number in monthly,
                since=any(at >= pasted.asked_at for at in begun if at),
            )
        )
    return rows
