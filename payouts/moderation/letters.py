"""What we write about what staff suspend and restore."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.letter import Button, Letter, Quote, listed, page
from accounts.mail.notices import Words


def taken_down(title: str, reason: str, explanation: str, appeal_url: str) -> Letter:
    if title:
        subject = _("“%(title)s” was taken down")
        what = _(
            "Our staff have taken “%(title)s” down. You are named for it, so we tell you"
            " why."
        )
        now = _(
            "No new flattrs are accepted for it, and those of this month were taken back."
            " What was flattred in months that are over stays, and payouts are held until"
            " this is settled."
        )
    else:
        subject = _("Your account is suspended")
        what = _("Our staff have suspended your account. This is why.")
        now = _(
            "No new flattrs are accepted for what you made, nor from you, and those of"
            " this month were taken back. What was flattred in months that are over"
            " stays, and payouts are held until this is settled."
        )
    facts = {"title": title}
    return Letter(
        subject % facts,
        what % facts,
        _("What was reported: %(reason)s") % {"reason": reason} if reason else "",
        _("Our reason:"),
        Quote(explanation),
        now,
        _(
            "If you think that this is wrong, you can appeal within six months. Another"
            " member of our staff decides it then."
        ),
        Button(_("Appeal"), appeal_url),
    )


def appeal_decided(title: str, restored: bool, explanation: str) -> Letter:
    if title:
        subject = _("Your appeal for “%(title)s” is decided")
        read = _("Another member of our staff has read your appeal for “%(title)s”.")
    else:
        subject = _("Your appeal is decided")
        read = _("Another member of our staff has read your appeal.")
    facts = {"title": title}
    return Letter(
        subject % facts,
        read % facts,
        _outcome(title, restored),
        _("Their answer:"),
        Quote(explanation),
        Button(_("My things"), page("buttons:things")),
    )


def _outcome(title: str, restored: bool) -> str:
    if not restored:
        return _("They came to the same decision: it stays as it is.")
    if title:
        return _(
            "You were right: it is back and can be flattred again. We are sorry. Payouts"
            " that were held are released one by one."
        )
    return _(
        "You were right: your account is back and can be flattred again. We are sorry."
        " Payouts that were held are released one by one."
    )


def taken_back(things: Sequence[str] = ()) -> Letter:
    number = len(things)
    return Letter(
        ngettext(
            "A flattr of yours was taken back",
            "%(number)s flattrs of yours were taken back",
            number,
        )
        % {"number": number},
        ngettext(
            "We suspended something that you flattred this month, and took your flattr"
            " back:",
            "We suspended some things that you flattred this month, and took your flattrs"
            " back:",
            number,
        ),
        listed(things),
        _("Your budget stays the same. Your other creators share it instead."),
        Button(_("Your month"), page("payouts:month")),
    )


# --- Notices --------------------------------------------------------------------------


def taken_down_notice(title: str) -> Words:
    if title:
        text = _(
            "Our staff have taken “<bdi>{title}</bdi>” down. We wrote to you why, and how to"
            " appeal."
        )
    else:
        text = _(
            "Our staff have suspended your account. We wrote to you why, and how to appeal."
        )
    return Words(format_html(text, title=title))


def appeal_decided_notice(title: str, restored: bool) -> Words:
    if not restored:
        return Words(format_html(_not_restored(title), title=title))
    if title:
        text = _(
            "“<bdi>{title}</bdi>” is back and can be flattred again. We are sorry."
        )
    else:
        text = _("Your account is back and can be flattred again. We are sorry.")
    return Words(format_html(text, title=title), is_good=True)


def _not_restored(title: str) -> str:
    if title:
        return _(
            "Your appeal for “<bdi>{title}</bdi>” is decided: it stays taken down."
        )
    return _("Your appeal is decided: your account stays suspended.")


def taken_back_notice(title: str, number: int) -> Words:
    text = ngettext(
        "We suspended “<bdi>{title}</bdi>”, so your flattr was taken back. Your other"
        " creators share your budget instead.",
        "We suspended {number} things that you flattred, so your flattrs were taken back."
        " Your other creators share your budget instead.",
        number,
    )
    return Words(format_html(text, title=title, number=number))
