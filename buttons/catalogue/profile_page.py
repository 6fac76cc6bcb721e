"""What somebody's profile says, to whoever looks at it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.catalogue.elsewhere import Place
from buttons.catalogue.made import Made
from buttons.models import Thing
from buttons.things import snippets
from buttons.things.snippets import Snippet

SORTS = ("new", "flattrs")


@dataclass(frozen=True, slots=True)
class ProfilePage:
    """A person as `viewer` sees them. `readers` is None where too few flattred them in
    the month that runs to say it; `given` are things that they show they flattred."""

    creator: User
    viewer: User | None
    made: Made
    readers: int | None = None
    places: tuple[Place, ...] = ()
    given: tuple[Thing, ...] = ()
    subscribed: bool = False

    @property
    def own(self) -> bool:
        return self.viewer == self.creator

    @property
    def flattrable(self) -> bool:
        """The viewer can flattr the person, now or after signing in."""
        return not self.own and self.creator.suspended_at is None

    @property
    def things_heading(self) -> str:
        said = ngettext("%(number)s thing", "%(number)s things", self.made.things)
        return said % {"number": self.made.things}

    @property
    def readers_sentence(self) -> str:
        """Empty where there are too few to say."""
        if self.readers is None:
            return ""
        return format_html(
            ngettext(
                '<strong class="num">{number}</strong> this month',
                '<strong class="num">{number}</strong> this month',
                self.readers,
            ),
            number=self.readers,
        )

    @property
    def flattrs_sentence(self) -> str:
        return format_html(
            ngettext(
                '<strong class="num">{number}</strong> in all',
                '<strong class="num">{number}</strong> in all',
                self.made.flattrs,
            ),
            number=self.made.flattrs,
        )

    @property
    def languages(self) -> str:
        return ", ".join(self.made.writes_in)

    @property
    def liked(self) -> list[User]:
        """Whose proved things they flattred lately, each once."""
        owners = [thing.owner for thing in self.given if thing.proved and thing.owner]
        return list(dict.fromkeys(owners))

    @property
    def subscribed_sentence(self) -> SafeString | str:
        """Empty for whoever does not flattr them every month."""
        if not self.subscribed:
            return ""
        return format_html(
            _('You flattr them every month. <a href="{url}">Pause or end that</a>'),
            url=reverse("buttons:subscriptions"),
        )

    @property
    def path(self) -> str:
        return reverse("buttons:person", args=[self.creator.username])

    @property
    def short_address(self) -> str:
        """To be read out, written on paper or typed."""
        return f"{settings.SITE_HOST}{self.path}"

    @property
    def badge(self) -> Snippet:
        return snippets.name_badge(self.creator)
