"""One form for each mail address, however it was typed: two spellings are one mailbox.

We store, compare and write to that form. The database refuses any other.

>>> one_form(" Anna@Bücher.example "), one_form("anna@XN--BCHER-KVA.example")
('anna@xn--bcher-kva.example', 'anna@xn--bcher-kva.example')
"""

from __future__ import annotations

import contextlib

from flattr.web.domains import BadDomain, ascii_domain

# As much as the database column holds.
LONGEST = 254


class NoMailbox(ValueError):
    """No mail can be sent to that address."""


def one_form(address: str) -> str:
    """The one form of the address, or `NoMailbox`."""
    name, at, domain = address.strip().rpartition("@")
    if not name.isascii():
        raise NoMailbox(address)
    try:
        return f"{name.lower()}{at}{ascii_domain(domain)}"
    except BadDomain as refused:
        raise NoMailbox(address) from refused


def as_login(typed: str) -> str:
    """What somebody typed to sign in, a mail address or a username, in its one form.

    >>> as_login(" Anna "), as_login("Anna@☕.example")
    ('anna', 'anna@☕.example')
    """
    if "@" in typed:
        with contextlib.suppress(NoMailbox):
            return one_form(typed)
    return typed.strip().lower()
