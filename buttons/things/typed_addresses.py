"""Addresses as people type, paste and share them: within text, or without a beginning."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from buttons.things.addresses import LONGEST, BadAddress, normalise

ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
# What ends a sentence that an address stands in.
AFTER = ".,;:!?'’”»…"


def address_in(url: str, text: str) -> str:
    """The first address in what was shared, normalised; else `BadAddress`.

    Somebody who types one may leave its beginning out.

    >>> address_in("", "Listen: https://anna.example/213 (45 min).")
    'https://anna.example/213'
    >>> address_in("", "(https://anna.example/a_(b)), and more")
    'https://anna.example/a_(b)'
    >>> address_in("anna.example/post", "")
    'https://anna.example/post'
    """
    for shared in (url, text):
        if found := ADDRESS.search(shared):
            return normalise(without_sentence(found[0]))
    typed = url.strip() or text.strip()
    if re.fullmatch(r"[^\s/@:]+\.[^\s/@:]+(?:/\S*)?", typed):
        return normalise(f"https://{typed}")
    raise BadAddress(_("That is not a web address."))


def addresses_in(text: str) -> Iterator[str]:
    """Every address in a text, of Markdown too, normalised; what cannot be read is left
    out.

    >>> list(addresses_in("[Give](https://a.example/x), [http://b.example] https://[1"))
    ['https://a.example/x', 'http://b.example/']
    """
    for found in ADDRESS.finditer(text):
        address = found[0].partition("](")[0]
        if len(address) <= LONGEST:
            try:
                yield normalise(without_sentence(address))
            except BadAddress:
                continue


def without_sentence(address: str) -> str:
    """Without the marks that belong to the text around it."""
    end = len(address)
    unopened = {
        closing: address.count(closing) - address.count(opening)
        for opening, closing in ("()", "[]")
    }
    while (last := address[end - 1]) in AFTER or unopened.get(last, 0) > 0:
        unopened[last] = unopened.get(last, 0) - 1
        end -= 1
    return address[:end]
