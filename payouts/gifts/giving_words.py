"""What the page says on which a reader gives somebody something once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.clicks.worth import bdi, named, strong
from buttons.models import Thing
from flattr.templatetags.flattr import money, month_name
from payouts.gifts.gift_forms import cards_of
from payouts.gifts.offering import Offer, gift_fee
from payouts.models import LARGEST_GIFT, Method
from payouts.payments import methods
from payouts.payments.words import method_choice
from payouts.payments.words.method_choice import MethodChoice


@dataclass(frozen=True, slots=True)
class Card:
    """An amount that can be chosen. `place` is its number on the page."""

    amount: int
    place: int
    offer: Offer
    # A budget's cards say something beside the amount.
    says: ClassVar[str] = ""

    @property
    def value(self) -> str:
        return str(self.amount)

    @property
    def becomes(self) -> str:
        """What arrives, and from where it is paid."""
        return f"{self._arrives} {self._is_paid}"

    @property
    def _arrives(self) -> str:
        fee = gift_fee(self.amount)
        facts = {
            "amount": money(self.amount),
            "rest": money(self.amount - fee),
            "fee": money(fee),
        }
        if not fee:
            return _("All %(amount)s arrive.") % facts
        return _("%(rest)s arrive, %(fee)s stays with this site.") % facts

    @property
    def _is_paid(self) -> str:
        if not self.offer.needs_payment(self.amount):
            return _("It is paid from your account.")
        paid = self.offer.to_pay(self.amount)
        facts = {"paid": money(paid), "kept": money(paid - self.amount)}
        said = [_("You pay %(paid)s on Stripe’s page.") % facts]
        if paid > self.amount:
            said.append(
                _("That is the least one can pay; %(kept)s stays in your account.")
                % facts
            )
        return " ".join([*said, self._cost(paid)])

    def _cost(self, paid: int) -> str:
        """What the payment costs by each method, and who pays that."""
        costs = [
            _("%(cost)s by %(method)s")
            % {"cost": money(methods.cost(one, paid)), "method": one.label}
            for one in methods.offered()
        ]
        text = _("%(site)s pays what that costs (about %(costs)s); your gift does not.")
        return text % {
            "costs": get_text_list(costs, _("or")),
            "site": settings.OPERATOR_NAME,
        }


@dataclass(frozen=True, slots=True)
class Giving:
    """All that the page says. `period` is the running month."""

    creator: User
    thing: Thing | None
    offer: Offer
    period: int

    @property
    def title(self) -> str:
        return _("Give once to %(name)s") % {"name": self.creator.name}

    @property
    def heading(self) -> SafeString:
        return format_html(_("Give once to {name}"), name=bdi(self.creator.name))

    @property
    def lead(self) -> SafeString:
        """For what it is, and what it leaves alone."""
        beside = _("A gift is beside your monthly budget, and takes no share of it.")
        if self.thing is None:
            return format_html("{}", beside)
        about = format_html(_("For “{title}”."), title=bdi(self.thing.title))
        return format_html("{} {}", about, beside)

    @property
    def who(self) -> SafeString:
        return named(self.creator)

    @property
    def cards(self) -> list[Card]:
        return [
            Card(amount, place, self.offer)
            for place, amount in enumerate(cards_of(self.offer), 1)
        ]

    @property
    def another_becomes(self) -> str:
        """What is said of an amount that we do not know yet."""
        said = [_("All of it arrives.")]
        if settings.FEE_PERCENT:
            kept = _("%(percent)s %% of it stays with this site, the rest arrives.")
            said = [kept % {"percent": settings.FEE_PERCENT}]
        if not self.offer.free:
            said.append(_("You pay it on Stripe’s page."))
        else:
            text = _(
                "Up to %(free)s is paid from your account; more you pay on Stripe’s"
                " page."
            )
            said.append(text % {"free": money(self.offer.free)})
        return " ".join(said)

    @property
    def free(self) -> SafeString:
        """What is in the account for it."""
        if not self.offer.free:
            return format_html(
                "{}",
                _("Your account has nothing in it beside your budget."),
            )
        return format_html(
            _("{free} is free in your account, beside your budget."),
            free=strong(money(self.offer.free)),
        )

    @property
    def left(self) -> str:
        """How much of what a month allows is left."""
        facts = {
            "left": money(max(0, self.offer.left)),
            "most": money(LARGEST_GIFT),
            "month": month_name(self.period),
        }
        if self.offer.left == LARGEST_GIFT:
            return _("You can give up to %(most)s a month.") % facts
        return (
            _("You can give %(left)s more in %(month)s, of %(most)s a month.") % facts
        )

    @property
    def may_pay(self) -> bool:
        """Something of what is offered would have to be paid."""
        return self.offer.needs_payment(self.offer.largest)

    @property
    def methods(self) -> list[MethodChoice]:
        """By what it can be paid; empty where there is nothing to pay, or one way only."""
        choices = method_choice.choices([], is_first=False)
        return choices if self.may_pay and len(choices) > 1 else []

    @property
    def assurance(self) -> str:
        if self.may_pay:
            said = _(
                "What is paid from your account can be taken back for an hour. What you"
                " pay for is given when the payment arrives, and nothing of how you paid"
                " is saved."
            )
            return f"{said} {self._of_debits}" if self._of_debits else said
        return _("You can take it back for an hour.")

    @property
    def _of_debits(self) -> str:
        if Method.SEPA_DEBIT not in methods.offered():
            return ""
        return _("A debit takes about a week to arrive, two at most.")

    @property
    def named_sentence(self) -> str:
        """Who learns of it."""
        return _(
            "We do not say who gave it, unless you show in public what you flattr."
        )
