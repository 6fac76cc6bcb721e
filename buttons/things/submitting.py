"""What an auto-submit link says of a page, and the thing that is made from it.

The links stand in old readmes, feeds and plugins, so they are read tolerantly: only
the address must be right. Reading one stores nothing; the thing is made by its first
flattr.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.people import names
from buttons.models import CATEGORIES, OWN_PROFILE, Look, Thing
from buttons.things import own_profiles
from buttons.things.addresses import BadAddress, host_of, normalise, shown
from buttons.things.languages import LANGUAGES
from flattr.database import clock
from flattr.web import controls

LONGEST_NAME = 30
LONGEST_TITLE = 100
LONGEST_DESCRIPTION = 1000
LONGEST_TAG = 60
MOST_TAGS = 20

DEFAULT_CATEGORY = "rest"
DEFAULT_LANGUAGE = "en_GB"


@dataclass(frozen=True, slots=True)
class Submission:
    """An auto-submit link, read: `url` is normalised, all else is text as it came,
    cut to length. `owner_name` is a username or a public id, or empty; `by_id` says
    that it came as an id (`fid`), and names nobody by their username."""

    url: str
    owner_name: str = ""
    by_id: bool = field(default=False, kw_only=True)
    title: str = ""
    description: str = ""
    language: str = DEFAULT_LANGUAGE
    category: str = DEFAULT_CATEGORY
    tags: list[str] = field(default_factory=list)
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be flattred: a thing that is known, or one that would be made.

    `owner` is who would get the flattr: the proved owner, else whom the link names,
    else who was named first; None for a page that nobody is named for.
    """

    thing: Thing
    owner: User | None

    @property
    def is_known(self) -> bool:
        return self.thing.pk is not None


class NoSuchName(BadAddress):
    says = _("Nobody here has that name.")

    status = 404


def parse(parameters: Mapping[str, str]) -> Submission:
    """The parameters of an auto-submit link; refused with `BadAddress` only, which a
    name that nobody can have is too.

    An `owner` that is not a person here (`email:…`, `partner:…`) names nobody: to say
    whom an address belongs to would tell who has an account (A1).
    """
    name, by_id = whom(parameters)
    if controls.holds_one(name):
        raise NoSuchName
    return Submission(
        url=normalise(parameters.get("url", "")),
        owner_name=name,
        by_id=by_id,
        title=line(parameters.get("title", ""), LONGEST_TITLE),
        description=text(parameters.get("description", ""), LONGEST_DESCRIPTION),
        language=language(parameters.get("language", "")),
        category=category(parameters.get("category", "")),
        tags=tags(parameters.get("tags", "")),
        hidden=parameters.get("hidden", "").strip().lower() in {"1", "true"},
    )


def propose(submission: Submission) -> Proposal:
    """Find the thing of an address, or describe the one that would be made. Nothing
    is stored."""
    known = _find_thing(submission.url)
    if known is not None and known.proved:
        return Proposal(known, known.owner)
    named = _owner(submission)
    if known is not None:
        return Proposal(known, named or known.owner)
    return Proposal(_new_thing(submission, named), named)


def register(submission: Submission) -> Thing:
    """The thing of an address, made now if it is new; whoever comes first, there is
    one. This only names its owner and proves nothing, unless it is their profile here;
    its page is checked soon."""
    return register_all([submission])[submission.url]


def register_all(submissions: Iterable[Submission]) -> dict[str, Thing]:
    """The same of many pages, in their order: the things by their addresses. A few
    queries, and one more for each page that names somebody."""
    said = {submission.url: submission for submission in submissions}
    things = _find_things(said)
    now = clock.now()
    if new := [said[url] for url in said if url not in things]:
        made = [_new_thing(submission, _owner(submission)) for submission in new]
        for thing in made:
            thing.created_at = now
        Thing.objects.bulk_create(made, ignore_conflicts=True)
        things |= _find_things(thing.url for thing in made)
    if unproved := [thing for thing in things.values() if not thing.proved]:
        Look.objects.all_soon(unproved, now)
    return {url: things[url] for url in said}


