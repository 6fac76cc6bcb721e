"""The choice of a method on the page about paying: a card for each, with what it costs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from flattr.templatetags.flattr import money
from payouts.models import Method
from payouts.payments import methods
from payouts.payments.pay_ways import Way
from payouts.payments.words import cost_words, method_words

# Where the style sheet begins to number methods; before stand the ways.
FIRST_PLACE = 5


@dataclass(frozen=True, slots=True)
class CostLine:
    """What a method costs where a way is chosen, whose `place` is its class."""

    place: str
    says: str
    is_least: bool


@dataclass(frozen=True, slots=True)
class MethodChoice:
    """One of the radio buttons. `is_first` is a payment that opens the budget."""

    method: Method
    place: int
    ways: list[Way]
    is_first: bool

    @property
    def value(self) -> str:
        return self.method.value

    @property
    def css(self) -> str:
        return f"c{self.place}"

    @property
    def name(self) -> str:
        return method_words.name(self.method)

    @property
    def for_whom(self) -> str:
        return str(method_words.FOR_WHOM[self.method])

    @property
    def costs(self) -> list[CostLine]:
        return [
            CostLine(css, *self._cost(way))
            for css, way in zip(places(self.ways), self.ways, strict=True)
        ]

    def _cost(self, way: Way) -> tuple[str, bool]:
        cost = way.costs.by(self.method)
        text = _("costs %(fee)s, %(percent)s of %(amount)s")
        facts = {
            "fee": money(cost.fee),
            "percent": cost.percent,
            "amount": money(way.amount),
        }
        is_least = cost.fee == way.costs.cheapest.fee and len(way.costs.by_method) > 1
        return text % facts, is_least

    @property
    def follows(self) -> str:
        """When it arrives, and what is kept of it."""
        sentences = [
            method_words.when_it_arrives(self.method, is_first=self.is_first),
            method_words.what_is_kept(self.method),
        ]
        return " ".join(filter(None, sentences))

    @property
    def mandate(self) -> list[str]:
        return method_words.mandate(self.method)


def places(ways: list[Way]) -> list[str]:
    """The ways' classes in the style sheet."""
    return [f"c{number}" for number in range(1, len(ways) + 1)]


def choices(ways: list[Way], *, is_first: bool) -> list[MethodChoice]:
    return [
        MethodChoice(method, place, ways, is_first)
        for place, method in enumerate(methods.offered(), FIRST_PLACE)
    ]


def where_it_goes(ways: list[Way]) -> list[tuple[str, str]]:
    """Way by way: its class, and what the site keeps and what reaches creators."""
    return [
        (css, cost_words.where_it_goes(way.costs))
        for css, way in zip(places(ways), ways, strict=True)
    ]


def proposed(kind: str) -> Method:
    """Before the reader chooses: what they have saved, else a card, which whoever pays
    for the first time can use at once."""
    known = methods.offered()
    if kind in known:
        return Method(kind)
    return Method.CARD if Method.CARD in known else known[0]
