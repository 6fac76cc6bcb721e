"""Flattr many addresses of a list at once, or every month, and take that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.anywhere import list_forms
from buttons.anywhere.list_forms import ListForm
from buttons.anywhere.pasted_rows import Row
from buttons.clicks import flattring, intents, subscribing
from buttons.clicks.flattring import FlattrOnce
from buttons.clicks.subscribing import Subscribed
from buttons.models import Promise, Thing
from buttons.models.programs import Subscription
from buttons.proofs import queueing
from buttons.things import submitting
from buttons.things.submitting import Submission
from flattr.database import faults
from flattr.web.refusals import Refusal


@dataclass(slots=True)
class Given:
    """How it went, in numbers, and why the rest was refused."""

    flattred: int = 0
    promised: int = 0
    monthly: int = 0
    changed: int = 0
    refused: list[str] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        return bool(self.flattred or self.promised or self.monthly)

    @property
    def sentences(self) -> str:
        return " ".join(filter(None, [*self._done(), *self._left()]))

    def _done(self) -> list[str]:
        said = []
        if self.flattred:
            said.append(
                ngettext(
                    "You flattred %(number)d page.",
                    "You flattred %(number)d pages.",
                    self.flattred,
                )
                % {"number": self.flattred}
            )
        if self.promised:
            said.append(
                ngettext(
                    "You promised %(number)d page a flattr, which waits for its author.",
                    "You promised %(number)d pages a flattr each, which wait for their"
                    " authors.",
                    self.promised,
                )
                % {"number": self.promised}
            )
        if self.monthly:
            said.append(
                ngettext(
                    "You flattr %(number)d page every month, the first time within a"
                    " minute or so.",
                    "You flattr %(number)d pages every month, the first time within a"
                    " minute or so.",
                    self.monthly,
                )
                % {"number": self.monthly}
            )
        if self.is_good:
            said.append(_("You can take it back below."))
        return said

    def _left(self) -> list[str]:
        said = []
        if self.changed:
            said.append(
                ngettext(
                    "Of %(number)d page we learned just now whose it is. Please look"
                    " at it, and confirm once more.",
                    "Of %(number)d pages we learned just now whose they are. Please"
                    " look at them, and confirm once more.",
                    self.changed,
                )
                % {"number": self.changed}
            )
        if self.refused:
            number = len(self.refused)
            values = {"number": number, "why": self.refused[0]}
            said.append(
                ngettext(
                    "%(number)d page was left out: %(why)s",
                    "%(number)d pages were left out. Of the first: %(why)s",
                    number,
                )
                % values
            )
        if not said and not self.is_good:
            said.append(_("Nothing was chosen."))
        return said


def give_once(reader: User, form: ListForm, rows: Sequence[Row]) -> Given:
    """Flattr each of these rows, or promise it a flattr. The form is used up first:
    sent twice, it is refused with `IntentRefused` the second time."""
    given = Given()
    for thing in faults.twice(partial(_spent, form, rows, given)):
        try:
            made = faults.twice(partial(flattring.flattr_thing, reader, thing))
        except FlattrOnce:
            continue
        except Refusal as refusal:
            given.refused.append(str(refusal))
            continue
        if isinstance(made, Promise):
            given.promised += 1
        else:
            given.flattred += 1
    return given


def give_monthly(reader: User, form: ListForm, rows: Sequence[Row]) -> Given:
    """Flattr each of these rows every month; otherwise as `give_once`."""
    given = Given()
    for thing in faults.twice(partial(_spent, form, rows, given)):
        try:
            faults.twice(partial(subscribing.subscribe, reader, thing))
        except Subscribed:
            continue
        except Refusal as refusal:
            given.refused.append(str(refusal))
        else:
            given.monthly += 1
    return given


@transaction.atomic
def _spent(form: ListForm, rows: Sequence[Row], given: Given) -> list[Thing]:
    """Use the form up; the things of the rows that are what it showed."""
    intents.spend(form.nonce)
    chosen = [row for row in rows if list_forms.shows(form, row)]
    given.changed = len(rows) - len(chosen)
    said = [Submission(row.url, title=row.title) for row in chosen]
    if any(row.owner and not row.proved for row in chosen):
        # Whom we found there is proved by the look after the click, which may be now.
        transaction.on_commit(queueing.wake)
    return list(submitting.register_all(said).values())


def take_back(reader: User, things: Sequence[Thing], since: datetime) -> int:
    """Take back what the reader has given these things in the running month, and end
    what they began `since` then to flattr every month; how many things that were."""
    Subscription.objects.filter(
        reader=reader, thing__in=things, created_at__gte=since
    ).delete()
    for thing in things:
        faults.twice(partial(flattring.undo_flattr, reader, thing))
    return len(things)
