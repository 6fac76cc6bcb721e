"""The mail with which nobody can change the past unnoticed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Letter, Quote


def seal(
    day: str, transactions: int, entries: int, seal: str, before: list[dict[str, Any]]
) -> Letter:
    earlier = Quote("\n".join(f"{one['day']}  {one['seal']}" for one in before))
    return Letter(
        _("The ledger's seal of %(day)s") % {"day": day},
        ngettext(
            "The ledger of %(site)s was sealed for %(day)s: %(transactions)s transaction"
            " with %(entries)s entries.",
            "The ledger of %(site)s was sealed for %(day)s: %(transactions)s transactions"
            " with %(entries)s entries.",
            transactions,
        )
        % {
            "site": settings.OPERATOR_NAME,
            "day": day,
            "transactions": transactions,
            "entries": entries,
        },
        Quote(seal),
        _(
            "Each seal is made from all that was posted and from the seal before, so this"
            " one vouches for everything up to that day. Whoever changes the past in the"
            " database, with whatever rights, cannot change this mail: keep it where the"
            " people who run the database cannot delete it."
        ),
        _("To check that nothing was changed since, run:"),
        Quote(f"manage.py verify_seals --seal {seal}"),
        _("The seals before it:") if before else "",
        earlier if before else None,
        greets=False,
    )
