"""A payout's page: all that a decision needs, and the decision beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Audit, User
from buttons.models import Thing
from flattr.staff.tables import Act
from flattr.templatetags.flattr import day, moment, money
from flattr.web import locales
from payouts.admin.payout_review import deciding
from payouts.earnings import standing, states
from payouts.models import Payout, StripeAccount
from payouts.models.payout_states import State

MOST = 10


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the creator; `tone` is the class of the tag that `mark` is."""

    what: str
    says: str
    mark: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    what: str
    small: str
    is_now: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    url: str
    name: str
    says: str
    amount: str


# --- Who


def who(payout: Payout, earlier: int) -> str:
    """The creator in a line, and when they asked."""
    told = {
        "joined": day(payout.creator.date_joined),
        "asked": day(payout.requested_at),
    }
    if not earlier:
        return _("here since %(joined)s · first payout · asked for on %(asked)s") % told
    said = ngettext(
        "here since %(joined)s · %(many)s payout before · asked for on %(asked)s",
        "here since %(joined)s · %(many)s payouts before · asked for on %(asked)s",
        earlier,
    )
    return said % {**told, "many": earlier}


def facts(payout: Payout, account: StripeAccount | None) -> list[Fact]:
    destination = payout.destination
    found = [
        _holder(payout),
        Fact(_("Account"), account_in_words(payout)),
        Fact(_("Country"), country_in_words(destination.country)),
    ]
    if destination.by_stripe:
        found.append(_stripe(account))
    return [*found, things(payout.creator)]


def _holder(payout: Payout) -> Fact:
    """Whose bank account it is; another name than the creator's is no crime."""
    name, holder = payout.creator.name, payout.destination.holder
    if holder.casefold().strip() == name.casefold().strip():
        return Fact(_("Holder"), holder, _("the same name"), "good")
    return Fact(_("Holder"), holder, _("not the name shown here"), "warn")


def account_in_words(payout: Payout) -> str:
    destination = payout.destination
    said = (
        _("%(account)s, through Stripe, added %(day)s")
        if destination.by_stripe
        else _("%(account)s, by hand, added %(day)s")
    )
    return said % {"account": destination, "day": day(destination.made_at)}


def country_in_words(code: str) -> str:
    """A country's name in the language of whoever reads."""
    return str(Locale.parse(locales.current()).territories.get(code, code))


def _stripe(account: StripeAccount | None) -> Fact:
    """What the creator's account there tells, as last fetched."""
    if account is None:
        return Fact(_("Stripe says"), _("nothing: the account is gone"), "", "bad")
    if not standing.can_be_paid(account):
        return Fact(
            _("Stripe says"), standing.in_words(account), _("cannot be paid"), "bad"
        )
    if account.missing:
        wants = ", ".join(standing.wants(account))
        return Fact(
            _("Stripe says"),
            _("can be paid, and asks for more: %(wants)s") % {"wants": wants},
            _("asks for more"),
            "warn",
        )
    return Fact(_("Stripe says"), _("has all it needs"), _("can be paid"), "good")


def things(creator: User) -> Fact:
    told = Thing.objects.filter(owner=creator).aggregate(
        every=Count("pk"), proved=Count("pk", filter=Q(proved_at__isnull=False))
    )
    if told["every"] == told["proved"]:
        said = ngettext(
            "%(every)s, proved to be theirs",
            "%(every)s, all proved to be theirs",
            told["every"],
        )
        return Fact(_("Things"), said % told)
    return Fact(_("Things"), _("%(every)s, %(proved)s proved to be theirs") % told)


# --- Why


def reasons(payout: Payout) -> list[str]:
    """What looks wrong, as it was stored, and why staff hold it."""
    found = list(payout.flags)
    if payout.state == State.HELD and payout.reason not in {
        "",
        "; ".join(payout.flags),
    }:
        found.append(_("It is held: %(reason)s") % {"reason": payout.reason})
    return found


