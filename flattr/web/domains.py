"""Host names in the one form that machines use, as browsers read them."""

from __future__ import annotations

import unicodedata

import idna
from django.utils.translation import gettext as _

# Capitals, and doubles of Han signs, that browsers and the newer standard write
# differently in a host.
DISPUTED = {
    *"\u1e9e\u04c0\u2132\u2183",
    *map(chr, range(0x10A0, 0x10D0)),
    *map(chr, range(0x2F800, 0x2FA20)),
}


class BadDomain(ValueError):
    """No host can have that name; `str()` is a sentence for people."""


def ascii_domain(name: str) -> str:
    """A host's name in ASCII and lower case, whatever letters it was typed in.

    >>> ascii_domain("Bücher.example"), ascii_domain("XN--BCHER-KVA.example")
    ('xn--bcher-kva.example', 'xn--bcher-kva.example')
    """
    host = name.lower()
    if name.isascii() and "xn--" not in host:
        return host
    if any(
        character in DISPUTED or unicodedata.category(character) == "Cn"
        for character in name
    ):
        raise BadDomain(_("The host contains a letter that browsers read differently."))
    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise BadDomain(
            _("The host contains letters that no host name may have.")
        ) from None
