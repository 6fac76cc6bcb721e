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