def nothing_else(payout: Payout) -> str:
    """What was checked when it was asked for, and found in order."""
    if payout.flags:
        return _("Everything else that we check was in order when it was asked for.")
    return _(
        "Nothing looked wrong when it was asked for: no few or new readers who give most"
        " of it, no unusual month, no shared card, no circle of giving, no lost proof, no"
        " shared or changed bank account."
    )


def approvals_in_words(payout: Payout, earlier: int) -> str:
    """How many people it needs, and why."""
    if states.approvals_wanted(payout) < 2:
        return _("One person has to approve it.")
    if payout.flags:
        return _("Because of that, two people have to approve it.")
    if payout.amount >= settings.LARGE_PAYOUT:
        return _("It is a large payout, so two people have to approve it.")
    if not earlier:
        return _("It is a first payout, so two people have to approve it.")
    return _("Two people have to approve it.")


# --- What happened

ACTS = {
    "payout_requested": gettext_lazy("Requested"),
    "payout_approved": gettext_lazy("Approved"),
    "payout_held": gettext_lazy("Held"),
    "payout_released": gettext_lazy("Released"),
    "payout_rejected": gettext_lazy("Rejected"),
    "payout_handed_over": gettext_lazy("Handed to Stripe"),
    "payout_not_covered": gettext_lazy("Put off: too little money at Stripe"),
    "payout_sent": gettext_lazy("Sent"),
    "payout_returned": gettext_lazy("Money came back"),
    "payout_failed": gettext_lazy("Returned by the bank"),
    "account_shown": gettext_lazy("Bank account shown in full"),
}


def trail(payout: Payout) -> list[Event]:
    """What was done to it, the newest first, back to when the creator came."""
    rows = Audit.objects.acts().filter(subject=f"payout:{payout.pk}")
    done = [
        Event(str(ACTS.get(row.action, row.action)), _by(row))
        for row in rows.select_related("actor").order_by("-id")[:50]
    ]
    return [
        Event(deciding.now_in_words(payout), "", is_now=True),
        *done,
        Event(_("Bank account added"), moment(payout.destination.made_at)),
        Event(_("Account opened"), moment(payout.creator.date_joined)),
    ]


def _by(row: Audit) -> str:
    told = {"moment": moment(row.at), "who": row.actor or _("the platform")}
    if not row.reason:
        return _("%(moment)s, %(who)s") % told
    return _("%(moment)s, %(who)s: %(reason)s") % {**told, "reason": row.reason}


def earlier(payout: Payout) -> list[Earlier]:
    """The creator's payouts before this one, the newest first."""
    found = Payout.objects.filter(creator=payout.creator_id, pk__lt=payout.pk)
    return [
        Earlier(
            reverse("admin:payouts_payout_change", args=[one.pk]),
            str(one),
            _("%(state)s, asked for on %(day)s")
            % {"state": one.get_state_display(), "day": day(one.requested_at)},
            money(one.amount, one.currency),
        )
        for one in found.order_by("-pk")[:MOST]
    ]


def shown(
    payout: Any, staff: User, acts: Sequence[tuple[str, Act, str]]
) -> dict[str, Any]:
    """All of the page but the income and what only some need."""
    before = earlier(payout)
    account = StripeAccount.objects.filter(creator=payout.creator_id).first()
    approvals = list(payout.approvals.select_related("staff").order_by("id"))
    return {
        "title": _("%(amount)s to %(name)s")
        % {
            "amount": money(payout.amount, payout.currency),
            "name": payout.creator.name,
        },
        "who": who(payout, len(before)),
        "facts": facts(payout, account),
        "reasons": reasons(payout),
        "nothing_else": nothing_else(payout),
        "approvals_in_words": approvals_in_words(payout, len(before)),
        "decision": deciding.decision(payout, staff, approvals, acts),
        "trail": trail(payout),
        "earlier": before,
    }
