"""Notices at the head of a reader's pages: what each says, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import day, money, short_day
from payouts.payments.notes import Action, Note


@dataclass(frozen=True, slots=True)
class Notice:
    """`kind` is `disputed` (not decided yet), `lost` (a dispute, and not paid since),
    `confirm` (the reader's bank wants a confirmation), `declined` (there is another try) or
    `failed` (there is none, and the budget is suspended); empty for nothing.
    """

    kind: str = ""
    # A bank asks about a payment, whatever else there is.
    asked: bool = False
    # Of a dispute or a renewal, minor units.
    amount: int = 0
    card: str = ""
    why: str = ""
    at: datetime | None = None
    # The next try, if it is still in its month, and the last one if that is another.
    again: datetime | None = None
    payment: int = 0
    last: datetime | None = None
    # A debit that was credited, and that the bank could not make.
    came_back: bool = False
    # On their way, whatever else there is: banks work on payments of so much.
    coming: int = 0
    # A debit of so much that was announced for this day, and not made yet.
    announced: int = 0
    announced_for: datetime | None = None

    @property
    def stops(self) -> bool:
        """Nothing is charged for the budget, whatever month begins."""
        return self.kind in {"disputed", "lost", "failed"}

    @property
    def notes(self) -> list[Note]:
        """What pages say of it."""
        notes = {
            "disputed": _disputed,
            "lost": _lost,
            "confirm": _confirm,
            "declined": _declined,
            "failed": _declined,
        }
        told = [notes[self.kind](self)] if self.kind else []
        return told + ([Note(_bank_asks())] if self.asked else [])


def _disputed(notice: Notice) -> Note:
    text = _(
        "Your bank has taken a payment back, and that is not decided yet: %(amount)s, on"
        " %(day)s. Until it is decided, your budget is stopped: new flattrs are not"
        " accepted, nothing is charged, and what you flattred is shared afterwards. If"
        " you did not ask your bank for this, please tell your bank."
    )
    return Note(text % _amount_and_day(notice))


def _lost(notice: Notice) -> Note:
    text = _(
        "Your bank took %(amount)s of a payment back, as was decided on %(day)s. Your"
        " budget is suspended until you pay again: new flattrs are not accepted, and"
        " nothing is charged. What you flattred before is still shared."
    )
    return Note(text % _amount_and_day(notice), actions=(_pay_now(),))


def _confirm(notice: Notice) -> Note:
    facts = {"amount": money(notice.amount), "card": notice.card}
    if notice.card:
        heading = _("Please confirm %(amount)s by %(card)s") % facts
    else:
        heading = _("Please confirm %(amount)s") % facts
    text = _(
        "Your bank wants to know that it is you who pays for your budget. Nothing was"
        " charged yet."
    )
    if notice.again:
        again = _("If you do not confirm it, we try again on %(day)s.")
        text = f"{text} {again % {'day': short_day(notice.again)}}"
    url = reverse("payouts:payment", args=[notice.payment])
    actions = (Action(_("Confirm it"), url), _other_card(notice))
    return Note(text, actions=actions, heading=heading)


def _declined(notice: Notice) -> Note:
    text = f"{_why(notice)} {_what_follows(notice)}"
    if notice.came_back:
        actions = (_pay_now(), _other_card(notice))
        return Note(text, actions=actions, heading=_took_back(notice))
    return Note(
        text,
        actions=(_pay_now(), _other_card(notice)),
        heading=_what_happened(notice),
        answer=_declined_answer() if notice.at else None,
    )


def _took_back(notice: Notice) -> str:
    text = _("Your bank took a debit of %(amount)s back on %(day)s")
    assert notice.at is not None, notice
    return text % {"amount": money(notice.amount), "day": short_day(notice.at)}


def _declined_answer() -> Action:
    url = reverse("answer", args=["why-was-my-card-declined"])
    return Action(_("Why was it declined?"), url)


def _what_happened(notice: Notice) -> str:
    if notice.at is None:
        return _("Your budget is not paid")
    facts = {
        "card": notice.card,
        "day": short_day(notice.at),
        "amount": money(notice.amount),
    }
    if notice.card:
        return _("%(card)s was declined on %(day)s") % facts
    return _("%(amount)s was not charged on %(day)s") % facts


def _why(notice: Notice) -> str:
    if notice.at is None:
        return _("Your account does not cover it, and nothing is saved to charge.")
    text = _("The reason: %(why)s. %(amount)s for your budget was not charged.")
    if notice.came_back or not notice.card:
        text = _("The reason: %(why)s.")
    return text % {"why": notice.why, "amount": money(notice.amount)}


def _what_follows(notice: Notice) -> str:
    if notice.kind == "failed":
        return _(
            "We do not try again. Your budget is suspended until you pay: new flattrs are"
            " not accepted, and what you flattred is still shared."
        )
    if not notice.again:
        return _(
            "We do not try again for this month; what you flattred in it is paid from what"
            " is in your account."
        )
    if notice.last:
        text = _(
            "We try again on %(day)s and once more on %(last)s. Until then you can go on"
            " flattring."
        )
        if notice.at is None:
            text = _(
                "Please pay by hand: we remind you on %(day)s and once more on %(last)s."
                " Until then you can go on flattring."
            )
        last = short_day(notice.last)
        return text % {"day": short_day(notice.again), "last": last}
    text = _("We try again on %(day)s. Until then you can go on flattring.")
    if notice.at is None:
        text = _(
            "Please pay by hand: we remind you on %(day)s. Until then you can go on"
            " flattring."
        )
    return text % {"day": short_day(notice.again)}


def _bank_asks() -> str:
    text = _(
        "Your bank asks us about a payment of yours. It has taken nothing back, and your"
        " budget goes on as it is. If you do not recognise the payment, or want it back,"
        ' please <a href="{url}">write to us</a>.'
    )
    return format_html(text, url=reverse("contact"))


def _amount_and_day(notice: Notice) -> dict[str, str]:
    assert notice.at is not None, notice
    return {"amount": money(notice.amount), "day": day(notice.at)}


def _pay_now() -> Action:
    return Action(_("Pay now"), reverse("payouts:pay") + "#paying")


def _other_card(notice: Notice) -> Action:
    label = (
        _("Pay by something else") if notice.card else _("Save a card or an account")
    )
    return Action(label, reverse("payouts:pay") + "#renewals")
