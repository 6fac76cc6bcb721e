"""What pages say of one payment: how it stands, and what became of its money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from flattr.templatetags.flattr import day, money
from payouts.gateway import declines
from payouts.models import Dispute, Method, Payment
from payouts.payments.words import method_words


@dataclass(frozen=True, slots=True)
class PaymentWords:
    """Sentences about `payment`; `disputes` are those that stand against it."""

    payment: Payment
    disputes: Sequence[Dispute] = ()

    @property
    def amount(self) -> str:
        return money(self.payment.amount, self.payment.currency)

    @property
    def status(self) -> str:
        """A word or two, for a list."""
        if self.payment.paid_at:
            return _("Paid")
        if self.payment.failed_at:
            return _("Not paid")
        if self.payment.needs_confirmation:
            return _("To be confirmed")
        return _("On its way")

    @property
    def gift_url(self) -> str:
        """Of the page of the gift that it is for; empty for the budget's."""
        gift = getattr(self.payment, "gift", None)
        return reverse("payouts:gift", args=[gift.pk]) if gift else ""

    @property
    def is_open(self) -> bool:
        """Not paid, so that it is marked in a list."""
        return self.payment.paid_at is None

    @property
    def heading(self) -> str:
        payment, facts = self.payment, {"amount": self.amount}
        if payment.paid_at and self.disputes:
            return self._taken_back()
        if payment.paid_at and payment.returned >= payment.amount:
            return _("%(amount)s went back") % facts
        if payment.paid_at:
            return _("%(amount)s arrived") % facts
        if payment.failed_at:
            return _("%(amount)s was not paid") % facts
        if payment.needs_confirmation:
            return _("Please confirm %(amount)s") % facts
        return _("%(amount)s is on its way") % facts

    def _taken_back(self) -> str:
        amounts = [money(one.amount, one.currency) for one in self.disputes]
        both = get_text_list(amounts, _("and"))
        return _("Your bank took %(amount)s back") % {"amount": both}

    @property
    def disputed(self) -> str:
        """How far the disputes are; empty without one."""
        return " ".join(_decision(one) for one in self.disputes)

    @property
    def not_paid(self) -> str:
        nothing = _("Nothing was charged.")
        if not self.why:
            return nothing
        return f"{_('The reason: %(why)s.') % {'why': self.why}} {nothing}"

    @property
    def on_its_way(self) -> str:
        """Of one that is neither here nor lost."""
        if self.payment.processing_at is None:
            return _(
                "We have not heard yet that it arrived. As soon as we do, it is in your"
                " account; you do not have to do anything."
            )
        text = _(
            "Your bank works on it since %(day)s. That takes about a week, two at most. As"
            " soon as it arrives, it is in your account and we write to you; you do not"
            " have to do anything."
        )
        return text % {"day": day(self.payment.processing_at)}

    @property
    def by_what(self) -> str:
        """The card or account, or the method where that is all that is known; empty for
        what did not come by Stripe."""
        if self.payment.paid_with or self.payment.provider != "stripe":
            return self.payment.paid_with
        return method_words.name(Method(self.payment.method))

    @property
    def last_try(self) -> str:
        """Of a payment on its way that failed before; else empty."""
        if not self.why:
            return ""
        return _("The last try failed: %(why)s.") % {"why": self.why}

    @property
    def why(self) -> str:
        failure = self.payment.failure
        return declines.in_words(failure, self.payment.method) if failure else ""

    @property
    def to_confirm(self) -> str:
        if not self.payment.paid_with:
            return _(
                "Your bank wants you to confirm that it is you. Nothing was charged yet."
            )
        return _(
            "%(card)s was to be charged for your budget, and your bank wants you to confirm"
            " that it is you. Nothing was charged yet."
        ) % {"card": self.payment.paid_with}

    @property
    def went_back(self) -> str:
        """Empty where nothing did."""
        if not self.payment.returned:
            return ""
        amount = money(self.payment.returned, self.payment.currency)
        return _("%(amount)s went back") % {"amount": amount}


def _decision(dispute: Dispute) -> str:
    if dispute.state == "failed":
        return _("The reason: %(why)s.") % {"why": declines.of_debit(dispute.reason)}
    if dispute.is_undecided or dispute.closed_at is None:
        return _("That is not decided yet. Until it is, your budget is stopped.")
    return _("That was decided on %(day)s.") % {"day": day(dispute.closed_at)}


def taken_back(dispute: Dispute) -> str:
    """A line of a receipt: what a bank took, and whether it came back."""
    facts = {"amount": money(dispute.amount, dispute.currency)}
    if not dispute.closed_at:
        return _("%(amount)s, taken back by your bank, not decided yet") % facts
    if dispute.state == "won":
        text = _("%(amount)s, taken back by your bank, and returned to us on %(day)s")
        return text % {**facts, "day": day(dispute.closed_at)}
    return _("%(amount)s, taken back by your bank") % facts
