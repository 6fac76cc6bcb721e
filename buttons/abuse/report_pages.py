"""What the pages of a report and of an appeal say, case by case."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.abuse import reporting
from buttons.models import Report, Thing
from flattr.templatetags.flattr import day


@dataclass(frozen=True, slots=True)
class ReportPage:
    """The form with which anybody reports a thing or a person."""

    about: Thing | User

    @property
    def heading(self) -> str:
        if isinstance(self.about, User):
            name = self.about.name_and_username
            return format_html(_("What is wrong with <bdi>{name}</bdi>?"), name=name)
        return format_html(
            _("What is wrong with “<bdi>{title}</bdi>”?"), title=self.about.title
        )

    @property
    def privacy(self) -> str:
        if isinstance(self.about, User):
            return _(
                "Our staff read it and decide. We do not tell this person who reported"
                " them."
            )
        return _(
            "Our staff read it and decide. We do not tell the owner who reported it."
        )

    @property
    def back(self) -> str:
        if isinstance(self.about, User):
            return reverse("buttons:person", args=[self.about.username])
        return reverse("buttons:thing", args=[self.about.pk])


@dataclass(frozen=True, slots=True)
class AppealPage:
    """Where an owner reads what was decided, and may appeal."""

    report: Report
    possible: bool

    @property
    def pending(self) -> bool:
        return self.report.appealed and self.report.decided_at is None

    @property
    def heading(self) -> str:
        if self.report.thing is not None:
            said = self._heading_of_thing()
            return format_html(said, title=self.report.thing.title)
        assert self.report.person is not None
        said = self._heading_of_person()
        return format_html(said, name=self.report.person.username)

    def _heading_of_thing(self) -> str:
        if self.report.picture:
            return self._heading_of_its_picture()
        if self.report.decision == Report.Decision.RESTORED:
            return _("“<bdi>{title}</bdi>” is back")
        if self.pending:
            return _("We are reviewing “<bdi>{title}</bdi>” again")
        return _("“<bdi>{title}</bdi>” was taken down")

    def _heading_of_its_picture(self) -> str:
        if self.report.decision == Report.Decision.RESTORED:
            return _("The picture of “<bdi>{title}</bdi>” is back")
        if self.pending:
            return _("We are reviewing the picture of “<bdi>{title}</bdi>” again")
        return _("The picture of “<bdi>{title}</bdi>” was taken down")

    def _heading_of_face(self) -> str:
        if self.report.decision == Report.Decision.RESTORED:
            return _("Your picture is back, <bdi>{name}</bdi>")
        if self.pending:
            return _("We are reviewing your picture again, <bdi>{name}</bdi>")
        return _("Your picture was taken down, <bdi>{name}</bdi>")

    def _heading_of_person(self) -> str:
        if self.report.picture:
            return self._heading_of_face()
        if self.report.decision == Report.Decision.RESTORED:
            return _("Your account <bdi>{name}</bdi> is back")
        if self.pending:
            return _("We are reviewing your account <bdi>{name}</bdi> again")
        return _("Your account <bdi>{name}</bdi> was suspended")

    @property
    def decided(self) -> str:
        """What stands above the explanation."""
        if self.report.decided_at is None:
            return _("Our first decision")
        return _("Decided on %(day)s") % {"day": day(self.report.decided_at)}

    @property
    def good(self) -> bool:
        if self.report.picture:
            return self.pending or self.report.decision == Report.Decision.RESTORED
        return self.pending or self.report.about.suspended_at is None

    @property
    def sentence(self) -> str:
        """Why it cannot be appealed now; empty where it can, or is back."""
        decision = self.report.decision
        if self.possible:
            return ""
        if self.pending:
            assert self.report.appealed_at is not None
            return _(
                "We received your appeal on %(day)s. Somebody who did not take the"
                " first decision reads it, and we write to you."
            ) % {"day": day(self.report.appealed_at)}
        if decision == Report.Decision.UPHELD:
            return _("A second person read your appeal and came to the same decision.")
        if decision not in reporting.APPEALABLE:
            return ""
        if not self.report.picture and self.report.about.suspended_at is None:
            return _("It is back already, so there is nothing to appeal.")
        return _("The six months for an appeal are over.")
