"""A refusal: an expected no, answered to the person and not logged as a fault."""

from __future__ import annotations


class Refusal(Exception):
    """What was asked cannot be done, for a reason that is not our mistake.

    `code` is the word of the wire protocol, `status` its HTTP status; the text is
    one sentence for people.
    """

    code = "refused"
    status = 400

    def __init__(self, text: str = "") -> None:
        super().__init__(text or (self.__doc__ or "").strip().splitlines()[0])
