"""Patterns that stand where a picture would: round faces, works of eight by five, and
the broad cover of a profile.

The same text always gives the same pattern. Its address holds nothing but the head of
the text's SHA-256, so an answer can be kept for ever and asks no database.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

# Width and height in tiles, and a tile's side in pixels.
SIZES = {"face": (3, 3, 32), "work": (8, 5, 40), "cover": (20, 5, 80)}
DIGITS = 16

# Ground and two inks that go well together, in light and in the dark.
PALETTES = (
    ("#f6d9b8", "#c2562b", "#80604a"),
    ("#ecdfd2", "#80604a", "#6f823c"),
    ("#d6e0f0", "#4a679a", "#2f7a9a"),
    ("#dcebe6", "#3b7a71", "#b07a16"),
    ("#e9ddec", "#86558f", "#4a679a"),
    ("#f3dde1", "#a84960", "#c2562b"),
    ("#e6ebd6", "#6f823c", "#3b7a71"),
    ("#e2def1", "#6658a5", "#a84960"),
)

# What a tile of one by one holds; the empty one twice, so that the ground is seen.
SHAPES = (
    "M0 0h1A1 1 0 0 1 0 1z",
    "M1 0v1A1 1 0 0 1 0 0z",
    "M1 1H0A1 1 0 0 1 1 0z",
    "M0 1V0A1 1 0 0 1 1 1z",
    "M0 .25h1v.5H0z",
    "M.25 0h.5v1h-.5z",
    "M.5 .15a.35 .35 0 1 1 0 .7a.35 .35 0 1 1 0-.7z",
    "M0 0h1L0 1z",
    "M1 1H0L1 0z",
    "",
    "",
)


def address(shape: str, text: str) -> str:
    """Where the pattern of a text is; `shape` is one of `SIZES`."""
    digest = sha256(text.encode()).hexdigest()[:DIGITS]
    return reverse("pattern", args=[shape, digest])


@require_safe
def pattern(_request: HttpRequest, shape: str, digest: str) -> HttpResponse:
    answer = HttpResponse(draw(shape, digest), content_type="image/svg+xml")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def draw(shape: str, digest: str) -> str:
    """The SVG of a pattern.

    >>> draw("face", "00" * 8).startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    True
    """
    columns, rows, side = SIZES[shape]
    width, height = columns * side, rows * side
    chances = drawn(f"{shape}:{digest}")
    ground, *inks = PALETTES[next(chances) % len(PALETTES)]
    paths = ["", ""]
    for tile in range(columns * rows):
        figure = SHAPES[next(chances) % len(SHAPES)]
        row, column = divmod(tile, columns)
        if figure:
            ink = next(chances) % 4 == 0
            paths[ink] += f'<path d="{figure}" transform="translate({column} {row})"/>'
    groups = "".join(
        f'<g fill="{ink}">{drawing}</g>'
        for ink, drawing in zip(inks, paths, strict=True)
        if drawing
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {columns} {rows}"'
        f' width="{width}" height="{height}">'
        f'<rect width="{columns}" height="{rows}" fill="{ground}"/>{groups}</svg>'
    )


def drawn(text: str) -> Iterator[int]:
    """Bytes without end that only the text decides."""
    block = text.encode()
    while True:
        block = sha256(block).digest()
        yield from block
