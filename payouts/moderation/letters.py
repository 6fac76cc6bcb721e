"""What we write about what staff suspend and restore."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.mail.letter import Button, Letter, Paragraph, Quote, listed, page
from accounts.mail.notices import Words
from payouts.moderation import picture_letters


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


def appeal_decided(
    title: str, restored: bool, explanation: str, picture: bool = False
) -> Letter:
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
        picture_letters.outcome(restored) if picture else _outcome(title, restored),
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


def restored(title: str) -> Letter:
    facts = {"title": title}
    if title:
        subject = _("“%(title)s” is back")
        says = _("Our staff have lifted the suspension: it can be flattred again.")
    else:
        subject = _("Your account is back")
        says = _(
            "Our staff have lifted the suspension: what you made can be flattred again."
        )
    return Letter(
        subject % facts,
        says,
        _("Payouts that were held are released one by one."),
        Button(_("My things"), page("buttons:things")),
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


# What became of a report, as whoever reported it reads it. That payouts are held is
# between us and the owner.
TO_REPORTERS = {
    "taken_down": gettext_lazy(
        "We have taken it down. Its owner may appeal; if that changes our decision, we tell"
        " you."
    ),
    "picture_taken_down": gettext_lazy(
        "We have taken the picture down. Its owner may appeal; if that changes our"
        " decision, we tell you."
    ),
    "payouts_held": gettext_lazy(
        "It stays where it is for now. We are looking into it further."
    ),
    "dismissed": gettext_lazy(
        "We found nothing that breaks our rules, so it stays where it is."
    ),
    "restored": gettext_lazy(
        "We had taken it down. Its owner appealed, and another member of our staff decided"
        " that it may stay, so it is back."
    ),
}


def report_decided(
    decision: str, about: str = "", answer: str = "", to: str = ""
) -> Letter:
    return Letter(
        _("We have decided about your report"),
        _("You reported “%(about)s” to us. One of our staff has looked at it.")
        % {"about": about},
        str(TO_REPORTERS[decision]),
        _("They write:") if answer else "",
        Quote(answer) if answer else None,
        _("We did not tell the owner who reported it. Thank you for your help."),
        Paragraph(
            _(
                "If you have reported nothing, ignore this mail; we delete your address."
            ),
            is_soft=True,
        )
        if to
        else None,
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


def appeal_decided_notice(title: str, restored: bool, picture: bool = False) -> Words:
    if picture:
        return picture_letters.appeal_notice(restored)
    if not restored:
        return Words(format_html(_not_restored(title), title=title))
    if title:
        text = _(
            "“<bdi>{title}</bdi>” is back and can be flattred again. We are sorry."
        )
    else:
        text = _("Your account is back and can be flattred again. We are sorry.")
    return Words(format_html(text, title=title), is_good=True)


def restored_notice(title: str) -> Words:
    if title:
        text = _("“<bdi>{title}</bdi>” is back and can be flattred again.")
    else:
        text = _("Your account is back: what you made can be flattred again.")
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


REPORT_NOTICES = {
    "taken_down": gettext_lazy(
        "You reported “<bdi>{about}</bdi>”. We have taken it down. Thank you for your help."
    ),
    "picture_taken_down": gettext_lazy(
        "You reported “<bdi>{about}</bdi>”. We have taken the picture down. Thank you for"
        " your help."
    ),
    "payouts_held": gettext_lazy(
        "You reported “<bdi>{about}</bdi>”. It stays where it is for now; we are looking into"
        " it further."
    ),
    "dismissed": gettext_lazy(
        "You reported “<bdi>{about}</bdi>”. We found nothing that breaks our rules, so it"
        " stays."
    ),
    "restored": gettext_lazy(
        "You reported “<bdi>{about}</bdi>”. Its owner appealed, and it is back."
    ),
}


def report_decided_notice(decision: str, about: str) -> Words:
    text = format_html(str(REPORT_NOTICES[decision]), about=about)
    return Words(text, is_good=decision.endswith("taken_down"))
