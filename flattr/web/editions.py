"""The versions of the terms and of the privacy page: since when each counts, and what it
changed. Whoever changes the texts adds a line in front, dated for when it counts, and
tells people of new terms with `manage.py announce_terms`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy


@dataclass(frozen=True, slots=True)
class Edition:
    number: int
    since: date
    # What is different, in a sentence.
    changed: str | Promise

    @property
    def in_force(self) -> str:
        return _("Version %(number)d, from %(day)s. %(changed)s") % {
            "number": self.number,
            "day": date_format(self.since, "j F Y"),
            "changed": self.changed,
        }


FIRST = lazy("It is the first.")
# So long before they count people are told of new terms, as the terms themselves say.
TOLD_BEFORE = timedelta(days=30)

# The newest in front.
TERMS = [
    Edition(
        2,
        date(2027, 1, 1),
        lazy(
            "What changed: besides a card you can let us debit a bank account, and what such"
            " a debit pays for is held for longer."
        ),
    ),
    Edition(1, date(2026, 11, 23), FIRST),
]
PRIVACY = [
    Edition(
        3,
        date(2026, 12, 1),
        lazy(
            "What changed: it says what is kept of a bank account that pays, and of the"
            " mandate to debit it."
        ),
    ),
    Edition(
        2,
        date(2026, 12, 1),
        lazy(
            "What changed: it says of everything that we keep for how long, and a record"
            " of processing says on what basis and who else gets it."
        ),
    ),
    Edition(1, date(2026, 11, 23), FIRST),
]
