"""Which picture a page names for itself, and which icon."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from buttons.reading.fetching import Page
from buttons.reading.markup import Tag, small, tags, words
from buttons.things.addresses import BadAddress, normalise

# The first that a page has counts.
IMAGES = [
    *("og:image", "og:image:url", "og:image:secure_url"),
    *("twitter:image", "twitter:image:src"),
]
ICONS = ["apple-touch-icon", "apple-touch-icon-precomposed", "icon"]
WHERE_ICONS_WERE = "/favicon.ico"
SVG = "image/svg+xml"


@dataclass(frozen=True, slots=True)
class Shown:
    """Normalised addresses; empty where a page names none that can be read."""

    image: str = ""
    icon: str = ""


def shown_by(page: Page) -> Shown:
    base = page.url
    images: dict[str, str] = {}
    icons: list[tuple[int, int, str]] = []
    for tag in tags(page.text, xml=page.xml):
        if tag.inside:
            continue
        if tag.name == "base" and base == page.url:
            base = _joined(base, tag.given.get("href", "")) or base
        elif tag.name == "meta":
            named = small(tag.given.get("property", tag.given.get("name", "")).strip())
            if named in IMAGES and (url := _joined(base, tag.given.get("content", ""))):
                images.setdefault(named, url)
        elif tag.name == "link":
            icons += _icons(tag, base)
    image = next((images[name] for name in IMAGES if name in images), "")
    icons.append((len(ICONS), 0, _joined(page.url, WHERE_ICONS_WERE)))
    return Shown(image, min(icons)[2])


def _icons(tag: Tag, base: str) -> Iterator[tuple[int, int, str]]:
    """How good an icon is, the least the best: by its kind, then by its size."""
    url = _joined(base, tag.given.get("href", ""))
    drawn = small(tag.given.get("type", "").strip()) == SVG
    if not url or drawn or urlsplit(url).path.lower().endswith(".svg"):
        return
    for rank, rel in enumerate(ICONS):
        if rel in words(small(tag.given.get("rel", ""))):
            yield rank, -_widest(tag.given.get("sizes", "")), url


def _widest(sizes: str) -> int:
    """The largest width of `16x16 32x32`; 0 for what says none."""
    widths = [size.partition("x")[0] for size in words(small(sizes))]
    return max(
        (int(one) for one in widths if one.isdecimal() and len(one) < 6), default=0
    )


def _joined(base: str, href: str) -> str:
    """An address on a page as we fetch it; empty where it has none that we could."""
    try:
        return normalise(urljoin(base, href.strip())) if href.strip() else ""
    except (BadAddress, ValueError):
        return ""
