"""A refusal: an expected no, answered to the person and not logged as a fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Refusal(Exception):
    """What was asked cannot be done, for a reason that is not our mistake.

    `says` is one sentence for people, unless whoever raises it gives another; `code` is
    the error's word in the API, `status` its HTTP status.
    """

    says: str | StrPromise = _("That cannot be done.")

    code = "refused"
    status = 400

    def __init__(self, text: str | StrPromise = "") -> None:
        super().__init__(text or self.says)


class NothingNew(Refusal):
    """Nothing new begins any more, since the platform winds down."""

    says = _(
        "This site is winding down: nothing new can be flattred or paid in. What is in"
        " your account is paid out."
    )

    code = "winding_down"
    status = 403


# The code with which the database refuses for the same reason (winding.sql).
NOTHING_NEW = "23F01"
