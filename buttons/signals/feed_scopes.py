"""What is gathered of a feed as a whole, and of each of its entries, whatever form the
feed has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from buttons.legacy import old_links
from buttons.signals.kinds import (
    MOST_SIGNALS,
    Kind,
    Signal,
    address_of,
    named_here,
    signal,
)
from buttons.things import submitting

# Of a feed; the rest is older.
MOST_ENTRIES = 500
MOST_OF_ENTRY = 10
# So many are looked at for each that may be found, since each may be the same.
TRIES = 4
# So much of a name, a title or an address is read.
LONGEST_TEXT = 2_000
LONGEST_SPLIT = 6


@dataclass(slots=True)
class Scope:
    """`page` is what it is about, normalised, or empty; the first that is said of each
    counts."""

    most: int = MOST_OF_ENTRY
    title: str = ""
    page: str = ""
    named: dict[tuple[str, ...], Signal] = field(default_factory=dict)
    tries: int = 0

    @property
    def signals(self) -> tuple[Signal, ...]:
        return tuple(self.named.values())

    def name_title(self, text: str) -> None:
        self.title = self.title or submitting.line(text, submitting.LONGEST_TITLE)

    def name_page(self, href: str, base: str) -> None:
        self.page = self.page or address_of(href, base)

    def author(self, name: str, href: str = "", base: str = "") -> None:
        self._record(Kind.FEED_AUTHOR, name, href, base)

    def payment(self, href: str, base: str) -> None:
        """A link of ours names whom it would flattr; one of the first Flattr names
        somebody of there, and does not count."""
        name = ""
        if old_links.is_auto_submit(href):
            name, _by_id = named_here(address_of(href, base))
            href = href if name else ""
        self._record(Kind.PAYMENT, name, href, base)

    def funding(self, href: str, base: str) -> None:
        self._record(Kind.PODCAST_FUNDING, "", href, base)

    def person(self, name: str, role: str, href: str, base: str) -> None:
        """Somebody who is heard; whoever has no role is a host."""
        if name:
            role = role.strip().lower() or "host"
            self._record(Kind.PODCAST_PERSON, name, href, base, role=role)

    def recipients(self, told: Iterable[tuple[str, str, bool]]) -> None:
        """Those among whom what listeners send is split, by name, split, and whether
        that is a fee: of 100 that come in, taken before the rest is split."""
        splits = [(name, _number(split), fee) for name, split, fee in told]
        fees = sum(split for _name, split, fee in splits if fee)
        total = sum(split for _name, split, fee in splits if not fee)
        for name, split, fee in splits:
            share = split if fee else _part(split, total, 100 - fees)
            known = fees <= 100 and (fee or total)
            self._record(Kind.PODCAST_VALUE, name, share=share if known else None)

    def _record(
        self,
        kind: Kind,
        name: str,
        href: str = "",
        base: str = "",
        **more: Any,
    ) -> None:
        self.tries += 1
        if len(self.named) >= self.most or self.tries > TRIES * self.most:
            return
        address = address_of(href, base)
        found = signal(kind, name=name[:LONGEST_TEXT], address=address, **more)
        if found is not None:
            said_of = (kind, found.name, found.address, found.role)
            self.named.setdefault(said_of, found)


def whole() -> Scope:
    return Scope(MOST_SIGNALS)


def author_in(text: str) -> str:
    """The name of an author as RSS has it, behind an address of e-mail.

    >>> author_in("anna@anna.example (Anna B.)"), author_in("anna@anna.example")
    ('Anna B.', '')
    >>> author_in("Anna B. <anna@anna.example>"), author_in("Anna B.")
    ('Anna B.', 'Anna B.')
    """
    before, _opens, within = text.strip().partition("(" if ")" in text else "<")
    named = [part.strip(" ()<>") for part in (before, within)]
    return next((part for part in named if part and "@" not in part), "")


def _part(split: int, total: int, of: int) -> int:
    return round(split * of / total) if total else 0


def _number(text: str) -> int:
    text = text.strip()
    small = text.isascii() and text.isdigit() and len(text) <= LONGEST_SPLIT
    return int(text) if small else 0
