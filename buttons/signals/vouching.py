"""When a tag is the word of the page that it stands on.

What visitors wrote there does not count: sites mark it `ugc`, and links that they do
not vouch for `nofollow` (promise T18). Nor does what browsers do not show.
"""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from buttons.reading.markup import Tag, small, words

# Whom a tag, a TXT record or a file names whose author wants no flattrs.
NOBODY = "none"

# Why a link does not count, in a sentence.
OF_VISITORS = {
    "ugc": _("It is marked ugc, so a visitor may have written it."),
    "nofollow": _("It is marked nofollow, so the page does not vouch for it."),
    "sponsored": _("It is marked sponsored, so the page does not vouch for it."),
}


def rel_of(tag: Tag) -> set[str]:
    return words(small(tag.given.get("rel", "")))


def called(tag: Tag) -> str:
    """What a `meta` is about."""
    return small(tag.given.get("name", tag.given.get("property", "")).strip())


def unvouched(tag: Tag) -> str:
    """Why the page does not stand for what a tag says, if it does not."""
    if tag.inside:
        return gettext("It is inside %(element)s, which browsers do not show.") % {
            "element": tag.inside
        }
    rel = rel_of(tag)
    return next((str(why) for word, why in OF_VISITORS.items() if word in rel), "")


def unvouched_me(tag: Tag) -> str:
    """As `unvouched`, of a link to a profile of the author's own: programs mark those
    `nofollow` too."""
    return unvouched(tag) if tag.inside or "ugc" in rel_of(tag) else ""
