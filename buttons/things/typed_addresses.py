"""Addresses as people type, paste and share them: within text, or without a beginning."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from buttons.things.addresses import BadAddress, normalise

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


def without_sentence(address: str) -> str:
    """Without the marks that belong to the text around it."""
    end, unopened = len(address), address.count(")") - address.count("(")
    while address[end - 1] in AFTER or (address[end - 1] == ")" and unopened > 0):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]
