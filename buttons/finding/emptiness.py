"""What Discover says where it has nothing to show, and which way leads on."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from buttons.finding.asked import Asked
from buttons.finding.lists import Found
from buttons.things.addresses import BadAddress
from buttons.things.typed_addresses import address_in


@dataclass(frozen=True, slots=True)
class Nothing:
    """Why a list is empty, in a title and a sentence, and one way on."""

    title: str
    says: str
    way: str
    url: str


def nothing_of_things(found: Found) -> Nothing:
    """Why no things are shown."""
    asked = found.asked
    if asked.text:
        says = _("No thing has all the words of “<bdi>{text}</bdi>”.")
        return _nothing_with(asked, says)
    if found.order == "trend":
        return Nothing(
            _("Nothing rises just now"),
            _(
                "A thing is here when at least five people flattr it this month, and more"
                " than in as many days of last month."
            ),
            _("The most flattred"),
            asked.but(sort="flattrs"),
        )
    return _nothing_near(found) or Nothing(
        _("Nothing here yet"),
        _(
            "A thing appears with its first flattr. Make a button for a page of yours, and"
            " put it there."
        ),
        _("Make a button"),
        reverse("buttons:snippet"),
    )


def nobody(found: Found) -> Nothing:
    """Why no creators are shown."""
    asked = found.asked
    if asked.text:
        says = _("No creator has all the words of “<bdi>{text}</bdi>”.")
        return _nothing_with(asked, says)
    if found.order == "trend":
        return Nothing(
            _("Nobody rises just now"),
            _(
                "A creator is here when at least five people flattr them this month, and"
                " more than in as many days of last month."
            ),
            _("The newest"),
            asked.but(sort="new"),
        )
    return _nothing_near(found) or Nothing(
        _("Nobody here yet"),
        _(
            "A creator appears with the first flattr of a page that is proved to be"
            " theirs. Make a button for a page of yours, and put it there."
        ),
        _("Make a button"),
        reverse("buttons:snippet"),
    )


def _nothing_with(asked: Asked, says: str) -> Nothing:
    """Of a search; who typed an address can flattr it all the same."""
    sentence = format_html(says, text=asked.text)
    try:
        address_in(asked.text, "")
    except BadAddress:
        everything = asked.but(text="", category="", language="", sort="")
        return Nothing(_("Nothing found"), sentence, _("Everything"), everything)
    share = f"{reverse('buttons:share')}?{urlencode({'url': asked.text})}"
    return Nothing(_("Nobody has flattred it yet"), sentence, _("Flattr it"), share)


def _nothing_near(found: Found) -> Nothing | None:
    """Of an order by what creators flattr, or of a category or language."""
    asked = found.asked
    if found.order == "near":
        return Nothing(
            _("Nothing new around you"),
            _(
                "The creators whom you flattr do not show what they flattr, or you flattr"
                " it already."
            ),
            _("Everything"),
            asked.but(sort=""),
        )
    if asked.narrowed or asked.after:
        everything = asked.but(category="", language="", sort="")
        says = _("There is nothing of that kind, or no more of it.")
        return Nothing(_("Nothing here"), says, _("Everything"), everything)
    return None
