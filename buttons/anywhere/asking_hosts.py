"""Ask hosts what belongs to one address: each once, only so much, only for so long."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from buttons.proofs.beside_page import FEEDS, FILES
from buttons.reading import fetching
from buttons.reading.fetching import HTML, Page
from buttons.reading.not_fetched import NotFetched

# The page, what the check of it reads beside it, and one file more.
MOST_REQUESTS = 7
SECONDS = 20.0

# Whatever may be a page, a feed or a list.
ANY = frozenset(
    {
        *HTML,
        *FEEDS,
        *FILES,
        *("text/x-opml", "text/x-opml+xml", "application/opml+xml", "text/markdown"),
        *("application/toml", "text/x-toml", "text/csv", "application/rdf+xml"),
    }
)


@dataclass(slots=True)
class Asking:
    """The requests for one address, each as `fetching.fetch` makes it."""

    left: int = MOST_REQUESTS
    ends: float = field(default_factory=lambda: time.monotonic() + SECONDS)
    answers: dict[str, Page | NotFetched] = field(default_factory=dict)

    def fetch(self, url: str, kinds: frozenset[str] = ANY) -> Page:
        """The text at a normalised address, or `NotFetched`, once it was enough too."""
        if url not in self.answers:
            self.answers[url] = self._ask(url, kinds)
        answer = self.answers[url]
        if isinstance(answer, NotFetched):
            raise answer
        return answer

    def _ask(self, url: str, kinds: frozenset[str]) -> Page | NotFetched:
        if not self.left or time.monotonic() > self.ends:
            return NotFetched(_("We have asked often enough for this one."))
        self.left -= 1
        try:
            return fetching.fetch(url, kinds)
        except NotFetched as failure:
            return failure

    def find(self, url: str, kinds: frozenset[str]) -> Page | None:
        """The same, of what may well not be there; nor is what was cut short."""
        try:
            page = self.fetch(url, kinds)
        except NotFetched:
            return None
        return None if page.cut else page
