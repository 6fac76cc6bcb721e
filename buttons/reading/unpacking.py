"""What came in an answer: unpacked, and as letters, the way browsers do it.

What unpacks to more than is wanted is unpacked only so far: a kilobyte can hold a
gigabyte (promise T30).
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable, Iterable

import brotli
import webencodings

from buttons.reading.markup import small, tags

# Within so many bytes a page says which letters it is written in.
DECLARED_WITHIN = 4096
XML_DECLARATION = re.compile(r"<\?xml[^>]*?\bencoding\s*=\s*[\"']([^\"'>]+)")
CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';]+)", re.IGNORECASE)

# What comes next, and at most how many bytes of it are wanted.
Unpack = Callable[[bytes, int], bytes]


class BadPacking(Exception):
    """It cannot be unpacked."""


def unpacked(
    pieces: Iterable[bytes], packing: str, most_bytes: int
) -> tuple[bytes, bool]:
    """The start of a body that came packed as `packing`, at most `most_bytes` of it,
    and whether there was more. Refused with `BadPacking`."""
    body, came, unpack = bytearray(), 0, _unpacker(packing)
    for piece in pieces:
        came += len(piece)
        try:
            body += unpack(piece, most_bytes + 1 - len(body))
        except (zlib.error, brotli.error) as failure:
            raise BadPacking from failure
        if max(came, len(body)) > most_bytes:
            return bytes(body[:most_bytes]), True
    if came and not body:
        raise BadPacking
    return bytes(body), False


def _unpacker(packing: str) -> Unpack:
    if packing in {"gzip", "x-gzip"}:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress
    if packing == "deflate":
        return _deflated()
    if packing == "br":
        unbrotli = brotli.Decompressor()
        return lambda piece, most: unbrotli.process(piece, output_buffer_limit=most)
    if packing in {"zstd", "dcb", "dcz", "compress", "x-compress"}:
        raise BadPacking
    # Browsers, too, take what they do not know for no packing: "none", "utf-8".
    return lambda piece, _most: piece


def _deflated() -> Unpack:
    """Some servers leave out the frame that a deflated body should have."""
    framed = zlib.decompressobj()
    bare = zlib.decompressobj(-zlib.MAX_WBITS)
    chosen: list[Unpack] = []

    def unpack(piece: bytes, most: int) -> bytes:
        if not chosen:
            has_frame = piece[0] & 15 == 8 and int.from_bytes(piece[:2]) % 31 == 0
            chosen.append(framed.decompress if has_frame else bare.decompress)
        return chosen[0](piece, most)

    return unpack


def decoded(body: bytes, charset: str, *, xml: bool) -> tuple[str, str]:
    """A page's text, and the name of the encoding in which browsers send what its
    forms and links hold. `charset` is what the server said."""
    said = webencodings.lookup(charset) or _declared(body[:DECLARED_WITHIN])
    if said is None:
        said = webencodings.lookup("utf-8" if xml or _is_utf8(body) else "windows-1252")
    text, used = webencodings.decode(body, said)
    return text, "utf-8" if used.name.startswith("utf-16") else used.name


def _declared(start: bytes) -> webencodings.Encoding | None:
    """The encoding that a page names itself. It cannot be UTF-16, or nobody could have
    read that it is."""
    text = start.decode("latin-1")
    labels = XML_DECLARATION.findall(text)
    for tag in tags(text):
        if tag.name == "meta":
            kind = small(tag.given.get("http-equiv", ""))
            content = tag.given.get("content", "") if kind == "content-type" else ""
            labels += [tag.given.get("charset", ""), *CHARSET.findall(content)]
    found = next(filter(None, map(webencodings.lookup, labels)), None)
    if found is not None and found.name.startswith("utf-16"):
        return webencodings.lookup("utf-8")
    return found


def _is_utf8(body: bytes) -> bool:
    """Whether it could be UTF-8, perhaps cut off within a letter."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return False
    return True
