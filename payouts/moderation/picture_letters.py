"""What we write about pictures that staff take down."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.mail.letter import Button, Letter, Quote
from accounts.mail.notices import Words


def picture_taken_down(title: str, explanation: str, appeal_url: str) -> Letter:
    if title:
        subject = _("The picture of “%(title)s” was taken down")
        what = _("Our staff have taken down the picture of “%(title)s”. This is why.")
    else:
        subject = _("Your picture was taken down")
        what = _("Our staff have taken down your picture. This is why.")
    facts = {"title": title}
    return Letter(
        subject % facts,
        what % facts,
        _("Our reason:"),
        Quote(explanation),
        _(
            "A pattern is shown instead, and nothing else changes. You can send another"
            " picture at any time."
        ),
        _(
            "If you think that this is wrong, you can appeal within six months. Another"
            " member of our staff decides it then."
        ),
        Button(_("Appeal"), appeal_url),
    )


def outcome(restored: bool) -> str:
    if not restored:
        return _("They came to the same decision: the picture stays taken down.")
    return _(
        "You were right: the picture is back, unless you have sent another since. We are"
        " sorry."
    )


def picture_taken_down_notice(title: str) -> Words:
    if title:
        text = _(
            "Our staff have taken down the picture of “<bdi>{title}</bdi>”. We wrote to you"
            " why, and how to appeal."
        )
    else:
        text = _(
            "Our staff have taken down your picture. We wrote to you why, and how to appeal."
        )
    return Words(format_html(text, title=title))


def appeal_notice(restored: bool) -> Words:
    if not restored:
        return Words(_("Your appeal is decided: the picture stays taken down."))
    return Words(
        _("The picture that we took down is back. We are sorry."), is_good=True
    )
