"""The front page: what is true of the works, the sums and the costs that it shows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from buttons.catalogue.showcase import Showcase
from buttons.models import Thing
from flattr.split import fee, split
from flattr.templatetags.flattr import money, month, month_name
from flattr.web.charts import axis_money
from payouts.numbers.totals import Totals
from payouts.payments import choosing, methods


def example() -> int:
    """What a month gives in the example: ten of most currencies."""
    return choosing.offered()[2]


@dataclass(frozen=True, slots=True)
class Slice:
    colour: str
    thing: Thing


@dataclass(frozen=True, slots=True)
class Figure:
    figure: str
    label: str


@dataclass(frozen=True)
class Front:
    showcase: Showcase
    totals: Totals | None

    @property
    def start(self) -> str:
        text = _("Start with %(amount)s a month")
        return text % {"amount": money(choosing.offered()[1])}

    # --- The loaf

    @cached_property
    def slices(self) -> list[Slice]:
        """The example's, of real works; none where there are too few."""
        return [
            Slice(f"s{number}", thing)
            for number, thing in enumerate(self.showcase.slices, 1)
        ]

    @property
    def loaf_label(self) -> str:
        if not self.slices:
            return _("A month in seven equal slices")
        many = len(self.slices)
        text = ngettext(
            "An example: %(amount)s in %(number)d equal slice",
            "An example: %(amount)s in %(number)d equal slices",
            many,
        )
        return text % {"amount": money(example()), "number": many}

    @property
    def names(self) -> str:
        """Whose slices they are, where a phone has no room for names below them."""
        names = ((one.thing.owner.name,) for one in self.slices if one.thing.owner)
        return format_html_join(", ", "<bdi>{}</bdi>", names)

    @property
    def loaf_says(self) -> str:
        """What the example comes to, and what one more creator changes."""
        many = len(self.slices) or 7
        text = ngettext(
            "<strong>For example {amount}, in {number} slice.</strong> Each of these"
            " creators gets {each}. One more creator makes it {more} slices of {next},"
            " for the same {amount}.",
            "<strong>For example {amount}, in {number} slices.</strong> Each of these"
            " creators gets {each}. One more creator makes it {more} slices of {next},"
            " for the same {amount}.",
            many,
        )
        return format_html(
            text,
            amount=money(example()),
            number=many,
            each=_each(many),
            more=many + 1,
            next=_each(many + 1),
        )

    @property
    def choices(self) -> list[str]:
        """The amounts in the picture of the first step."""
        return [axis_money(amount) for amount in choosing.offered()]

    # --- So far

    @property
    def so_far(self) -> Iterator[Figure]:
        """The closed months in figures; none before the first with enough people."""
        sums = self.totals
        if sums is None:
            return
        name = {"month": month_name(sums.last)}
        yield Figure(money(sums.given), _("given in all closed months"))
        yield Figure(intcomma(sums.readers), _("readers gave in %(month)s") % name)
        creators = _("creators got a share of it in %(month)s") % name
        yield Figure(intcomma(sums.creators), creators)
        yield Figure(money(sums.fee), _("kept by us"))

    @property
    def since(self) -> str:
        """Of which months the sums are."""
        sums = self.totals
        if sums is None:
            return ""
        if sums.first == sums.last:
            text = _("From the closed month of %(last)s.")
        else:
            text = _("From the closed months, %(first)s to %(last)s.")
        return text % {"first": month(sums.first), "last": month(sums.last)}

    # --- What it costs

    @property
    def costs_title(self) -> str:
        return _("Of %(amount)s you give") % {"amount": money(example())}

    @property
    def costs(self) -> Iterator[tuple[str, str]]:
        kept = fee(example(), settings.FEE_PERCENT)
        yield _("Creators get"), money(example() - kept)
        yield _("%(site)s keeps") % {"site": settings.OPERATOR_NAME}, money(kept)

    @property
    def payment_cost(self) -> str:
        """What taking a payment costs, and who pays that."""
        costs = [methods.cost(method, example()) for method in methods.offered()]
        facts = {
            "amount": money(example()),
            "least": money(min(costs)),
            "most": money(max(costs)),
            "operator": settings.OPERATOR_LEGAL_NAME,
        }
        if min(costs) == max(costs):
            takes = _("Taking a payment of %(amount)s costs about %(least)s.") % facts
        else:
            text = _(
                "Taking a payment of %(amount)s costs about %(least)s to %(most)s, by how"
                " you pay."
            )
            takes = text % facts
        pays = _("%(operator)s pays that, neither you nor the creators.") % facts
        return f"{takes} {pays}"

    # --- Who runs it

    @property
    def run_by(self) -> str:
        text = _("%(site)s is run by %(operator)s, %(address)s.")
        return text % {
            "site": settings.OPERATOR_NAME,
            "operator": settings.OPERATOR_LEGAL_NAME,
            "address": ", ".join(settings.OPERATOR_ADDRESS.splitlines()),
        }

    @property
    def about(self) -> str:
        """What the operator says of itself; may be empty."""
        return str(settings.ABOUT)


def _each(many: int) -> str:
    """What each of so many creators gets of the example: one amount, or two that
    differ by a cent.

    >>> _each(8), _each(7)
    ('€1.25', '€1.42 or €1.43')
    """
    amounts = sorted(set(split(example(), range(many), offset=0).values()))
    if len(amounts) == 1:
        return money(amounts[0])
    return _("%(less)s or %(more)s") % {
        "less": money(amounts[0]),
        "more": money(amounts[1]),
    }
