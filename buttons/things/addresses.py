"""Addresses of things: one normaliser, so that one page is one thing.

Every part of an address counts, query and fragment too. What comes out is what a
browser makes of what came in (the WHATWG URL standard), or the address is refused:
where browsers and other parsers might disagree about the host, somebody else could
be paid (promise T21).

>>> normalise(" HTTP://Anna.Example:80/a/../b c?q=1#top ")
'http://anna.example/b%20c?q=1#top'
>>> normalise("https://bücher.example")
'https://xn--bcher-kva.example/'
>>> shown("https://xn--bcher-kva.example/")
'https://bücher.example/'
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from ipaddress import AddressValueError, IPv4Address
from urllib.parse import quote, unquote, urlsplit

import idna
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from flattr.web.domains import BadDomain, ascii_domain
from flattr.web.refusals import Refusal

LONGEST = 2000

# Control, invisible, private and unassigned characters, lone surrogates, separators.
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Persian words, emoji and flags are put together by signs that cannot be seen.
JOINERS = {"\u200c", "\u200d", *map(chr, range(0xE0020, 0xE0080))}
# Letters that are drawn as nothing although they count as letters.
BLANK_LETTERS = set("\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u034f")

# How bytes that are no UTF-8 are decoded: written with percent signs.
UNREADABLE = "buttons.things.addresses.percent"

PORTS = {"http": 80, "https": 443}
LABEL = re.compile(r"[a-z0-9_-]{1,63}")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

# What browsers leave as it is, beside letters and digits, part by part.
KEPT = "!$%&()*+,-./:;=@[]_~|^"
KEPT_IN_PATH = KEPT + "'"
KEPT_IN_QUERY = KEPT + "?`{}"
KEPT_IN_FRAGMENT = KEPT + "?'#{}"

# Scripts that are written together in one name without pretending to be another.
WRITTEN_TOGETHER = [
    {"LATIN"},
    {"LATIN", "CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA"},
    {"LATIN", "CJK", "HANGUL"},
    {"LATIN", "CJK", "BOPOMOFO"},
]


class BadAddress(Refusal):
    says = _("This is not the address of a page on the web.")

    code = "validation"


def normalise(text: str) -> str:
    """The one way to write the address `text`, or `BadAddress`. Again is a no-op."""
    text = text.strip(" \t\r\n\f")
    if not text:
        raise BadAddress(_("There is no address."))
    if len(text) > LONGEST:
        raise BadAddress(_too_long())
    if "\\" in text or any(map(_is_unseen, text)):
        raise BadAddress(
            _("The address holds a backslash or a character that cannot be seen.")
        )
    if "\ufffd" in text:
        raise BadAddress(_("A letter of the address was lost on its way here."))
    scheme, mark, rest = text.partition("://")
    scheme = scheme.lower()
    if not mark or scheme not in PORTS:
        raise BadAddress(_("An address begins with http:// or https://."))

    authority, path, query, fragment = _parts(rest)
    address = "".join(
        [
            f"{scheme}://{_authority(scheme, authority)}",
            _path(path),
            quote(query, safe=KEPT_IN_QUERY),
            quote(fragment, safe=KEPT_IN_FRAGMENT),
        ]
    )
    if len(address) > LONGEST:
        raise BadAddress(_too_long())
    return address


def _too_long() -> str:
    values = {"number": LONGEST}
    return gettext("The address is longer than %(number)s characters.") % values


def unescaped(text: str) -> str:
    """What is written with percent signs, as letters. What is no letter in UTF-8 stays
    as it is, since other pages than ours may know what it means.

    >>> unescaped("caf%C3%A9 caf%E9")
    'café caf%E9'
    """
    return unquote(text, errors=UNREADABLE)


def host_of(address: str) -> str:
    """The host of a normalised address, with its port when that is not the usual."""
    return urlsplit(address).netloc


def shown(address: str) -> str:
    """A normalised address for people's eyes: the host in its own letters, unless it
    mixes scripts to look like another; then as punycode."""
    parts = urlsplit(address)
    start = len(parts.scheme) + 3
    return (
        address[:start]
        + shown_host(parts.netloc)
        + address[start + len(parts.netloc) :]
    )


def shown_host(host: str) -> str:
    """A normalised host for people's eyes, as in `shown`."""
    if "xn--" not in host:
        return host
    name, colon, port = host.partition(":")
    try:
        letters = idna.decode(name)
    except idna.IDNAError:
        return host
    return host if _mixes_scripts(letters) else letters + colon + port