def owner_named(name: str, *, by_id: bool = False) -> User | None:
    """Who goes by that username, whatever its case, or by that public id; with
    `by_id`, by that public id alone: a stranger may have taken it for a username."""
    if not name:
        return None
    people = User.objects
    return people.numbered(name) if by_id else people.named_or_numbered(name)


def has_left(name: str) -> bool:
    """Whether that username, or public id, was somebody's who closed their account."""
    leavers = User.objects.filter(closing_at__isnull=False)
    return leavers.filter(public_id=name.lower()).exists() or names.has_left(name)


def text(given: str, longest: int) -> str:
    """Plain text as it came, without what cannot be stored or turns lines around.

    Nothing is taken for HTML: pages write it escaped.

    >>> text("1 < 2 &\\u202e\\0 <b>so</b>\\r\\non", 100)
    '1 < 2 & <b>so</b>\\non'
    """
    lines = re.sub(r"\r\n?|<br\s*/?>", "\n", given, flags=re.IGNORECASE)
    kept = "".join(
        character
        for character in lines
        if character == "\n"
        or (
            unicodedata.category(character) not in {"Cc", "Cs", "Co", "Cn"}
            and unicodedata.bidirectional(character)
            not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
        )
    )
    return kept.strip()[:longest].rstrip()


def line(given: str, longest: int) -> str:
    """As `text`, in one line.

    >>> line(" Spring\\n notes ", 8)
    'Spring n'
    """
    return text(" ".join(re.sub(r"\s", " ", given).split()), longest)


def tags(given: str | Iterable[str]) -> list[str]:
    """Tags of a comma-separated text or a list: each once, in their order.

    >>> tags("garden, Notes,,garden ")
    ['garden', 'Notes']
    """
    parts = given.split(",") if isinstance(given, str) else given
    cleaned = (line(part.replace(",", " "), LONGEST_TAG) for part in parts)
    once: dict[str, str] = {}
    for tag in cleaned:
        if tag:
            once.setdefault(tag.lower(), tag)
    return list(once.values())[:MOST_TAGS]


def category(given: str) -> str:
    known = dict(CATEGORIES)
    asked = given.strip().lower()
    return asked if asked in known else DEFAULT_CATEGORY


def language(given: str) -> str:
    """The language's id as the first Flattr wrote it; English when it is unknown.

    >>> language("de-DE"), language("en_US"), language("JavaScript")
    ('de_DE', 'en_GB', 'en_GB')
    """
    asked = given.strip().replace("-", "_").lower()
    known = {known.lower(): known for known, _name in LANGUAGES}
    return known.get(asked, DEFAULT_LANGUAGE)


def title_of(url: str) -> str:
    """What a page without a title is called: its address, without the scheme."""
    return shown(url).partition("://")[2].rstrip("/")[:LONGEST_TITLE]


def whom(parameters: Mapping[str, str]) -> tuple[str, bool]:
    """Who is named, under the words of links and frames, the first that is there; and
    whether by an id. One that is too long for a name stays so, and is nobody's."""
    for key in ("user_id", "uid", "fid"):
        if name := parameters.get(key, "").strip(" "):
            return name[: LONGEST_NAME + 1], key == "fid"
    return "", False


def _owner(submission: Submission) -> User | None:
    """Whom a link names; for a profile here only whose it is."""
    if own_profiles.is_one(submission.url):
        return own_profiles.owner_of(submission.url)
    return owner_named(submission.owner_name, by_id=submission.by_id)


def _find_thing(url: str) -> Thing | None:
    return Thing.objects.with_owner().filter(url=url).first()


def _find_things(urls: Iterable[str]) -> dict[str, Thing]:
    found = Thing.objects.with_owner().filter(url__in=list(urls))
    return {thing.url: thing for thing in found}


def _new_thing(submission: Submission, owner: User | None) -> Thing:
    is_profile = owner is not None and own_profiles.is_one(submission.url)
    return Thing(
        proved_at=clock.now() if is_profile else None,
        proof=OWN_PROFILE if is_profile else "",
        url=submission.url,
        host=host_of(submission.url),
        title=submission.title or title_of(submission.url),
        description=submission.description,
        owner=owner,
        category=submission.category,
        language=submission.language,
        tags=submission.tags,
        hidden=submission.hidden,
    )
