"""Why a stranger's page could not be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from buttons.models import Outcome

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

# Only for people whom the host knows.
FOR_SOME = {401, 403, 407}
LOGIN = re.compile(
    r"(?:^|[/_.-])(?:log-?in|sign-?in|servicelogin|anmelden|anmeldung|connexion|auth|sso)"
    r"(?:[/_.-]|$)"
)


class NotFetched(Exception):
    """The page could not be read; says why in a sentence. `outcome` is the kind of
    failure, for whoever asked us to check."""

    outcome = Outcome.UNREACHED

    def __init__(self, sentence: str | StrPromise, **values: object) -> None:
        super().__init__(str(sentence) % values if values else str(sentence))
        self.values = values


class Gone(NotFetched):
    """The host answered that there is no such page."""

    outcome = Outcome.GONE


class Failed(NotFetched):
    """The host answered with a failure of its own, or wants a sign-in."""

    def __init__(self, sentence: str | StrPromise, status: int) -> None:
        super().__init__(sentence, status=status)
        self.outcome = Outcome.LOGIN if status in FOR_SOME else Outcome.FAILED


class NoPage(NotFetched):
    """What came is not a page, or is not to be unpacked."""

    outcome = Outcome.NO_PAGE


class TooLarge(NotFetched):
    """There is more of it than we read."""

    outcome = Outcome.NO_PAGE


class LedElsewhere(NotFetched):
    """The address leads on to another host, to the page `there`."""

    def __init__(self, sentence: str, there: str) -> None:
        super().__init__(sentence)
        self.values = {"there": there}
        self.outcome = Outcome.LOGIN if is_login(there) else Outcome.ELSEWHERE


def is_login(url: str) -> bool:
    """Whether an address is, by its words, where people sign in.

    >>> is_login("https://bob.example/wp-login.php"), is_login("https://bob.example/a/")
    (True, False)
    """
    return bool(LOGIN.search(urlsplit(url).path.lower()))
