"""Which version of the terms people agreed to, and telling them of a new one."""

from __future__ import annotations

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.mail import outbox
from accounts.models import User
from flattr.database import clock
from flattr.web import editions
from flattr.web.refusals import Refusal


class NotAnnounced(Refusal):
    says = gettext_lazy("There is nothing to announce.")

    code = "not_announced"


def agree(person: User) -> None:
    """Note that somebody who signs up agrees to the terms as they are shown."""
    person.terms_version = editions.TERMS[0].number


def announce() -> int:
    """Write to everybody who agreed to an earlier version than the newest; how many
    they are. Again writes to nobody twice.

    Refused with `NotAnnounced` where there is no new version, and where it counts sooner
    than the terms promise.
    """
    newest = editions.TERMS[0]
    if newest.number == 1:
        raise NotAnnounced(
            _("The terms have one version, and nobody else needs telling.")
        )
    first = clock.now().date() + editions.TOLD_BEFORE
    if newest.since < first:
        raise NotAnnounced(
            _(
                "Version %(number)d counts from %(day)s on, and people are told %(days)d"
                " days before: date it %(first)s or later."
            )
            % {
                "number": newest.number,
                "day": date_format(newest.since, "j F Y"),
                "days": editions.TOLD_BEFORE.days,
                "first": date_format(first, "j F Y"),
            }
        )
    facts = {
        "version": newest.number,
        "since": date_format(newest.since, "j F Y"),
        "changed": str(newest.changed),
    }
    people = User.objects.present().filter(terms_version__lt=newest.number)
    mails = [(f"terms:{newest.number}:{one.pk}", one, facts) for one in people]
    outbox.write_all("terms_changed", mails)
    return len(mails)
