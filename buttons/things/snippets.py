"""The code that creators paste: one link, in the forms that pages and feeds take."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts.models import User
from buttons.things.submitting import DEFAULT_CATEGORY, DEFAULT_LANGUAGE, Submission

BADGE = "flattr-badge-large.png"


@dataclass(frozen=True, slots=True)
class Snippet:
    """Code to paste, with a name for `id` attributes and a word on where it goes."""

    name: str
    title: str
    where: str
    code: str


def auto_submit(about: Submission) -> str:
    """The address that every button leads to, without what is the default."""
    return f"{settings.SITE_URL}{link_here(about)}"


def link_here(about: Submission) -> str:
    """As `auto_submit`, for our own pages."""
    facts = {
        "fid" if about.by_id else "user_id": about.owner_name,
        "url": about.url,
        "title": about.title,
        "description": about.description,
        "language": about.language if about.language != DEFAULT_LANGUAGE else "",
        "tags": ",".join(about.tags),
        "category": about.category if about.category != DEFAULT_CATEGORY else "",
        "hidden": "1" if about.hidden else "",
    }
    given = {name: value for name, value in facts.items() if value}
    query = urlencode(given, quote_via=quote, safe="")
    return f"{reverse('buttons:submit')}?{query}"


def snippets(about: Submission) -> list[Snippet]:
    """The link in every form, for `about.owner_name`'s page at `about.url`."""
    href = auto_submit(about)
    badge = settings.SITE_URL + reverse("buttons:badge", args=[BADGE])
    script = settings.SITE_URL + reverse("buttons:script")
    # An f-string, so that pages take the code for text and not for their own HTML.
    target = f'href="{escape(href)}"'
    link = (
        f'<a class="FlattrButton" {target}'
        f' data-flattr-uid="{escape(about.owner_name)}">Flattr this</a>'
    )
    return [
        Snippet(
            "link", _("A plain link"), _("Works everywhere, without a script."), link
        ),
        Snippet(
            "button",
            _("A button with the count"),
            _(
                "The same link, which the script turns into a button. The second line"
                " is needed only once a page."
            ),
            f'{link}\n<script async src="{script}"></script>',
        ),
        Snippet(
            "markdown",
            _("A badge in Markdown"),
            _("For readmes, forums and issue trackers."),
            f"[![Flattr this]({badge})]({href})",
        ),
        *payment_links(
            f'link rel="payment" type="text/html" {target} title="Flattr this"'
        ),
    ]


def name_badge(person: User) -> Snippet:
    """The badge with a person's name, which leads to their profile."""
    profile = settings.SITE_URL + reverse("buttons:person", args=[person.username])
    badge = settings.SITE_URL + reverse("buttons:person_badge", args=[person.username])
    alt = escape(f"{person.name} · {settings.OPERATOR_NAME}")
    return Snippet(
        "name_badge",
        _("A badge with the name"),
        _("For a page, a readme or a mail. The number on it stays up to date."),
        f'<a href="{profile}"><img src="{badge}" height="20" alt="{alt}"></a>',
    )


def payment_links(payment: str) -> list[Snippet]:
    """The inside of a `rel=payment` link's tag, for a page and for its feeds."""
    return [
        Snippet(
            "head",
            _("For the head of the page"),
            _("Lets browsers, players and apps find your button."),
            f"<{payment}>",
        ),
        Snippet(
            "atom",
            _("For an Atom feed"),
            _("In the feed, or in the entry that it is about."),
            f"<{payment}/>",
        ),
        Snippet(
            "rss",
            _("For an RSS feed"),
            _("In the channel or an item. The rss element needs %(namespace)s.")
            % {"namespace": 'xmlns:atom="http://www.w3.org/2005/Atom"'},
            f"<atom:{payment}/>",
        ),
    ]


def for_repositories(person: User) -> list[Snippet]:
    """The files by which a repository says how to support it."""
    profile = settings.SITE_URL + reverse("buttons:person", args=[person.username])
    return [
        Snippet(
            "funding_yml",
            _("FUNDING.yml"),
            _(
                "In .github of a repository: the host shows it as a way to sponsor you,"
                " and it proves that the repository’s page is yours."
            ),
            f'custom: ["{profile}"]',
        ),
        Snippet(
            "funding_json",
            _("funding.json"),
            _(
                "At the root of a site or a repository. It proves the pages below the"
                " webpageUrl: put the site’s address there, or the repository’s. It"
                " wants your e-mail address too: fill it in."
            ),
            json.dumps(_manifest(person, profile), ensure_ascii=False, indent=2),
        ),
    ]


def _manifest(person: User, profile: str) -> dict[str, object]:
    """A funding.json 1.1 with every field that it wants."""
    return {
        "version": "v1.1.0",
        "entity": {
            "type": "individual",
            "role": "owner",
            "name": person.name,
            "email": "",
            "description": person.about or person.name,
            "webpageUrl": {"url": person.url or profile},
        },
        "funding": {
            "channels": [
                {"guid": "flattr", "type": "payment-provider", "address": profile}
            ],
            "plans": [
                {
                    "guid": "flattr",
                    "status": "active",
                    "name": settings.OPERATOR_NAME,
                    "amount": 0,
                    "currency": settings.CURRENCY,
                    "frequency": "other",
                    "channels": ["flattr"],
                }
            ],
        },
    }


def old_snippets(about: Submission) -> list[Snippet]:
    """The same page in the code that the first Flattr gave, with our host in it."""
    facts = "".join(
        f"{name}:{value};"
        for name, value in {
            "uid": about.owner_name,
            "category": about.category,
            "language": about.language,
            # What ends a pair in this form cannot stand inside one.
            "tags": ",".join(about.tags).replace(";", " "),
        }.items()
        if value
    )
    link = (
        f'<a class="FlattrButton" href="{escape(about.url)}"'
        f' title="{escape(about.title)}" rel="flattr;{escape(facts)}"'
        f">{escape(about.description)}</a>"
    )
    script = settings.SITE_URL + reverse("buttons:loader", args=["0.6"])
    query = urlencode(
        {"uid": about.owner_name, "url": about.url, "title": about.title},
        quote_via=quote,
        safe="",
    )
    frame = escape(f"{settings.SITE_URL}/view/?{query}")
    return [
        Snippet(
            "old_link",
            _("A link and load.js"),
            _(
                "Themes and plugins write the link in this form, with rel, rev or data-"
                " attributes. The second line is needed only once a page."
            ),
            f'{link}\n<script async src="{script}?mode=auto"></script>',
        ),
        Snippet(
            "old_frame",
            _("A frame"),
            _(
                "For places that do not allow scripts. With button=compact it is 110 by"
                " 20 pixels."
            ),
            f'<iframe src="{frame}" width="55" height="62" frameborder="0"'
            ' scrolling="no" title="Flattr this"></iframe>',
        ),
    ]
