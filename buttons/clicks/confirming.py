"""The confirm page: what it says, and the click that it leads to.

Asking changes nothing, whoever asks how often (promise T48); only the form that the
page carries records a flattr (promise C2).
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import budgets
from accounts.people.budgets import Standing
from buttons.clicks import intents, loaf
from buttons.clicks.flattring import Form, flattr_address, flattr_thing
from buttons.clicks.intents import Intent, IntentRefused
from buttons.clicks.loaf import Slice
from buttons.clicks.question import Question, State
from buttons.clicks.worth import worth
from buttons.models import Flattr, Promise, Refused, Thing
from buttons.things import submitting
from buttons.things.submitting import Proposal, Submission
from flattr import months

type_of_reader = User | AnonymousUser


NOT_CONFIRMED = {
    "used": intents.USED,
    "proved_meanwhile": _(
        "Somebody has just proved that this page is theirs. Please confirm once more."
    ),
    "new_month": _("A new month has begun. Please confirm once more."),
}


def ask(reader: type_of_reader, submission: Submission) -> Question:
    """What the page says to `reader`. Nothing is stored."""
    proposal = submitting.propose(submission)
    if is_left(submission, proposal):
        return Question(submission, proposal, State.LEFT)
    if state := blocked(proposal):
        return Question(submission, proposal, state)
    if isinstance(reader, AnonymousUser):
        return Question(submission, proposal, State.SIGNED_OUT)
    if proposal.owner == reader:
        return Question(submission, proposal, State.OWN)

    standing = budgets.standing(reader)
    given = proposal.is_known and is_given(reader, proposal.thing, standing.period)
    state = State.GIVEN if given else State.READY if standing.open else State.NO_BUDGET
    slices = month_so_far(reader, standing.period)
    unit = unit_of(proposal.thing)
    joins = proposal.thing.proved and unit not in slices
    return Question(
        submission,
        proposal,
        state,
        standing,
        tuple(slices.values()),
        joins,
        worth(standing.amount, len(slices) + joins, settings.FEE_PERCENT),
        begins(reader, standing) if state == State.NO_BUDGET else 0,
    )


def begins(reader: User, standing: Standing) -> int:
    """What somebody gives from the next month on who gives nothing yet."""
    if standing.amount:
        return 0
    return budgets.amount_in(reader, months.following(standing.period))


def blocked(proposal: Proposal) -> State | None:
    """Why nobody can flattr it, if so."""
    if proposal.owner is not None and proposal.owner.closing_at is not None:
        return State.LEFT
    if is_closed(proposal):
        return State.CLOSED
    return State.REFUSED if is_refused(proposal.thing) else None


def is_left(submission: Submission, proposal: Proposal) -> bool:
    """Whoever would get it has closed their account: old buttons say so (A8)."""
    if proposal.owner is not None:
        return proposal.owner.closing_at is not None
    return bool(submission.owner_name) and submitting.has_left(submission.owner_name)


def is_closed(proposal: Proposal) -> bool:
    """Staff suspended the thing or whoever would get it: no new flattrs."""
    owner = proposal.owner
    return proposal.thing.suspended_at is not None or (
        owner is not None and (owner.suspended_at is not None or not owner.is_active)
    )


def is_refused(thing: Thing) -> bool:
    """Its author does not want flattrs, and nobody has proved it since."""
    return not thing.proved and Refused.objects.of(thing).exists()


def is_given(reader: User, thing: Thing, period: int) -> bool:
    """The reader flattred or promised the thing in that month."""
    table = Flattr if thing.proved else Promise
    return table.objects.filter(reader=reader, thing=thing, period=period).exists()


def unit_of(thing: Thing) -> int | None:
    """By whom a month is divided: creators, or things under the policy `thing`."""
    return thing.owner_id if settings.POLICY == "creator" else thing.pk


def month_so_far(reader: User, period: int) -> dict[int, Slice]:
    """The units of the reader's month by id, each with its colour and name: one query."""
    given = Flattr.objects.filter(reader=reader, period=period)
    if settings.POLICY == "creator":
        name = "creator__username"
        rows = given.values_list("creator_id", name, name, "creator__picture")
    else:
        rows = given.values_list(
            "thing_id", "thing__title", "creator__username", "creator__picture"
        )
    return {
        unit: Slice(loaf.colour(unit), name, username, picture)
        for unit, name, username, picture in rows.distinct().order_by(
            rows.query.values_select[0]
        )
    }


def confirm(reader: User, intent: Intent) -> int:
    """Record what the form was about, once; the id of the thing. Refused with
    `IntentRefused` or as `flattr_thing` refuses; then nothing at all is stored."""
    intents.check(intent, reader)
    form = Form(intent.nonce, intent.creator_id, intent.period)
    done = flattr_address(reader, intent.submission.url, form)
    if done.outcome == "flattr":
        return done.thing_id
    if sentence := NOT_CONFIRMED.get(done.outcome):
        raise IntentRefused(sentence)
    return _confirm_unproved(reader, intent)


@transaction.atomic
def _confirm_unproved(reader: User, intent: Intent) -> int:
    """For a page that is new here, or not proved to be anybody's: it is registered and
    will be looked at."""
    intents.spend(intent.nonce)
    thing = submitting.register(intent.submission)
    if thing.proved and thing.owner_id != intent.creator_id:
        raise IntentRefused(NOT_CONFIRMED["proved_meanwhile"])
    recorded = flattr_thing(reader, thing)
    if recorded.period != intent.period:
        raise IntentRefused(NOT_CONFIRMED["new_month"])
    return thing.pk
