"""What search engines and shared links say of pages of which there is one each.
Profiles, things, closes and answers say it themselves; all other pages ask to be left out."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from flattr.sharing.shared_pages import SharedPage

# By the name of the address: title, and what the page is about.
PAGES: dict[str, tuple[Promise, Promise]] = {
    "home": (
        _("Decide once what you give. Then click what you love."),
        _(
            "Choose an amount a month and click the buttons of what you love. At the"
            " month’s end it is split evenly among the people who made it."
        ),
    ),
    "how_it_works": (
        _("How it works"),
        _(
            "A budget a month, equal slices, and a statement that you can check to the"
            " cent: what happens with every flattr."
        ),
    ),
    "fees": (
        _("Fees"),
        _("What stays with this site, and what paying costs: by method, to the cent."),
    ),
    "terms": (_("Terms"), _("What readers, creators and this site owe each other.")),
    "privacy": (
        _("Privacy"),
        _("What this site knows of you, why, for how long, and what it never does."),
    ),
    "record": (
        _("Record of processing"),
        _(
            "All that is kept about people here: why, for how long, and who else gets it."
        ),
    ),
    "accessibility": (
        _("Accessibility"),
        _(
            "How this site was tested for everybody, what it cannot do, and whom to tell."
        ),
    ),
    "help": (
        _("Help"),
        _(
            "Answers to what people ask: money that is held, statements, buttons, proofs."
        ),
    ),
    "contact": (_("Contact"), _("How to write to the people who run this site.")),
    "imprint": (_("Imprint"), _("Who runs this site, and where they are.")),
    "api_page": (
        _("REST API"),
        _("Users, things, flattrs and subscriptions for your own programs."),
    ),
    "buttons:catalogue": (
        _("Discover"),
        _(
            "Blogs, podcasts, songs and software that people flattr, and who makes them."
        ),
    ),
    "buttons:creators": (
        _("Creators"),
        _("People who make blogs, podcasts, songs and software that others flattr."),
    ),
    "buttons:anywhere": (
        _("Flattr any page"),
        _("Give to whoever made a page, whether or not it has a button."),
    ),
    "payouts:numbers": (
        _("The numbers"),
        _(
            "How this site is doing, month by month, from the closed books: readers,"
            " clicks, what a click is worth, fees and refunds."
        ),
    ),
    "status": (
        _("Status"),
        _("What works here, what is late and what is stopped, as of this minute."),
    ),
    "payouts:closes": (
        _("The closes"),
        _(
            "Every month that has been divided: how much was given, by how many, to how"
            " many, and how to check it."
        ),
    ),
}
# The same page at a second address.
SAME = {"api_page_slash": "api_page"}


def of(request: HttpRequest) -> SharedPage | None:
    """Of the page at the address asked for; None where it is nobody's business."""
    match = request.resolver_match
    if match is None:
        return None
    name = SAME.get(match.view_name, match.view_name)
    if name not in PAGES:
        return None
    title, about = PAGES[name]
    return SharedPage(
        str(title),
        str(about),
        reverse(name),
        indexed=not request.GET.get("q"),
    )
