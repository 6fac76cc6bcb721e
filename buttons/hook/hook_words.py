"""How the page of the webhook says how it stands."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.webhook import TEST, Happening, Hook, HookEvent, WhyOff
from buttons.hook import delivering
from buttons.things.addresses import shown
from flattr.templatetags.flattr import day, moment

# So many of the latest events are listed.
MOST = 50

WHY_OFF = {
    WhyOff.CREATOR: gettext_lazy(
        "You switched it off on %(day)s. What happens meanwhile is not sent."
    ),
    WhyOff.SILENT: gettext_lazy(
        "Switched off since %(day)s, because it accepted nothing for a week. What happens"
        " meanwhile is not sent."
    ),
    WhyOff.GONE: gettext_lazy(
        "Switched off since %(day)s, because it answered that it is gone for good (410)."
        " What happens meanwhile is not sent."
    ),
}


@dataclass(frozen=True, slots=True)
class HookShown:
    hook: Hook

    @property
    def url(self) -> str:
        return shown(self.hook.url)

    @property
    def tag(self) -> str:
        if not self.hook.is_on:
            return _("Off")
        return _("Failing") if self.hook.failing_since else _("On")

    @property
    def tone(self) -> str:
        """The colour of the tag."""
        if self.hook.is_on and self.hook.failing_since is None:
            return "good"
        return "bad"

    @property
    def state(self) -> str:
        """How it stands, and what follows from it."""
        hook = self.hook
        if hook.off_at is not None:
            facts = {"day": day(hook.off_at)}
            return str(WHY_OFF[WhyOff(hook.why_off)]) % facts
        if hook.failing_since is not None:
            facts = {
                "since": moment(hook.failing_since),
                "day": day(hook.failing_since + delivering.SILENT),
            }
            return (
                _(
                    "Nothing was accepted since %(since)s. If that stays so, we switch it"
                    " off on %(day)s and write to you."
                )
                % facts
            )
        return _("It is told what you chose, as soon as it happens.")


@dataclass(frozen=True, slots=True)
class EventShown:
    event: HookEvent
    is_on: bool

    @property
    def name(self) -> str:
        if self.event.type == TEST:
            return _("A test")
        return str(dict(Happening.choices).get(self.event.type, self.event.type))

    @property
    def tag(self) -> str:
        if self.event.delivered_at:
            return _("Accepted")
        return _("Waits") if self.event.due_at else _("Given up")

    @property
    def tone(self) -> str:
        """The colour of the tag; none while it waits."""
        if self.event.delivered_at:
            return "good"
        return "" if self.event.due_at else "bad"

    @property
    def answer(self) -> str:
        """What became of the latest try; empty before the first."""
        answer = self.event.answer
        if not answer or self.event.tried_at is None:
            return ""
        at = moment(self.event.tried_at)
        if answer.isdecimal():
            facts = {"at": at, "status": answer}
            return _("It answered %(status)s on %(at)s.") % facts
        return _("On %(at)s: %(why)s") % {"at": at, "why": answer}

    @property
    def next_step(self) -> str:
        """When it is sent next; empty where nothing follows."""
        if self.event.due_at is None:
            return ""
        if not self.is_on:
            return _("It is sent once the webhook is on.")
        if not self.event.tries:
            return _("It is sent in a moment.")
        return _("Next try on %(at)s.") % {"at": moment(self.event.due_at)}


def listed(hook: Hook) -> list[EventShown]:
    """The latest events, newest first."""
    events = HookEvent.objects.filter(hook=hook).order_by("-id")[:MOST]
    return [EventShown(event, hook.is_on) for event in events]
