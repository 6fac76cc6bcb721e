"""What the page says on which an author finds out what waits for them."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from buttons.clicks import question
from buttons.clicks.question import State
from buttons.models import Thing
from buttons.proofs import beside_page, hosts
from buttons.signals.vouching import NOBODY

# Fewer readers than this are never told apart, nor from none.
FEWEST_TOLD = 5


@dataclass(frozen=True, slots=True)
class ClaimPage:
    """A page that somebody asks about. `waiting` is how many readers promised it a
    flattr, 0 for fewer than `FEWEST_TOLD`."""

    thing: Thing
    viewer: User | None
    closed: bool
    refused: bool
    waiting: int

    @property
    def claimable(self) -> bool:
        return not (self.closed or self.refused or self.thing.proved)

    @property
    def own(self) -> bool:
        """It is proved to be the viewer's."""
        return self._proved and self.thing.owner == self.viewer

    @property
    def disputable(self) -> bool:
        """It is proved to be somebody else's."""
        return self._proved and not self.own

    @property
    def _proved(self) -> bool:
        return self.thing.proved and not (self.closed or self.refused)

    @property
    def notice(self) -> str:
        """Why there is nothing to claim; empty where there is."""
        if self.closed:
            return question.notice(State.CLOSED, self.thing)
        if self.refused:
            return format_html(
                _(
                    "Its author does not want flattrs, so it cannot be flattred, and"
                    " nothing waits. If you are the author and have changed your mind,"
                    ' write to us: <a href="mailto:{address}">{address}</a>'
                ),
                address=settings.OPERATOR_EMAIL,
            )
        if self.own:
            return _("It is yours, and you need not do anything.")
        if self.thing.owner is None or not self.thing.proved:
            return ""
        return format_html(
            _('This page belongs to <a href="{url}"><bdi>{name}</bdi></a>.'),
            url=reverse("buttons:person", args=[self.thing.owner.username]),
            name=self.thing.owner.name_and_username,
        )

    @property
    def waiting_sentence(self) -> str:
        if self.waiting < FEWEST_TOLD:
            return _(
                "A few readers may have flattred it. We say how many once there are"
                " five, so that nobody can guess who they are."
            )
        return format_html(
            ngettext(
                '<strong class="num">{number}</strong> reader has flattred it and waits'
                " for its author.",
                '<strong class="num">{number}</strong> readers have flattred it and'
                " wait for its author.",
                self.waiting,
            ),
            number=self.waiting,
        )

    @property
    def shared(self) -> bool:
        return hosts.is_shared(self.thing.host)

    @property
    def tag(self) -> str:
        """The tag that names the viewer."""
        assert self.viewer is not None
        return f'<meta name="flattr:id" content="{self.viewer.public_id}">'

    @property
    def link(self) -> str:
        """The link that names the viewer."""
        assert self.viewer is not None
        return f'<link rel="me" href="{self._profile}">'

    @property
    def _profile(self) -> str:
        assert self.viewer is not None
        path = reverse("buttons:person", args=[self.viewer.username])
        return f"{settings.SITE_URL}{path}"

    @property
    def beside(self) -> str:
        """What counts that is not on the page; empty where nothing does."""
        if beside_page.repository_at(self.thing.url):
            return _("Or a line in FUNDING.yml of the repository")
        if self.shared:
            return ""
        return _("Or your profile in what you publish already")

    @property
    def beside_where(self) -> str:
        if beside_page.repository_at(self.thing.url):
            return _(
                "In .github, at its root or in docs. In its funding.json your profile"
                " counts as well, if that lists the repository."
            )
        return _(
            "In a funding.json at the root of the host that lists the page, or in"
            " podcast:funding of the page’s own feed, on the same host."
        )

    @property
    def beside_code(self) -> str:
        """What to put there."""
        if beside_page.repository_at(self.thing.url):
            return f'custom: ["{self._profile}"]'
        return self._profile

    @property
    def refusing_tag(self) -> str:
        return f'<meta name="flattr:id" content="{NOBODY}">'
