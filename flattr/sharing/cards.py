"""The card of a shared link: a picture of 1200 by 630 pixels with a name, a face, a work
and the loaf. It is drawn in light colours only, as it stands on other people's pages."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from PIL import Image

from flattr.sharing import lettering
from flattr.sharing.lines import fit

WIDTH, HEIGHT = 1200, 630
# Room for letters in pixels: beside a work, and without one.
BESIDE, ALONE = 490, 1056
LEFT = 72
NAME_SIZES = (64, 54, 46)
MOST_LINES = 2
# What is longer than that is not even tried: letters in all.
LONGEST = 120
LEADING = 1.04
LAST_BASELINE = 384
LINE_SIZE = 29
# Around the dot between the two small texts.
GAP = 24
LOAF = ("#c2562b", "#b07a16", "#6f823c", "#3b7a71", "#4a679a", "#86558f", "#a84960")
# What is larger than that is drawn in few colours, which makes 200 kB of plain noise.
MOST_BYTES = 250_000
COLOURS = 256

# Part of each address: count it up when cards are to look different.
DRAWING = 1
DIGITS = 16


@dataclass(frozen=True, slots=True)
class Card:
    """What a card shows. `names` are for the large letters, the best first: the first is
    taken that fonts here can draw. Below stand `line`, in letters that are drawn
    everywhere, and `about`. Pictures are SVG or what Pillow reads, and may be missing."""

    names: tuple[str, ...]
    line: str = ""
    about: str = ""
    face: bytes = b""
    work: bytes = b""

    def draw(self) -> bytes:
        """The PNG."""
        return _made_small(lettering.draw(self.svg))

    @property
    def svg(self) -> SafeString:
        room = BESIDE if self.work else ALONE
        drawn = (lettering.drawable(name[:LONGEST]) for name in self.names)
        name = next((name for name in drawn if name), "")
        large = fit(name, lettering.SERIF, room, NAME_SIZES, MOST_LINES)
        step = round(large.size * LEADING)
        top = LAST_BASELINE - step * (len(large.lines) - 1)
        facts = {
            "site": lettering.drawable(settings.OPERATOR_NAME),
            "name": [
                (top + step * row, lettering.markup(line))
                for row, line in enumerate(large.lines)
            ],
            "size": large.size,
            "room": room + 12,
            "below": self._below(room),
            "face": _address(self.face),
            "work": _address(self.work),
            "loaf": [(72 + 152 * place, colour) for place, colour in enumerate(LOAF)],
        }
        return render_to_string("sharing/card.svg", facts)

    def _below(self, room: int) -> list[tuple[int, SafeString]]:
        """The texts of the small line, and where each begins. Each is
        drawn by itself: one of another script changes the letters beside it."""
        [width] = lettering.widths_of([self.line], lettering.SANS)
        end = round(width * LINE_SIZE)
        texts = [(LEFT, lettering.markup(self.line))]
        about = lettering.drawable(self.about[:LONGEST])
        if about and (left := room - end - GAP) > LINE_SIZE * 6:
            [cut] = fit(about, lettering.SANS, left, (LINE_SIZE,), 1).lines
            texts += [
                (LEFT + end + GAP // 3, lettering.markup("·")),
                (LEFT + end + GAP, lettering.markup(cut)),
            ]
        return texts


def digest_of(*shown: object) -> str:
    """Names what a card shows, whatever draws it."""
    said = repr((DRAWING, settings.OPERATOR_NAME, *shown))
    return sha256(said.encode()).hexdigest()[:DIGITS]


def _address(picture: bytes) -> str:
    """A picture as an address that holds it. Whatever is no SVG becomes PNG, since an
    SVG is drawn without WebP."""
    if not picture:
        return ""
    if picture.startswith(b"<svg"):
        return f"data:image/svg+xml;base64,{b64encode(picture).decode()}"
    made = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(made, "PNG", compress_level=1)
    return f"data:image/png;base64,{b64encode(made.getvalue()).decode()}"


def _made_small(png: bytes) -> bytes:
    """A card with a busy photograph gets few colours, and dots instead of bands."""
    if len(png) <= MOST_BYTES:
        return png
    drawn = Image.open(BytesIO(png)).convert("RGB")
    palette = drawn.quantize(COLOURS, Image.Quantize.MEDIANCUT)
    made = BytesIO()
    drawn.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(
        made, "PNG"
    )
    return made.getvalue()
