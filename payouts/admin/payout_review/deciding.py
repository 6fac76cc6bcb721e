"""The decision beside a payout: what somebody of staff may do to it, and what is left to
do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from flattr.staff.tables import Act
from flattr.templatetags.flattr import day, money
from payouts.earnings import states
from payouts.models import Approval, Payout
from payouts.models.payout_states import State

# Acts that are done in place with a reason; others have a page that asks for more.
IN_PLACE = ("approve", "clear", "release", "hold", "reject")

NOW = {
    State.REQUESTED: gettext_lazy("Waits for an approval"),
    State.HELD: gettext_lazy("Held: somebody has to look at it"),
    State.APPROVED: gettext_lazy("Approved, to be sent"),
    State.UNKNOWN: gettext_lazy("At Stripe, which has not answered yet"),
    State.SENT: gettext_lazy("Sent"),
    State.REJECTED: gettext_lazy("Rejected"),
    State.FAILED: gettext_lazy("Came back"),
}


def now_in_words(payout: Payout) -> str:
    return str(NOW[State(payout.state)])


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    url: str
    is_loud: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What `staff` may do to a payout now. `buttons` send the reason; `links` lead to
    pages that ask for more."""

    heading: str
    says: Sequence[str]
    hindrance: str
    buttons: Sequence[Button]
    links: Sequence[Button]


def decision(
    payout: Payout,
    staff: User,
    approvals: Sequence[Approval],
    acts: Sequence[tuple[str, Act, str]],
) -> Decision:
    """`acts` are those that its state allows: name, act, address."""
    is_payee = payout.creator_id == staff.pk
    has_approved = any(one.staff_id == staff.pk for one in approvals)
    left_out = {"approve"} if has_approved else set()
    possible = [] if is_payee else [act for act in acts if act[0] not in left_out]
    buttons = [
        Button(
            button_label(payout, name, act, has_approved),
            url,
            name in {"approve", "clear"},
        )
        for name, act, url in possible
        if name in IN_PLACE and not (name == "release" and has_approved)
    ]
    links = [
        Button(str(act.label), url, name == "send")
        for name, act, url in possible
        if name not in IN_PLACE
    ]
    waits = payout.state in {State.REQUESTED, State.HELD, State.APPROVED}
    return Decision(
        heading(payout, len(approvals), can_decide=bool(possible)),
        [*approved_in_words(approvals), *left_to_do(payout, staff, approvals)],
        states.hindrance(payout) if waits else "",
        buttons,
        links,
    )


def button_label(payout: Payout, name: str, act: Act, has_approved: bool) -> str:
    amount = {"amount": money(payout.amount, payout.currency)}
    if name == "approve":
        return _("Approve %(amount)s") % amount
    if name == "clear" and has_approved:
        return _("Release %(amount)s") % amount
    if name == "clear":
        return _("Release and approve %(amount)s") % amount
    if name == "release":
        return _("Only release it")
    return str(act.label)


def heading(payout: Payout, approved: int, *, can_decide: bool) -> str:
    if payout.state not in {State.REQUESTED, State.HELD}:
        return _("How it stands")
    if not can_decide:
        return _("Somebody else decides")
    if states.approvals_wanted(payout) < 2:
        return _("Your decision")
    if approved:
        return _("Your decision, the second of two")
    return _("Your decision, the first of two")


def approved_in_words(approvals: Sequence[Approval]) -> list[str]:
    return [
        _("%(who)s approved it on %(day)s: %(reason)s")
        % {"who": one.staff.username, "day": day(one.at), "reason": one.reason}
        for one in approvals
    ]


def left_to_do(payout: Payout, staff: User, approvals: Sequence[Approval]) -> list[str]:
    """Who has to do what before it is paid, as `staff` reads it."""
    if payout.creator_id == staff.pk:
        return [_("It is paid to you: others decide about it.")]
    if payout.state == State.APPROVED:
        return [
            _("Stripe pays it by itself.")
            if payout.by_stripe
            else _("Make the transfer at the bank, then record its reference.")
        ]
    if payout.state not in {State.REQUESTED, State.HELD}:
        return [_("There is nothing to decide.")]
    return approvals_to_do(payout, staff, approvals)


def approvals_to_do(
    payout: Payout, staff: User, approvals: Sequence[Approval]
) -> list[str]:
    """Whose approval is missing, as `staff` reads it."""
    missing = max(0, states.approvals_wanted(payout) - len(approvals))
    if any(one.staff_id == staff.pk for one in approvals):
        return [_("You approved it. Another person has to as well.")] if missing else []
    if missing > 1:
        return [_("Nobody has approved it yet. After you another person decides too.")]
    if missing and not approvals:
        return [_("Nobody has approved it yet. Yours is all that it needs.")]
    return [_("With your approval it is paid.")] if missing else []
