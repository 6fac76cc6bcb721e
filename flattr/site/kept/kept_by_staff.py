"""Reports, what staff decided and looked at, and what outlives an account."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from buttons.abuse import reporting
from flattr.site.processing import Basis, Kept, for_ever_unnamed, span
from payouts.leaving import departing
from payouts.operations import backups

RECORD = [
    Kept(
        lazy("What you report, and what we decided"),
        lazy("Deciding about it, and about an appeal"),
        lambda: _("As long as what it is about; your words until you leave"),
        Basis.SAFETY,
        ("report",),
    ),
    Kept(
        lazy("A picture of yours that our staff took down; nobody else sees it"),
        lazy("Deciding your appeal"),
        lambda: (
            _("Until an appeal is decided or you delete it, %(most)s at most")
            % {"most": span(reporting.APPEALED_WITHIN)}
        ),
        Basis.SAFETY,
    ),
    Kept(
        lazy("The e-mail address that you leave with a report without an account"),
        lazy("Telling you what we decided"),
        lambda: (
            _("%(answered)s after our answer, %(most)s at most")
            % {
                "answered": span(reporting.ADDRESS_KEPT),
                "most": span(reporting.ADDRESS_KEPT_AT_MOST),
            }
        ),
        Basis.CONSENT,
    ),
    Kept(
        lazy("A hash of the network address that a report came from"),
        lazy("Stopping people who send thousands"),
        lambda: span(reporting.SOURCE_KEPT),
        Basis.SAFETY,
    ),
    Kept(
        lazy("Pages and hosts whose author does not want to be flattred"),
        lazy("Sending nobody there"),
        lambda: _("Until the author changes their mind"),
        Basis.CONSENT,
        ("refused",),
    ),
    Kept(
        lazy(
            "What our staff and you did to an account, and from which network address;"
            " who of staff looked at it"
        ),
        lazy("Finding out who did what, when money or access was misused"),
        for_ever_unnamed,
        Basis.SAFETY,
        ("audit", "django_admin_log", "winding_down"),
    ),
    Kept(
        lazy("An account that you closed"),
        lazy("So that you can change your mind"),
        lambda: (
            _("%(span)s, and until no money of yours is here")
            % {"span": span(departing.WAIT)}
        ),
        Basis.CONTRACT,
    ),
    Kept(
        lazy("Backups of all of this, one a night"),
        lazy("Losing nobody’s money to a broken disk"),
        lambda: span(timedelta(days=backups.KEPT)),
        Basis.SAFETY,
        receives=lazy("Whoever runs the machine where they stand"),
    ),
    Kept(
        lazy(
            "Lines of the server’s log: which kind of page, when, how long; no address of"
            " a page or of a network, and no name"
        ),
        lazy("Finding faults"),
        lambda: _("There is nobody in them"),
        Basis.SAFETY,
    ),
]
