"""What is known of how accessible the pages are: what the tests found that look at each
of them (`tests/browser/test_pages.py`), and what no program finds.

accessibility.json is written by those tests when they are asked to:

    STATEMENT=1 python3 run.py test tests/browser/test_pages.py --all
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FILE = Path(__file__).with_name("accessibility.json")


@dataclass(frozen=True, slots=True)
class Look:
    """All pages once, in a window so wide and in one of two colour schemes."""

    on: date
    engine: str
    scheme: str
    width: int
    pages: int
    violations: int

    @property
    def says(self) -> str:
        looked = ngettext(
            "%(pages)d page, %(how)s: %(found)s",
            "%(pages)d pages, %(how)s: %(found)s",
            self.pages,
        )
        return looked % {"pages": self.pages, "how": self._how, "found": self._found}

    @property
    def _how(self) -> str:
        facts = {"width": self.width}
        if self.scheme == "dark":
            return _("dark, in a window %(width)d points wide") % facts
        return _("light, in a window %(width)d points wide") % facts

    @property
    def _found(self) -> str:
        if not self.violations:
            return _("nothing found")
        found = ngettext("%(n)d fault", "%(n)d faults", self.violations)
        return found % {"n": self.violations}


def looks() -> list[Look]:
    """As the file has them, by their names."""
    told = json.loads(FILE.read_text())
    return [
        Look(**{**facts, "on": date.fromisoformat(facts["on"])})
        for _name, facts in sorted(told.items())
    ]


def tested(found: list[Look]) -> str:
    """When and by what."""
    if not found:
        return _("Not tested yet.")
    latest = max(found, key=lambda look: look.on)
    return _(
        "On %(day)s %(engine)s looked at every page of a site with people, things and"
        " closed months, as a visitor, a reader, a creator and one of our staff:"
    ) % {"day": date_format(latest.on, "j F Y"), "engine": latest.engine}


def complaint() -> str:
    """Whom else to tell; empty where the settings name nobody."""
    if not settings.ACCESSIBILITY_AUTHORITY:
        return ""
    return _("If we do not help, complain to: %(authority)s") % {
        "authority": settings.ACCESSIBILITY_AUTHORITY
    }
