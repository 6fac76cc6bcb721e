"""What the pages say of what else may be somebody's, and of its check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.models import JointCheck, Thing
from buttons.proofs import belonging
from buttons.things.addresses import shown
from flattr.database import clock


@dataclass(frozen=True, slots=True)
class Row:
    """A thing that may be the viewer's. `why` says by what; `asked` that they had it
    checked, `waits` that it was not looked at since."""

    thing: Thing
    viewer: User
    why: str = ""
    asked: bool = False
    waits: bool = False

    @property
    def address(self) -> str:
        return shown(self.thing.url).partition("://")[2].removesuffix("/")

    @property
    def is_mine(self) -> bool:
        return self.thing.proved and self.thing.owner == self.viewer

    @property
    def tag(self) -> str:
        if self.is_mine:
            return _("yours")
        if self.waits:
            return _("being checked")
        return _("not proved yet")

    @property
    def says(self) -> str:
        """What we saw, once they have asked; before that, why it may be theirs."""
        if self.is_mine:
            return self.thing.proof_sentence
        if self.thing.proved:
            return _("It is proved to be somebody else’s.")
        look = getattr(self.thing, "look", None)
        if self.asked and not self.waits and look is not None:
            return look.reason or self.why
        return self.why

    @property
    def needs_help(self) -> bool:
        """They can still show that it is theirs."""
        return self.asked and not self.waits and not self.thing.proved


@dataclass(frozen=True, slots=True)
class Together:
    rows: Sequence[Row]

    @property
    def waits(self) -> bool:
        return any(row.waits for row in self.rows)

    @property
    def looked_at(self) -> int:
        return sum(row.asked and not row.waits for row in self.rows)

    @property
    def progress(self) -> str:
        """How the check goes, or went; empty where none was asked for."""
        asked = sum(row.asked for row in self.rows)
        if not asked:
            return ""
        if self.waits:
            values = {"done": self.looked_at, "number": asked}
            return _("%(done)d of %(number)d looked at.") % values
        mine = sum(row.is_mine for row in self.rows)
        if not mine:
            return _("We have looked at all of them, and found you on none.")
        return ngettext(
            "We have looked at all of them: %(number)d is yours now.",
            "We have looked at all of them: %(number)d are yours now.",
            mine,
        ) % {"number": mine}

    @property
    def is_good(self) -> bool:
        return not self.waits and any(row.is_mine for row in self.rows)

    @property
    def meanwhile(self) -> str:
        return _("You need not stay: we write to you once, when all is done.")

    @property
    def explained(self) -> str:
        return ngettext(
            "This page is here, and nobody has proved it. We read it, and what stands"
            " beside it, and say what is missing.",
            "These pages are here, and nobody has proved them. We read each of them, and"
            " what stands beside it, and say what is missing.",
            len(self.rows),
        )

    @property
    def may_ask(self) -> bool:
        """Something is left to be checked."""
        return not self.waits and any(not row.thing.proved for row in self.rows)

    @property
    def label(self) -> str:
        if any(row.asked for row in self.rows):
            return _("Check them again")
        return ngettext("Check it", "Check them all together", len(self.rows))


def together(person: User) -> Together:
    """What may be a person's, with what was seen of it: seven queries."""
    checks = JointCheck.objects.filter(person=person).select_related(
        "thing__look", "thing__owner"
    )
    asked = {check.thing_id: check.thing for check in checks.order_by("thing_id")}
    waiting = JointCheck.objects.filter(person=person).waiting(clock.now())
    waits = set(waiting.values_list("thing_id", flat=True))
    found = {one.thing.pk: one for one in belonging.of(person)}
    return Together(
        [
            Row(
                asked.get(pk) or found[pk].thing,
                person,
                found[pk].why if pk in found else "",
                pk in asked,
                pk in waits,
            )
            for pk in sorted({*asked, *found})
        ]
    )
