"""What the pages say on which somebody changes their picture, or that of a thing."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from buttons.abuse import reporting
from buttons.models import Thing
from buttons.pictures import wanting
from buttons.pictures.taking_down import TAKEN_DOWN
from buttons.pictures.wanting import Standing


@dataclass(frozen=True, slots=True)
class PicturePage:
    """`appeal_url` is where the owner reads why it was taken down; empty if it was not."""

    whose: User | Thing
    standing: Standing
    appeal_url: str = ""

    @property
    def now(self) -> str:
        """What is shown, above which the picture or the pattern stands."""
        if self.whose.suspended_at is not None:
            return _("While we look into what happened, only the pattern is shown.")
        if isinstance(self.whose, User):
            if self.whose.picture:
                return _("This is your picture, beside your name on every page.")
            return _("This pattern is drawn from your name. A face says more.")
        if self.whose.picture:
            return _("This picture is shown wherever the page is.")
        return _("This pattern is drawn from the address of the page.")

    @property
    def take_away(self) -> str:
        """The button that shows the pattern; empty where there is nothing else."""
        if self.standing.refused == TAKEN_DOWN:
            return _("Delete the picture for good")
        if self.whose.picture or self.standing.waits:
            return _("Show a pattern instead")
        return ""

    @property
    def taken_away(self) -> str:
        """What is said once its owner chose the pattern."""
        if isinstance(self.whose, User):
            return _("Your pattern is shown again, and your picture is deleted.")
        return _("The pattern is shown again, and the picture is deleted.")


def page_of(whose: User | Thing) -> PicturePage:
    standing = wanting.standing(whose)
    if standing.refused != TAKEN_DOWN:
        return PicturePage(whose, standing)
    decided = reporting.picture_taken_down(whose)
    url = reporting.appeal_url(decided) if decided else ""
    return PicturePage(whose, standing, url)
