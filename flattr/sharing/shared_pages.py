"""What other sites and search engines learn of a public page: the head that it has.

A page without a `SharedPage` asks not to be indexed, so that whatever is forgotten
stays out of search engines.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import get_language, to_locale

from flattr.sharing import cards, site_card
from flattr.web.visible import visible

LONGEST_DESCRIPTION = 160


@dataclass(frozen=True, slots=True)
class SharedPage:
    """The head of one public page.

    `path` is its one address here, without what only leads through a list. `card` is
    the path of the picture that a link to it shows, the site's own if empty, and `alt`
    says what is on that. `kind` is OpenGraph's type. Search engines leave out what is
    not `indexed`; the card is shown all the same.
    """

    title: str
    about: str
    path: str
    kind: str = "website"
    card: str = ""
    alt: str = ""
    indexed: bool = True

    width = cards.WIDTH
    height = cards.HEIGHT

    @property
    def url(self) -> str:
        return settings.SITE_URL + self.path

    @property
    def description(self) -> str:
        return cut_at_word(str(self.about), LONGEST_DESCRIPTION)

    @property
    def image(self) -> str:
        return settings.SITE_URL + (self.card or site_card.address())

    @property
    def image_alt(self) -> str:
        return self.alt or str(site_card.says())

    @property
    def locale(self) -> str:
        """As OpenGraph writes the language of the page: en_GB."""
        return to_locale(get_language() or settings.LANGUAGE_CODE)


def cut_at_word(text: str, longest: int) -> str:
    """The text in one line, cut at a word where it is too long.

    >>> cut_at_word("A garden north of\\nUppsala", 20)
    'A garden north of…'
    >>> cut_at_word("x" * 30, 10)
    'xxxxxxxxx…'
    """
    line = visible(text)
    if len(line) <= longest:
        return line
    head = line[:longest]
    words, blank, _rest = head.rpartition(" ")
    kept = words if blank else head[:-1]
    return kept.rstrip(" ,.;:-–—") + "…"
