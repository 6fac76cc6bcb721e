"""What the page of a thing says, to whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.clicks import question
from buttons.clicks.question import State
from buttons.models import Thing
from buttons.things import snippets
from buttons.things.snippets import Snippet
from buttons.things.submitting import Submission


@dataclass(frozen=True, slots=True)
class ThingPage:
    """A thing as one person sees it. `blocked` is why nobody can flattr it, if so;
    `given` and `promised` are the viewer's, of this month and of any; `more` are other
    works of the owner's."""

    thing: Thing
    viewer: User | None = None
    blocked: State | None = None
    given: bool = False
    promised: bool = False
    subscribed: bool = False
    more: tuple[Thing, ...] = ()

    @property
    def own(self) -> bool:
        return self.viewer is not None and self.thing.owner == self.viewer

    @property
    def left(self) -> bool:
        return self.blocked == State.LEFT

    @property
    def subscribable(self) -> bool:
        return self.viewer is not None and not self.own and self.blocked is None

    @property
    def gift_query(self) -> str:
        """Of the page on which people give its owner something once for it; empty where
        they cannot."""
        thing = self.thing
        can = thing.proved and thing.owner and not self.own and self.blocked is None
        return f"?thing={thing.pk}" if can else ""

    @property
    def claimable(self) -> bool:
        return not (self.thing.proved or self.own or self.blocked == State.CLOSED)

    @property
    def notice(self) -> str:
        """Why nobody can flattr it; empty where people can."""
        return question.notice(self.blocked, self.thing) if self.blocked else ""

    @property
    def given_sentence(self) -> str:
        """What the viewer gave it already; empty for nothing."""
        if self.given and self.thing.proved:
            return _("You have flattred this month.")
        if self.given:
            return _("You have promised it a flattr this month.")
        if self.promised:
            return _(
                "You have promised it a flattr in an earlier month, which still waits."
            )
        return ""

    @property
    def button(self) -> Snippet | None:
        """The code of its button, for pages that tell of it; None where nobody can
        flattr it."""
        if self.blocked is not None:
            return None
        owner = self.thing.owner.username if self.thing.owner else ""
        about = Submission(self.thing.url, owner, title=self.thing.title)
        return snippets.snippets(about)[0]

    @property
    def more_heading(self) -> str:
        assert self.thing.owner is not None
        name = self.thing.owner.name
        return format_html(_("More by <bdi>{name}</bdi>"), name=name)

    @property
    def subscribe_label(self) -> str:
        if self.viewer is None:
            return _("Every month")
        if self.given:
            return _("Flattr it every month")
        return _("Flattr it now and every month")

    @property
    def maker(self) -> str:
        """Whose it is; the page links to their profile where it can."""
        if self.left:
            return _("Somebody who left")
        if self.thing.owner is None:
            return _("Nobody has shown yet that it is theirs.")
        return self.thing.owner.name_and_username

    @property
    def proof(self) -> str:
        if self.thing.proved:
            return self.thing.proof_and_day
        return _("Not proved yet: only its button says so.")
