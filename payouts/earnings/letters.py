"""What we write to creators about being paid, and to staff about the money for it."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.mail.happenings import Event
from accounts.mail.letter import Block, Button, Letter, Quote, listed, page
from accounts.mail.notices import Words
from accounts.models.webhook import Happening
from flattr.templatetags.flattr import money, month

FAILED = (
    gettext_lazy("Your payout of %(amount)s came back"),
    gettext_lazy(
        "The bank could not pay %(amount)s to your account %(account)s, and sent it back."
        " The reason:"
    ),
    gettext_lazy(
        "The money is ready to be paid out again. Please check your bank account on your"
        " payouts page, then ask for the payout again."
    ),
)
# Of each state the subject, and what is said before and after the reason.
PAYOUT = {
    "requested": (
        gettext_lazy("Your payout of %(amount)s was requested"),
        gettext_lazy(
            "Your payout of %(amount)s to account %(account)s was requested. We review"
            " every payout before it is sent, and write to you when it is."
        ),
        gettext_lazy(
            "If you did not ask for it and it is not the monthly one, please answer this"
            " mail at once."
        ),
    ),
    "released": (
        gettext_lazy("Your payout of %(amount)s goes ahead"),
        gettext_lazy(
            "Your payout of %(amount)s to account %(account)s goes ahead. We looked at it"
            " more closely, as we wrote to you, and found no reason to stop it. We write"
            " to you when it is sent."
        ),
        None,
    ),
    "approved": (
        gettext_lazy("Your payout of %(amount)s is approved"),
        gettext_lazy(
            "Your payout of %(amount)s to account %(account)s is approved and will be"
            " sent next."
        ),
        None,
    ),
    "held": (
        gettext_lazy("We are reviewing your payout of %(amount)s"),
        gettext_lazy(
            "We have to look more closely at your payout of %(amount)s before it is sent."
            " The money stays reserved for you. We write to you when the payout goes"
            " ahead, or ask you if we need to know something."
        ),
        None,
    ),
    "rejected": (
        gettext_lazy("Your payout of %(amount)s was not made"),
        gettext_lazy("Your payout of %(amount)s was not made. The reason:"),
        gettext_lazy(
            "The money is ready to be paid out again. If you think we are wrong, answer"
            " this mail."
        ),
    ),
    "sent": (
        gettext_lazy("Your payout of %(amount)s is sent"),
        gettext_lazy(
            "We have sent %(amount)s to your account %(account)s. It takes a bank one or"
            " two working days."
        ),
        None,
    ),
    "returned": (
        gettext_lazy("%(amount)s of a payout came back"),
        gettext_lazy(
            "%(amount)s of a payout to your account %(account)s came back. The reason:"
        ),
        gettext_lazy("The money is ready to be paid out again, less what you owed."),
    ),
    "failed": FAILED,
}


def payout(state: str, amount: int, account: str, reason: str) -> Letter:
    facts = {"amount": money(amount), "account": account}
    subject, says, then = PAYOUT.get(state, FAILED)
    return Letter(
        subject % facts,
        says % facts,
        Quote(reason) if reason else None,
        then % facts if then else None,
        _your_payouts(),
    )


def destination(
    usable_on: str, holder: str, account: str, by_stripe: bool, cancel_url: str
) -> Letter:
    return Letter(
        _("A new bank account for your payouts"),
        _("From %(day)s on your payouts go to another bank account:")
        % {"day": usable_on},
        Quote(f"{holder}\n{account}"),
        _("Stripe pays there; the account was entered on Stripe's own pages.")
        if by_stripe
        else "",
        _("Nothing is paid before that day. If this was you, there is nothing to do."),
        _(
            "If this was not you, undo the change here, without signing in, and choose a"
            " new password."
        ),
        Button(_("Undo the change"), cancel_url),
    )


def stripe_asks(missing: list[str], told: str) -> Letter:
    if missing:
        blocks: list[Block | str] = [
            _("Your payouts are waiting. Before Stripe can pay you it has to know:"),
            listed(missing),
            _("You answer on Stripe's own pages; your payouts page takes you there."),
        ]
    else:
        blocks = [_("Your payouts are waiting. %(why)s") % {"why": told}]
    return Letter(_("Stripe cannot pay you yet"), *blocks, _your_payouts())


def bank_refused() -> Letter:
    return Letter(
        _("Your bank did not take a payment from Stripe"),
        _(
            "Stripe tried to pay to your bank account, and the bank sent the money back."
            " It waits for you at Stripe."
        ),
        _(
            "Please check the bank account on Stripe's own pages; your payouts page takes"
            " you there. Once it is right, Stripe pays by itself."
        ),
        _your_payouts(),
    )


def _your_payouts() -> Button:
    return Button(_("Your payouts"), page("payouts:payouts"))


def top_up(oldest: int, all: int, payouts: int) -> Letter:
    facts = {"all": money(all), "oldest": money(oldest), "number": payouts}
    return Letter(
        _("Top up %(all)s: approved payouts wait") % facts,
        ngettext(
            "%(number)s approved payout waits because there is too little of our money at"
            " Stripe.",
            "%(number)s approved payouts wait because there is too little of our money at"
            " Stripe.",
            payouts,
        )
        % facts,
        ngettext(
            "Top up %(all)s.",
            "Top up %(all)s for all of them, or %(oldest)s for the one that has waited"
            " longest.",
            payouts,
        )
        % facts,
        _(
            "Readers are credited in full while Stripe keeps its cost, so this has to be"
            " done from time to time: in Stripe's dashboard, under Balances, add to your"
            " balance. The payouts go out by themselves, the oldest first."
        ),
        Button(
            _("Waiting payouts"),
            page("admin:payouts_payout_changelist") + "?state__exact=approved",
        ),
    )


def first_flattr(period: int) -> Letter:
    """Neither who it was nor when, which is for them to tell."""
    return Letter(
        _("Somebody flattred you for the first time"),
        _("Somebody is glad that you make what you make, and flattred it."),
        _worth_later() % {"month": month(period)},
        _("We tell nobody who flattrs whom, so we do not tell you who it was."),
        _your_revenue(),
    )


def digest_clicks(period: int, clicks: int, things: int) -> Letter:
    facts = {"month": month(period), "number": clicks}
    subject = ngettext(
        "%(month)s so far: %(number)s click",
        "%(month)s so far: %(number)s clicks",
        clicks,
    )
    clicked = ngettext(
        "Readers flattred %(number)s thing of yours.",
        "Readers flattred %(number)s things of yours.",
        things,
    )
    return Letter(
        subject % facts,
        clicked % {"number": things},
        _worth_later() % facts,
        _your_revenue(),
    )


def _worth_later() -> str:
    return _(
        "What it is worth is known once %(month)s is over and each reader's budget is"
        " divided."
    )


def _your_revenue() -> Button:
    return Button(_("Your revenue"), page("payouts:revenue"))


# --- Notices --------------------------------------------------------------------------

# Of each state of a payout; others are no news to whoever asked for it.
PAYOUT_NOTICES = {
    "released": gettext_lazy(
        "Your payout of %(amount)s goes ahead: we found no reason to stop it."
    ),
    "held": gettext_lazy(
        "We have to look more closely at your payout of %(amount)s before it is sent. The"
        " money stays reserved for you."
    ),
    "rejected": gettext_lazy(
        "Your payout of %(amount)s was not made. The money is ready to be paid out again."
    ),
    "sent": gettext_lazy(
        "%(amount)s is on its way to your account %(account)s. It takes a bank one or two"
        " working days."
    ),
    "returned": gettext_lazy(
        "%(amount)s of a payout came back. The money is ready to be paid out again, less"
        " what you owed."
    ),
    "failed": gettext_lazy(
        "Your payout of %(amount)s came back from your bank. The money is ready to be paid"
        " out again."
    ),
}


def payout_notice(state: str, amount: int, account: str) -> Words | None:
    if state not in PAYOUT_NOTICES:
        return None
    facts = {"amount": money(amount), "account": account}
    is_good = state in {"released", "sent"}
    return _with_payouts(PAYOUT_NOTICES[state] % facts, is_good=is_good)


def stripe_asks_notice() -> Words:
    return _with_payouts(
        _("Your payouts are waiting: Stripe has to know more before it can pay you.")
    )


def bank_refused_notice() -> Words:
    return _with_payouts(
        _("Your bank did not take a payment from Stripe. It waits for you at Stripe.")
    )


def _with_payouts(text: str, *, is_good: bool = False) -> Words:
    return Words(
        text, is_good=is_good, label=_("Your payouts"), url=reverse("payouts:payouts")
    )


def payout_event(payout: int, state: str, amount: int) -> Event | None:
    """Once it is sent; what was only requested or approved is not there yet."""
    if state != "sent":
        return None
    return Event(
        Happening.PAYOUT_SENT,
        {"payout": payout, "amount": amount, "currency": settings.CURRENCY},
    )


def first_flattr_notice() -> Words:
    return Words(
        _("Somebody flattred you for the first time."),
        is_good=True,
        label=_("Your revenue"),
        url=reverse("payouts:revenue"),
    )
