"""What a line of the record of processing says, and in which words.

How long something is kept is said from the constants that the code deletes by, when the
page is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

Text = str | Promise
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
US_ALONE = gettext_lazy("Nobody")


class Basis(Enum):
    """Why the law lets us keep it: letters of article 6 (1) of the GDPR."""

    CONSENT = gettext_lazy("You decided so, and can change your mind (a)")
    CONTRACT = gettext_lazy("We need it to do what you use the site for (b)")
    LAW = gettext_lazy("The law makes us keep our books (c)")
    SAFETY = gettext_lazy("We protect people and money here from misuse (f)")


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data: what it is and what for, for how long, why that is lawful, and
    who gets it besides us. `tables` are where it stands; none where that is no table of
    its own."""

    what: Text
    why: Text
    until: Callable[[], str]
    basis: Basis
    tables: tuple[str, ...] = ()
    receives: Text = US_ALONE

    @property
    def how_long(self) -> str:
        return self.until()


def span(time: timedelta) -> str:
    """A length of time in words: minutes below two hours, hours below two days."""
    if time < 2 * HOUR:
        minutes = round(time.total_seconds() / 60)
        return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
    if time < 2 * DAY:
        hours = round(time / HOUR)
        return ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours}
    return ngettext("%(n)d day", "%(n)d days", time.days) % {"n": time.days}


def months(number: int) -> str:
    return ngettext("%(n)d month", "%(n)d months", number) % {"n": number}


def with_account() -> str:
    return _("As long as you have an account")


def until_removed() -> str:
    return _("Until you remove it, or leave")


def for_ever_unnamed() -> str:
    return _(
        "For ever, since books that forget prove nothing; once you have left, under a"
        " number that leads to nobody"
    )


def receivers() -> list[str]:
    """Who gets data of people from us, and what: for the head of the record."""
    told = [
        _(
            "Stripe, which takes readers’ payments and pays creators: your e-mail"
            " address, the amounts, and what you tell it on its own pages, such as your"
            " card, or your account and the mandate to debit it."
        ),
        _("The mail server that carries our mails to you."),
        _("Whoever runs the machines on which the site and its backups stand."),
    ]
    if settings.SENTRY_DSN:
        told.append(
            _(
                "Sentry, which collects faults of our programs: neither who asked nor"
                " what was typed."
            )
        )
    return told
