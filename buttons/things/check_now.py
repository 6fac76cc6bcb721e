"""“Check my page now”: the form that has a page checked, with the answer below it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext

from accounts.models import User
from buttons.models import PageCheck
from buttons.things.page_check_words import CheckWords, Link
from buttons.things.submitting import Submission


@dataclass(frozen=True, slots=True)
class CheckNow:
    """The form that has a page checked, and the answer below it. `url` is the address,
    which can be typed where it is `free`; `back` is the path that it stands on."""

    url: str = ""
    back: str = ""
    check: PageCheck | None = None
    about: Submission | None = None
    free: bool = False
    refusal: str = ""
    # Whether checking is what the page is for, until the button is found.
    loud: bool = False

    @property
    def is_loud(self) -> bool:
        return self.loud and not (self.answer and self.answer.is_found)

    @property
    def why(self) -> str:
        return gettext(
            "We fetch the page and look for your button, as we do after a first click."
        )

    @property
    def answer(self) -> CheckWords | None:
        return CheckWords(self.check) if self.check else None

    @property
    def refreshes(self) -> bool:
        return self.answer is not None and self.answer.refreshes

    @property
    def links(self) -> list[Link]:
        """Where the answer leads, but for the page that it stands on."""
        links = self.answer.links if self.answer else []
        return [link for link in links if link.url != self.back]

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """What goes with the form unseen: where to come back to, and what the button
        says of the page."""
        fields = [("next", self.back)]
        if not self.free:
            fields.append(("url", self.url))
        if about := self.about:
            fields += [
                ("title", about.title),
                ("description", about.description),
                ("category", about.category),
                ("language", about.language),
                ("tags", ", ".join(about.tags)),
            ]
        return [(name, value) for name, value in fields if value]

    @property
    def label(self) -> str:
        if self.check is None or self.free:
            return gettext("Check my page now")
        return gettext("Check it again")


def check_now(
    person: User, about: Submission, back: str, *, loud: bool = False
) -> CheckNow:
    """The form for one page, and what was seen when it was checked last: one query."""
    check = PageCheck.objects.newest(person, about.url)
    return CheckNow(about.url, back, check, about, loud=loud)