def _percent(failure: UnicodeError) -> tuple[str, int]:
    assert isinstance(failure, UnicodeDecodeError), failure
    return quote(failure.object[failure.start : failure.end]), failure.end


codecs.register_error(UNREADABLE, _percent)


def _is_unseen(character: str) -> bool:
    return (
        unicodedata.category(character) in UNSEEN and character not in JOINERS
    ) or character in BLANK_LETTERS


def _parts(rest: str) -> tuple[str, str, str, str]:
    """Authority, path, query and fragment, the last two with their marks."""
    before, hash_mark, fragment = rest.partition("#")
    before, question_mark, query = before.partition("?")
    authority, slash, path = before.partition("/")
    return authority, slash + path, question_mark + query, hash_mark + fragment


def _authority(scheme: str, authority: str) -> str:
    if "@" in authority:
        raise BadAddress(_("The address holds a user name before the host."))
    if authority.startswith("["):
        raise BadAddress(
            _("The host is an IPv6 number. Please write the host's name instead.")
        )
    name, _colon, port = authority.partition(":")
    host = _host(name)
    if not port:
        return host
    if not (port.isascii() and port.isdigit() and len(port) <= 5):
        raise BadAddress(_("The port is not a number."))
    if int(port) == PORTS[scheme]:
        return host
    host = f"{host}:{int(port)}"
    if int(port) not in PORTS.values() and host not in _local_hosts():
        raise BadAddress(_("The address names a port other than 80 and 443."))
    return host


def _local_hosts() -> set[str]:
    """On one machine, in local mode, pages are told apart by their ports."""
    if not settings.LOCAL:
        return set()
    blog = urlsplit(settings.DEMO_BLOG_URL).netloc
    return {settings.SITE_HOST, blog, *settings.PROOF_HOSTS}


def _host(name: str) -> str:
    if not JOINERS.isdisjoint(name):
        raise BadAddress(_("The host holds a character that cannot be seen."))
    try:
        host = ascii_domain(name)
    except BadDomain as refused:
        raise BadAddress(str(refused)) from None
    if host.strip(".") and host.endswith("."):
        raise BadAddress(_("The host ends with a dot. Please leave the dot out."))
    labels = host.split(".")
    if len(host) > 253 or not all(map(LABEL.fullmatch, labels)):
        raise BadAddress(_("The address has no host that has pages on the internet."))
    if NUMBER.fullmatch(labels[-1]) and not _is_plain_ip(host):
        raise BadAddress(_("The address has a number where its host should be."))
    return host


def _is_plain_ip(host: str) -> bool:
    try:
        return str(IPv4Address(host)) == host
    except AddressValueError:
        return False


def _path(path: str) -> str:
    """The path with dots resolved, as browsers do, never empty."""
    kept: list[str] = []
    segments = quote(path, safe=KEPT_IN_PATH).split("/")[1:] or [""]
    for place, segment in enumerate(segments):
        dots = segment.lower().replace("%2e", ".")
        if dots == "..":
            kept = kept[:-1]
        elif dots != ".":
            kept.append(segment)
        if dots in {".", ".."} and place == len(segments) - 1:
            kept.append("")
    return "/" + "/".join(kept)


def _mixes_scripts(letters: str) -> bool:
    scripts = {
        unicodedata.name(letter, "?").split(" ", maxsplit=1)[0]
        for letter in letters
        if unicodedata.category(letter).startswith("L")
    }
    return len(scripts) > 1 and not any(
        scripts <= together for together in WRITTEN_TOGETHER
    )
