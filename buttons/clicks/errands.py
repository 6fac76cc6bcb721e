"""What a reader was about to flattr, remembered while they choose a budget and pay.

The confirm page puts it, signed by us, into its links to the pages about money. It goes
into the session when the reader sends a form there, never by reading a page, and to
nobody else: Stripe's addresses do not contain it. No address that a browser names leads
anywhere, only what we signed.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from buttons.clicks import intents
from buttons.clicks.worth import back_to, bdi
from buttons.things import submitting
from buttons.things.submitting import Submission

# In the session: the signed link, and since when it waits.
ERRAND = "errand"
LASTS_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Errand:
    """`link` is the submission as we signed it, or a list of the reader's own, `title`
    what the thing or the list is called; `path` is the page about it."""

    link: str
    title: str
    path: str

    @property
    def label(self) -> str:
        return back_to(self.title)

    @property
    def promise(self) -> str:
        """What a page says on which the reader is still on the way."""
        return format_html(
            _("You were about to flattr “{title}”. We bring you back to it."),
            title=bdi(self.title),
        )

    @property
    def ready(self) -> str:
        """What a page says once the reader can flattr it."""
        return _("Your budget is open: you can flattr now.")


def of(request: HttpRequest) -> Errand | None:
    """What the form or the link of this page is about, else what the session remembers."""
    sent = request.POST if request.method == "POST" else request.GET
    return _errand_in(sent.get("link", "")) or _errand_in(_remembered(request))


def remember(request: HttpRequest, errand: Errand | None) -> None:
    if errand is not None:
        request.session[ERRAND] = [errand.link, int(time.time())]


def forget(request: HttpRequest) -> None:
    """The reader flattred something: whatever they were about to do is done."""
    if ERRAND in request.session:
        del request.session[ERRAND]


def on_the_way(address: str, submission: Submission) -> str:
    """The address of a page from which the reader comes back to the confirm page."""
    return _with_link(address, intents.sign_submission(submission))


def on_the_way_to_list(address: str, number: int, title: str) -> str:
    """The same for a list of the reader's own."""
    return _with_link(address, intents.sign_list(number, title))


def _with_link(address: str, link: str) -> str:
    return f"{address}?{urlencode({'link': link})}"


def _remembered(request: HttpRequest) -> str:
    link, since = request.session.get(ERRAND, ("", 0))
    return link if time.time() - since < LASTS_SECONDS else ""


def _errand_in(link: str) -> Errand | None:
    """None for anything that we did not sign."""
    if not link:
        return None
    with contextlib.suppress(intents.NotOurs):
        submission = intents.parse_submission(link)
        thing = submitting.propose(submission).thing
        return Errand(link, thing.title, _with_link(reverse("buttons:resume"), link))
    with contextlib.suppress(intents.NotOurs):
        number, title = intents.parse_list(link)
        return Errand(link, title, reverse("buttons:pasted", args=[number]))
    return None
