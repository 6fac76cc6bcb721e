"""What we write about whose a thing is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail.happenings import Event
from accounts.mail.letter import Block, Button, Letter, Link, listed, page
from accounts.mail.notices import Words
from accounts.models.webhook import Happening
from buttons.clicks.letters import pages, thing_page


def name_changed(is_name: bool, before: str, now: str) -> Letter:
    if is_name:
        subject = _("Your username is now %(now)s")
        why = _(
            "Your username was %(before)s, which is also somebody else's public id."
            " Buttons with it pointed to nobody, so our staff have given you another:"
            " %(now)s. Sign in with it or with your e-mail address."
        )
    else:
        subject = _("Your public id is now %(now)s")
        why = _(
            "Your public id was %(before)s, which is also somebody else's username. Tags,"
            " DNS records and files with it pointed to nobody, so our staff have given you"
            " another: %(now)s."
        )
    facts = {"before": before, "now": now}
    return Letter(
        subject % facts,
        why % facts,
        _(
            "Please put the new one on your pages; they count as yours again from then"
            " on. What you earned stays yours. The code for each page is here."
        ),
        Button(_("The code for your pages"), page("buttons:snippet")),
        _("If this is wrong, answer this mail; one of our staff reads it."),
    )


def promise_refused(things: Sequence[str] = ()) -> Letter:
    return Letter(
        _("An author does not want flattrs"),
        _("You flattred something whose author has told us that they want no flattrs:"),
        listed(things),
        ngettext(
            "So that flattr is gone. It cost you nothing, and your other flattrs stay.",
            "So those flattrs are gone. They cost you nothing, and your other flattrs"
            " stay.",
            len(things),
        ),
        Button(_("Your month"), page("payouts:month")),
    )


def proof_lost(
    thing: int | None, title: str, reason: str, more: list[dict[str, Any]]
) -> Letter:
    number = 1 + len(more)
    facts = {"title": title, "number": number}
    return Letter(
        ngettext(
            "We no longer see that “%(title)s” is yours",
            "We no longer see that %(number)s pages are yours",
            number,
        )
        % facts,
        ngettext(
            "We checked “%(title)s” again and no longer see that it is yours.",
            "We checked %(number)s pages again and no longer see that they are yours.",
            number,
        )
        % facts,
        _reasons(title, reason, more),
        _(
            "What was flattred before stays yours. New flattrs wait until you prove it"
            " again, and one of our staff looks at your next payout before it is sent. If"
            " your button went missing, put it back and let us check again."
        ),
        Button(_("Check again"), _where_to_look(thing, more)),
        Link(_("Other ways to show that a page is yours"), page("buttons:claim")),
    )


def _reasons(title: str, reason: str, more: list[dict[str, Any]]) -> Block | str:
    if not more:
        return reason
    lost = [{"title": title, "reason": reason}, *more]
    return listed(
        _("“%(title)s”: %(reason)s") % {"title": one["title"], "reason": one["reason"]}
        for one in lost
    )


def _where_to_look(thing: int | None, more: list[dict[str, Any]]) -> str:
    if more:
        return page("buttons:things")
    return page("buttons:thing", thing) if thing else page("buttons:hosts")


def joint_checked(proved: int, missing: int) -> Letter:
    return Letter(
        _("We have looked at what may be yours"),
        _yours_now(proved),
        _not_yet(missing),
        Button(_("See what is missing"), f"{page('buttons:claim')}#together")
        if missing
        else Button(_("My things"), page("buttons:things")),
    )


def _yours_now(proved: int) -> str:
    text = ngettext(
        "%(number)s page is proved to be yours now: the flattrs that waited for it become"
        " yours.",
        "%(number)s pages are proved to be yours now: the flattrs that waited for them"
        " become yours.",
        proved,
    )
    return text % {"number": proved} if proved else ""


def _not_yet(missing: int) -> str:
    text = ngettext(
        "%(number)s page does not name you yet. We say what we saw there, and what you can"
        " do.",
        "%(number)s pages do not name you yet. We say what we saw on each, and what you"
        " can do.",
        missing,
    )
    return text % {"number": missing} if missing else ""


def thing_taken_over(
    *,
    mine: bool,
    thing: int,
    title: str,
    more: list[dict[str, Any]],
    owner: str,
    former: str,
    was_proved: bool,
    proof: str,
) -> Letter:
    facts = {
        "title": title,
        "number": 1 + len(more),
        "owner": owner,
        "former": former,
        "proof": _(proof),
    }
    return Letter(
        *(_gained(facts) if mine else _given_up(facts, was_proved)),
        pages(thing, title, more),
    )


def _gained(facts: dict[str, Any]) -> list[str]:
    number = facts["number"]
    return [
        ngettext(
            "“%(title)s” is proved to be yours",
            "%(number)s pages are proved to be yours",
            number,
        )
        % facts,
        ngettext(
            "“%(title)s” was listed under %(former)s. It is now proved, %(proof)s, to be"
            " yours, so from the next flattr on it pays you.",
            "%(number)s pages were listed under %(former)s. They are now proved,"
            " %(proof)s, to be yours, so from the next flattr on they pay you.",
            number,
        )
        % facts,
    ]


def _given_up(facts: dict[str, Any], was_proved: bool) -> list[str]:
    number = facts["number"]
    return [
        ngettext(
            "“%(title)s” now belongs to %(owner)s",
            "%(number)s pages now belong to %(owner)s",
            number,
        )
        % facts,
        ngettext(
            "“%(title)s” was listed as yours. It is now proved, %(proof)s, to belong to"
            " %(owner)s, so from the next flattr on it pays them.",
            "%(number)s pages were listed as yours. They are now proved, %(proof)s, to"
            " belong to %(owner)s, so from the next flattr on they pay them.",
            number,
        )
        % facts,
        _("What you were flattred for before stays yours."),
        _("One of our staff looks at your next payout before it is sent.")
        if was_proved
        else "",
        _(
            "If this is wrong, put your own button on the page, or answer this mail; one"
            " of our staff reads it."
        ),
    ]


# --- Notices --------------------------------------------------------------------------


def promise_refused_notice(title: str, number: int) -> Words:
    text = ngettext(
        "The author of “<bdi>{title}</bdi>” wants no flattrs, so that flattr is gone. It"
        " cost you nothing.",
        "The author of {number} pages that you flattred wants no flattrs, so those flattrs"
        " are gone. They cost you nothing.",
        number,
    )
    return Words(format_html(text, title=title, number=number))


def proof_lost_notice(thing: int | None, title: str, number: int) -> Words:
    text = ngettext(
        "We no longer see that “<bdi>{title}</bdi>” is yours. New flattrs for it wait"
        " until you prove it again.",
        "We no longer see that {number} pages are yours. New flattrs for them wait until"
        " you prove it again.",
        number,
    )
    is_one = thing is not None and number == 1
    return Words(
        format_html(text, title=title, number=number),
        label=_("Check again"),
        url=thing_page(thing) if is_one else reverse("buttons:things"),
    )


def joint_checked_notice(proved: int, missing: int) -> Words:
    told = " ".join(filter(None, [_yours_now(proved), _not_yet(missing)]))
    return Words(
        told,
        is_good=proved > 0,
        label=_("See what is missing") if missing else _("My things"),
        url=f"{reverse('buttons:claim')}#together"
        if missing
        else reverse("buttons:things"),
    )


def proof_lost_event(thing: int | None, title: str, url: str) -> Event:
    """Of a thing, or of a whole host, whose title is its name."""
    if thing is None:
        return Event(Happening.PROOF_LOST, {"host": title})
    return Event(Happening.PROOF_LOST, {"thing": {"id": thing, "url": url}})


def thing_taken_over_notice(mine: bool, thing: int, title: str, number: int) -> Words:
    if mine:
        text = ngettext(
            "“<bdi>{title}</bdi>” is proved to be yours: from the next flattr on it pays"
            " you.",
            "{number} pages are proved to be yours: from the next flattr on they pay you.",
            number,
        )
    else:
        text = ngettext(
            "“<bdi>{title}</bdi>” is proved to belong to somebody else. What you were"
            " flattred for before stays yours.",
            "{number} of your pages are proved to belong to somebody else. What you were"
            " flattred for before stays yours.",
            number,
        )
    return Words(
        format_html(text, title=title, number=number),
        is_good=mine,
        label=_("See the page") if number == 1 else "",
        url=thing_page(thing) if number == 1 else "",
    )


def name_changed_notice(is_name: bool, now: str) -> Words:
    if is_name:
        text = _("Your username is now %(now)s. Please put it on your pages.")
    else:
        text = _("Your public id is now %(now)s. Please put it on your pages.")
    return Words(
        text % {"now": now},
        label=_("The code for your pages"),
        url=reverse("buttons:snippet"),
    )
