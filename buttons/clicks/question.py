"""What the confirm page says, case by case.

Nothing here asks the database: `confirming.ask` and the views bring the facts.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import ordinal
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.people.budgets import Standing
from buttons.clicks.loaf import Slice
from buttons.clicks.worth import (
    Worth,
    back_to,
    bdi,
    named,
    not_paid_yet,
    share,
    strong,
)
from buttons.models import Thing
from buttons.things.submitting import Proposal, Submission
from flattr import months
from flattr.templatetags.flattr import money, month_name


class State(StrEnum):
    """Whether the page offers its button, and if not, why."""

    READY = "ready"
    SIGNED_OUT = "signed out"
    CLOSED = "closed"
    LEFT = "left"
    REFUSED = "refused"
    OWN = "own"
    GIVEN = "given"
    NO_BUDGET = "no budget"


@dataclass(frozen=True, slots=True)
class Question:
    """Everything that a confirm page says.

    `worth` is what each would get with this flattr; `joins` says that the creator is
    new in the month, so that the others get less.
    """

    submission: Submission
    proposal: Proposal
    state: State
    standing: Standing | None = None
    slices: tuple[Slice, ...] = ()
    joins: bool = False
    worth: Worth | None = None
    # What is given from the next month on by whoever begins with that; minor units.
    begins: int = 0

    @property
    def proved(self) -> bool:
        return self.proposal.thing.proved

    @property
    def blocked(self) -> bool:
        """Nobody can flattr it, whoever asks."""
        return self.state in {State.CLOSED, State.LEFT, State.REFUSED}

    @property
    def asks(self) -> bool:
        """The reader may flattr it, or could once signed in."""
        return self.state in {State.READY, State.SIGNED_OUT}

    @property
    def heading(self) -> str:
        return _("Flattr “%(title)s”?") % {"title": self.proposal.thing.title}

    @property
    def by(self) -> str:
        """Whose it is, beside its title. Whom a page only names has no name shown."""
        owner, unknown = self.proposal.owner, self.submission.owner_name
        if owner is None and unknown:
            return format_html(_("Nobody here is called “{name}”."), name=bdi(unknown))
        if owner is None:
            return _("We do not know whose page this is.")
        if self.proved:
            return format_html(_("by <strong>{name}</strong>"), name=named(owner))
        return format_html(
            _("said to be by <strong>{name}</strong>"), name=bdi(owner.username)
        )

    @property
    def back(self) -> str:
        return back_to(self.proposal.thing.title)

    @property
    def ownership(self) -> str:
        """Who owns the page, and how that is known."""
        thing, owner = self.proposal.thing, self.proposal.owner
        if self.proved:
            return f"{_('Owner of this page')} · {thing.proof_sentence}"
        if owner is None:
            return _("Not proved yet. We do not know who owns this page.")
        return format_html(
            _("{name} is said to own this page. <strong>Not proved yet.</strong>"),
            name=bdi(owner.username),
        )

    @property
    def promise(self) -> str:
        """What a flattr does while nobody has proved that the page is theirs."""
        return _(
            "Until its author comes forward your flattr waits as a promise: it counts"
            " here, takes no share of your month and moves no money."
        )

    @property
    def sentence(self) -> str:
        """Why there is no button to flattr with; empty where there is one."""
        match self.state:
            case State.READY:
                return ""
            case State.SIGNED_OUT:
                return _(
                    "You decide once what you give a month. It is divided evenly among"
                    " those you flattr. Sign in, and you come back to this page."
                )
            case State.OWN:
                return _(
                    "This is your own thing, so you cannot flattr it. Others who come"
                    " here by this link can."
                )
            case State.GIVEN:
                return self._given()
            case State.NO_BUDGET:
                return self._no_budget()
            case _:
                return notice(self.state, self.proposal.thing)

    def _given(self) -> str:
        assert self.standing is not None
        values = {"month": month_name(self.standing.period)}
        if self.proved:
            given = _("You have flattred this in %(month)s.")
        else:
            given = _("You have promised a flattr to this in %(month)s.")
        return f"{given % values} {_('You can flattr it once a month.')}"

    def _no_budget(self) -> str:
        assert self.standing is not None
        return no_budget(self.standing, self.begins)

    @property
    def worth_sentence(self) -> str:
        """What the flattr would be worth, and to whom; empty where we do not know."""
        owner, worth, standing = self.proposal.owner, self.worth, self.standing
        if owner is None or worth is None or standing is None:
            return ""
        said = format_html(
            self._worth_template(worth),
            name=named(owner),
            share=share(worth),
            budget=money(standing.amount),
            month=month_name(standing.period),
            nth=strong(str(ordinal(worth.units))),
            number=worth.units,
        )
        return said if standing.covered else said + " " + not_paid_yet()

    def _worth_template(self, worth: Worth) -> str:
        if self.joins and worth.units == 1:
            return first(worth, self.standing)
        if self.joins and settings.POLICY == "thing":
            return _(
                "Your {nth} thing this {month}. Each would get {share} of your {budget}."
            )
        if self.joins:
            return _(
                "Your {nth} creator this {month}. Each would get {share} of your"
                " {budget}."
            )
        if worth.units == 1:
            return _(
                "You flattr only {name} so far in {month}. One more flattr says thank"
                " you and changes no share: {share} of your {budget} goes to {name}."
            )
        return _(
            "{name} is among the {number} creators of your {month} already. One more"
            " flattr says thank you and changes no share: each gets {share} of your"
            " {budget}."
        )

    @property
    def fee_sentence(self) -> str:
        if settings.FEE_PERCENT:
            percent = {"percent": settings.FEE_PERCENT}
            return _("%(percent)s%% of your budget keeps this site running.") % percent
        return _("No part of it goes to this site.")


def no_budget(standing: Standing, begins: int) -> str:
    """Why a reader without an open budget cannot flattr now; `begins` as in
    `Question`."""
    if standing.suspended:
        return _(
            "Your budget is suspended, so you cannot flattr at the moment. Your"
            " budget page says why."
        )
    if standing.amount:
        return format_html(
            _(
                "Your budget is {amount} a month, and no payment has arrived yet."
                " Pay in, and then come back to this page."
            ),
            amount=strong(money(standing.amount)),
        )
    if begins:
        return format_html(
            _(
                "Your budget of {amount} a month begins with {month}. Then you can"
                " flattr this, or you begin now."
            ),
            amount=strong(money(begins)),
            month=month_name(months.following(standing.period)),
        )
    text = _(
        "First decide what you give a month: %(least)s or more, as you like. It is"
        " divided evenly among those you flattr."
    )
    return text % {"least": money(settings.SMALLEST_BUDGET)}


def notice(state: State, thing: Thing) -> str:
    """Why nobody can flattr a thing that is closed, left or refused."""
    site = {"site": settings.OPERATOR_NAME}
    if state == State.LEFT:
        return (
            _("Whoever made this has left %(site)s, so it cannot be flattred.") % site
        )
    if state == State.REFUSED:
        return _("Its author does not want flattrs, so it cannot be flattred.")
    assert state == State.CLOSED, state
    if thing.suspended_at is None:
        return (
            _(
                "This cannot be flattred at the moment: %(site)s has suspended the"
                " account that it belongs to."
            )
            % site
        )
    return _("This cannot be flattred at the moment: %(site)s has suspended it.") % site


def first(worth: Worth, standing: Standing | None) -> str:
    """What a month's first flattr is worth: all of the budget, or all but the fee."""
    if standing is not None and worth.least == standing.amount:
        return _("Your first this month. All {share} would go to {name}.")
    return _("Your first this month. {share} of your {budget} would go to {name}.")
