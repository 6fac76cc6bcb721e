"""Charts of money by month, drawn on the server: bars whose places are per cents of the picture.

A page makes a `Chart` of sentences and minor units and includes `_chart.html` with it:

    Chart(
        "months",                                  # its ids begin with this
        _("Your revenue by month"),                # the picture's name
        _("From €18.20 in … to €84.32 in …"),      # what it shows, for who hears it
        [
            Bar("Oct", _("October 2026: …"), [Part("ready", 5822), Part("held", 2610)], "€84.32"),
            Bar("Nov", _("November so far: …"), [STUB], "214 clicks", is_key=True),
        ],
        nothing=_("Nothing has arrived yet."),     # instead of bars, if there are none
        legend=[("ready", _("Ready or paid")), ("held", _("Held"))],
        table=Table([_("Month"), _("Revenue")], rows),  # or the page writes its own
    )

The kind of a part is its class in charts.css: ready, held, in, out, f1 to f12; `running` is
striped. There is no viewBox and no style attribute: bars grow with the page, letters do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings

from flattr.web import locales

# Where the highest line and the ground of a picture are, in per cent from its top.
CEILING, GROUND = 10, 90
ROOM = GROUND - CEILING
STUB_HEIGHT = 14
GAP = 0.4  # between two bars that stand side by side
MOST_LINES = 4
# So many letters fit above all bars together, where a page is wide.
LETTERS = 100


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a bar, in minor units."""

    kind: str
    amount: int

    def __post_init__(self) -> None:
        assert self.amount >= 0, self.amount


# A striped part of one height, for what nobody knows yet in money.
STUB = Part("running", 0)


@dataclass(frozen=True, slots=True)
class Bar:
    """A month. `title` says it as a sentence; `value` is written above the bar, and is
    all that a narrow page keeps if `is_key`."""

    label: str
    title: str
    parts: Sequence[Part]
    value: str = ""
    is_key: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The figures of a chart: the first column names the rows, the others are figures."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    foot: Sequence[str] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Rectangle:
    kind: str
    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A bar with its places. `value_class` says where the value's letters stand."""

    title: str
    rectangles: Sequence[Rectangle]
    value: str
    value_class: str
    value_x: str
    value_y: str
    label: str
    middle: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the picture, and the letters on the axis."""

    y: str
    letters_y: str
    label: str


def axis_money(amount: int) -> str:
    """An axis may round: whole units of the currency, cents below one."""
    return locales.show_round_money(amount, settings.CURRENCY)


@dataclass(frozen=True)
class Chart:
    """Bars on one scale; the parts of a bar are stacked, or stand side by side."""

    name: str
    title: str
    desc: str
    bars: Sequence[Bar]
    nothing: str = ""
    legend: Sequence[tuple[str, str]] = ()
    table: Table | None = None
    side_by_side: bool = False
    is_low: bool = False
    axis: Callable[[int], str] = axis_money

    def __post_init__(self) -> None:
        assert self.name.isidentifier(), self.name

    @property
    def stripes(self) -> str:
        """The id of the pattern that stripes what still runs."""
        return f"{self.name}-stripes"

    @cached_property
    def is_empty(self) -> bool:
        return not any(part is STUB or part.amount for part in self._parts())

    @cached_property
    def scale(self) -> tuple[int, int]:
        """A round step of the axis, and the highest line, which no bar goes beyond."""
        step = step_of(self._highest)
        return step, -(-self._highest // step) * step

    @cached_property
    def lines(self) -> list[Line]:
        """The lines above the ground; none if no bar has an amount."""
        step, top = self.scale
        return [
            Line(percent(y), percent(y + 1.5), self.axis(amount))
            for amount in range(step, top + 1, step)
            for y in [GROUND - self._height(amount)]
        ]

    @cached_property
    def drawn(self) -> list[Drawn]:
        slot = 100 / max(1, len(self.bars))
        return [self._draw(number, bar, slot) for number, bar in enumerate(self.bars)]

    # --- Geometry

    def _parts(self) -> Iterator[Part]:
        return (part for bar in self.bars for part in bar.parts)

    @cached_property
    def _highest(self) -> int:
        together = max if self.side_by_side else sum
        heights = [
            together([part.amount for part in bar.parts] or [0]) for bar in self.bars
        ]
        return max(heights, default=0)

    def _height(self, amount: int) -> float:
        return ROOM * amount / self.scale[1] if amount else 0

    def _draw(self, number: int, bar: Bar, slot: float) -> Drawn:
        middle, width = slot * (number + 0.5), slot * 0.6
        if self.side_by_side:
            rectangles, top = self._beside(bar, middle, slot * 0.55)
        else:
            rectangles, top = self._stacked(bar, middle - width / 2, width)
        at_end = number == len(self.bars) - 1 and number > 2
        fits = bar.is_key or len(bar.value) * len(self.bars) <= LETTERS
        return Drawn(
            bar.title,
            rectangles,
            bar.value if fits else "",
            " ".join(["end" if at_end else "middle"] + ["key"] * bar.is_key),
            percent(middle + width / 2 if at_end else middle),
            percent(top - 2),
            bar.label,
            percent(middle),
        )

    def _stacked(
        self, bar: Bar, x: float, width: float
    ) -> tuple[list[Rectangle], float]:
        rectangles, top = [], float(GROUND)
        for part in bar.parts:
            height = STUB_HEIGHT if part is STUB else self._height(part.amount)
            if height:
                top -= height
                rectangles.append(_rectangle(part.kind, x, width, top, height))
        return rectangles, top

    def _beside(
        self, bar: Bar, middle: float, width: float
    ) -> tuple[list[Rectangle], float]:
        each = width / max(1, len(bar.parts))
        heights = [self._height(part.amount) for part in bar.parts]
        rectangles = [
            _rectangle(
                part.kind,
                middle - width / 2 + place * each,
                each - GAP,
                GROUND - height,
                height,
            )
            for place, (part, height) in enumerate(zip(bar.parts, heights, strict=True))
            if height
        ]
        return rectangles, GROUND - max(heights, default=0)


def step_of(highest: int) -> int:
    """The smallest round step that needs at most four lines: 1, 2, 2.5 or 5 with noughts.

    >>> step_of(9140), step_of(548600), step_of(40), step_of(0)
    (2500, 200000, 10, 1)
    """
    power = 1
    while True:
        for step in (power, 2 * power, power * 5 // 2, 5 * power):
            # A step of two and a half cents is none.
            if -(-highest // step) <= MOST_LINES and (
                step != power * 5 // 2 or power > 1
            ):
                return step
        power *= 10


def part_of(amount: int, most: int) -> str:
    """How wide a bar in a table is, beside the widest.

    >>> part_of(14120, 19841), part_of(0, 0)
    ('71.17%', '0%')
    """
    return percent(100 * amount / most if most else 0)


def percent(value: float) -> str:
    """As SVG reads it, in every language.

    >>> percent(8.3333), percent(5.0)
    ('8.33%', '5%')
    """
    return f"{value:.2f}".rstrip("0").rstrip(".") + "%"


def _rectangle(kind: str, x: float, width: float, y: float, height: float) -> Rectangle:
    return Rectangle(kind, percent(x), percent(width), percent(y), percent(height))
