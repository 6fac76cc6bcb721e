"""What we say of a page that somebody asked us to check: each outcome in sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from buttons.models import Outcome, PageCheck
from buttons.things.addresses import shown
from buttons.things.snippets import snippets
from buttons.things.submitting import Submission
from flattr.database import clock
from flattr.templatetags.flattr import moment

# After so long whoever waits is told that it takes longer than it should.
PATIENCE = timedelta(seconds=30)
GIVES_UP = timedelta(minutes=5)

FOUND = {
    "button": _("Found your button on {page}."),
    "meta": _("Found your tag on {page}."),
    "me": _("Found the link to your profile on {page}."),
    "account": _("Found you on the page of the account that {page} belongs to."),
    "funding": _("Found you in FUNDING.yml of the repository {page}."),
    "manifest": _("Found you in the funding.json of {page}."),
    "podcast": _("Found you in podcast:funding of the feed of {page}."),
    "dns": _("{page} is on a host that you have proved."),
    "file": _("{page} is on a host that you have proved."),
}
NOT_FOUND = {
    Outcome.NOBODY: _("We read the page, and found no button of yours yet."),
    Outcome.OTHERS: _("We read the page, and found somebody else’s button."),
    Outcome.SEVERAL: _("We read the page, and it names several people."),
    Outcome.UNKNOWN: _("We read the page, and it names nobody who is here."),
    Outcome.DISCOUNTED: _("We read the page, and found nothing yet that counts."),
    Outcome.REFUSED: _("We read the page, and it says that it wants no flattrs."),
    Outcome.GONE: _("The page answered {status}: it is not there."),
    Outcome.FAILED: _("The page answered {status}, which is an error."),
    Outcome.LOGIN: _("The page is not open to everybody."),
    Outcome.ELSEWHERE: _("The address leads on to another host."),
    Outcome.UNREACHED: _("We could not reach the page."),
    Outcome.NO_PAGE: _("What is there is not a web page."),
    Outcome.HOST_OF_OTHERS: _("The whole host is proved to be somebody else’s."),
    Outcome.PROVED_OTHERS: _("The page is proved to be somebody else’s."),
}
ADVICE = {
    Outcome.NOBODY: _("Put this on it, and check again:"),
    Outcome.OTHERS: _(
        "It names {names}, and you are {you}. Change it to this, and check again:"
    ),
    Outcome.SEVERAL: _(
        "It names {names}, and a page can be only one person’s. Leave the one that is"
        " yours, and check again:"
    ),
    Outcome.UNKNOWN: _(
        "It says {names}, and you are {you}. Change it to this, and check again:"
    ),
    Outcome.DISCOUNTED: _("{why} Put this on it, and check again:"),
    Outcome.REFUSED: _(
        "It has the tag flattr:id with the word none. Take that out, and check again."
    ),
    Outcome.GONE: _("Is the page published, and the address right, letter by letter?"),
    Outcome.FAILED: _(
        "That is for whoever runs the host to mend. Check again when the page opens in"
        " your browser."
    ),
    Outcome.LOGIN: _(
        "It asks for a sign-in, so neither we nor your readers can open it. Publish it,"
        " and check again."
    ),
    Outcome.ELSEWHERE: _(
        "It leads to {there}. Use that address in your button, and check it here."
    ),
    Outcome.UNREACHED: _("{reason} Does it open in a private window of your browser?"),
    Outcome.NO_PAGE: _(
        "{reason} Check the page that people read: a button can stand only in HTML."
    ),
    Outcome.HOST_OF_OTHERS: _(
        "Its owner, {names}, has proved all of its pages at once. If this page is yours,"
        " ask them to name you as well."
    ),
    Outcome.PROVED_OTHERS: _(
        "It was proved by {names}. If it is yours, report it, and our staff look at it."
    ),
}
# Where the code for the page helps.
NEEDS_CODE = {
    Outcome.NOBODY,
    Outcome.OTHERS,
    Outcome.SEVERAL,
    Outcome.UNKNOWN,
    Outcome.DISCOUNTED,
}
# Where another way of proof helps.
HAS_WAYS = NEEDS_CODE | {Outcome.LOGIN, Outcome.NO_PAGE, Outcome.UNREACHED}


class Link(NamedTuple):
    """Where to go next: a word for it, and where."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CheckWords:
    """Sentences about a check, for whoever asked for it."""

    check: PageCheck
    now: datetime = field(default_factory=clock.now)

    @property
    def is_waiting(self) -> bool:
        return self.check.answered_at is None

    @property
    def is_found(self) -> bool:
        return self.check.outcome == Outcome.YOURS

    @property
    def refreshes(self) -> bool:
        """The page looks for the answer by itself, for a while."""
        return self.is_waiting and self._waited < GIVES_UP

    @property
    def _waited(self) -> timedelta:
        return self.now - self.check.asked_at

    @property
    def page(self) -> SafeString:
        """The address as people write it."""
        address = shown(self.check.url).partition("://")[2].rstrip("/")
        return format_html('<bdi dir="ltr">{}</bdi>', address)

    @property
    def heading(self) -> SafeString:
        if self.is_waiting:
            return format_html(gettext("We are looking at {page}."), page=self.page)
        if self.is_found:
            found = FOUND.get(str(self.check.facts["kind"]), FOUND["button"])
            return format_html(str(found), page=self.page)
        text = str(NOT_FOUND[Outcome(self.check.outcome)])
        return format_html(text, status=self.check.facts.get("status", ""))

    @property
    def beside(self) -> str:
        """What follows the heading in its line."""
        return gettext("It is yours.") if self.is_found else ""

    @property
    def says(self) -> list[str]:
        """What it means, a paragraph each."""
        if self.is_waiting:
            return [self._wait]
        if self.is_found:
            return []
        paragraphs = [self._stays, self._took, self._advice]
        return [paragraph for paragraph in paragraphs if paragraph]

    @property
    def when(self) -> str:
        """When it was read, and what holds from then on; empty while it waits."""
        if self.check.answered_at is None:
            return ""
        if self.is_found:
            text = gettext(
                "Read on %(moment)s. From now on every flattr of it counts for you."
            )
        else:
            text = gettext("Checked on %(moment)s.")
        return text % {"moment": moment(self.check.answered_at)}

    @property
    def code(self) -> str:
        """The button for the page; empty where it would not help."""
        if self.check.outcome not in NEEDS_CODE:
            return ""
        said = {**self.check.said}
        about = Submission(self.check.url, self.check.person.username, **said)
        return snippets(about)[0].code

    @property
    def links(self) -> list[Link]:
        thing = self.check.facts.get("thing")
        outcome = self.check.outcome
        if outcome == Outcome.YOURS:
            return [
                Link(gettext("See its page"), reverse("buttons:thing", args=[thing]))
            ]
        if outcome == Outcome.PROVED_OTHERS:
            return [Link(gettext("Report it"), reverse("buttons:report", args=[thing]))]
        if outcome not in HAS_WAYS:
            return []
        claim = f"{reverse('buttons:claim')}?{urlencode({'url': self.check.url})}"
        return [
            Link(gettext("Other ways to show that it is yours"), claim),
            Link(gettext("Prove a whole host"), reverse("buttons:hosts")),
        ]

    # --- Paragraphs

    @property
    def _wait(self) -> str:
        if self._waited < PATIENCE:
            return gettext("It takes a few seconds.")
        return gettext(
            "It takes longer than it should. You need not stay: the answer will be here."
        )

    @property
    def _stays(self) -> str:
        if not self.check.facts.get("stays"):
            return ""
        return gettext("You proved it before, so it stays yours for now.")

    @property
    def _took(self) -> str:
        """How fast the page came, and how much it was, where it was read."""
        facts = self.check.facts
        if not facts.get("bytes") or self.check.outcome not in NEEDS_CODE:
            return ""
        if facts.get("cut"):
            return gettext("We read its first megabyte, and no more than that.")
        return gettext("It answered in %(seconds)s seconds with %(kilobytes)s kB.") % {
            "seconds": formats.number_format(max(0.1, facts["milliseconds"] / 1000), 1),
            "kilobytes": max(1, round(facts["bytes"] / 1000)),
        }

    @property
    def _advice(self) -> SafeString:
        facts = self.check.facts
        names = format_html_join(
            ", ", "<bdi>{}</bdi>", ((name,) for name in facts.get("names", []))
        )
        there = shown(facts.get("there", ""))
        return format_html(
            str(ADVICE[Outcome(self.check.outcome)]),
            names=names or gettext("somebody else"),
            you=format_html("<bdi>{}</bdi>", self.check.person.username),
            there=format_html('<bdi dir="ltr">{}</bdi>', there),
            why=facts.get("why", ""),
            reason=facts.get("reason", ""),
        )
