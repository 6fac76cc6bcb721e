"""What is in the way of a reader's flattrs, at the head of *my month*."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import money, month_name, short_day
from payouts.my_month.month import Month
from payouts.payments.notes import Action, Note


@dataclass(frozen=True, slots=True)
class MonthNotes:
    """Notes about `month`. `is_suspended` is of the reader, by our staff."""

    month: Month
    is_suspended: bool

    @property
    def now(self) -> str:
        return month_name(self.month.period)

    @property
    def amount(self) -> str:
        return money(self.month.amount)

    @property
    def notes(self) -> list[Note]:
        """The gravest alone."""
        if self.is_suspended:
            return [Note(_suspended_by_staff())]
        if told := self.month.notice.notes:
            return told
        if self.month.standing.suspended:
            return [self._suspended_budget()]
        if self.month.amount and not self.month.standing.credited:
            return [self._first_payment()]
        if self.month.amount and not self.month.standing.covered:
            return [self._not_covered()]
        return []

    def _suspended_budget(self) -> Note:
        text = _(
            "Your budget is suspended, since a payment for it did not arrive or was taken"
            " back. What you flattred in %(month)s is still shared at its end; new flattrs"
            " are not accepted."
        )
        return Note(text % {"month": self.now}, actions=(_pay_in(),))

    def _first_payment(self) -> Note:
        facts = {"amount": self.amount, "coming": money(self.month.notice.coming)}
        if self.month.notice.coming:
            text = _(
                "%(coming)s is on its way; your bank works on it. Your budget of %(amount)s"
                " a month opens when it arrives; from then on you can flattr."
            )
            return Note(text % facts, actions=(_how_it_stands(),))
        text = _(
            "Your budget is %(amount)s a month. It opens with your first payment; from then"
            " on you can flattr."
        )
        return Note(text % facts, actions=(_pay_in(),))

    def _not_covered(self) -> Note:
        missing, free = self.month.missing, self.month.free
        if not missing:
            return Note(
                _(
                    "An earlier month has to be closed before your payment counts for this."
                )
            )
        if self.month.notice.coming >= missing:
            return self._coming()
        if self.month.notice.announced_for:
            return self._announced(self.month.notice.announced_for)
        text = _(
            "%(missing)s is missing for %(month)s. Until it arrives, this page shows what"
            " each creator gets if it does; without it, nothing is shared."
        )
        if free:
            text = _(
                "%(missing)s is missing for %(month)s. Until it arrives, this page shows"
                " what each creator gets if it does; without it, %(free)s is shared."
            )
        facts = {"missing": money(missing), "month": self.now, "free": money(free)}
        return Note(text % facts, actions=(_pay_in(),))

    def _announced(self, on: datetime) -> Note:
        text = _(
            "On %(day)s we debit %(amount)s for %(month)s from your account. Until it"
            " arrives, this page shows what each creator gets if it does."
        )
        facts = {
            "day": short_day(on),
            "amount": money(self.month.notice.announced),
            "month": self.now,
        }
        return Note(text % facts, actions=(_how_it_stands(),))

    def _coming(self) -> Note:
        """What is missing is on its way."""
        text = _(
            "%(coming)s is on its way for %(month)s; your bank works on it. Until it"
            " arrives, this page shows what each creator gets if it does; without it,"
            " nothing is shared."
        )
        if self.month.free:
            text = _(
                "%(coming)s is on its way for %(month)s; your bank works on it. Until it"
                " arrives, this page shows what each creator gets if it does; without it,"
                " %(free)s is shared."
            )
        facts = {
            "coming": money(self.month.notice.coming),
            "month": self.now,
            "free": money(self.month.free),
        }
        return Note(text % facts, actions=(_how_it_stands(),))


def _suspended_by_staff() -> str:
    text = _(
        "Your account is suspended. New flattrs are not accepted, and what you flattred is"
        ' not shared before our staff have decided. <a href="mailto:{address}">Write to'
        " us</a>"
    )
    return format_html(text, address=settings.OPERATOR_EMAIL)


def _how_it_stands() -> Action:
    return Action(_("How it stands"), reverse("payouts:pay"))


def _pay_in() -> Action:
    return Action(_("Pay in"), reverse("payouts:pay"))
