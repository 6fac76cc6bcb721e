"""XML that a stranger wrote, by defusedxml: it may declare nothing of its own, neither
entities nor attributes that stand on each element unwritten, and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import entitydefs
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException, DTDForbidden
from defusedxml.ElementTree import DefusedXMLParser

from buttons.signals.kinds import Unreadable

# What XML written by hand has, and does not allow.
BARE_AND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});)")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class _Parser(DefusedXMLParser):
    def defused_start_doctype_decl(
        self, name: str, sysid: str | None, pubid: str | None, has_internal: int
    ) -> None:
        """Those that only say what kind of document it is are usual."""
        if has_internal:
            raise DTDForbidden(name, sysid, pubid)


def parse(text: str, target: Callable[[], Any], *, whole: bool = True) -> Any:
    """Give a new target (of ElementTree) what stands in a text, and return what its
    `close` does; unless it has to be `whole`, the end may be missing and the target
    itself is returned. `Unreadable` for what is no XML."""
    text = CONTROLS.sub("", text.lstrip("\ufeff \t\r\n"))
    try:
        try:
            return _fed(text, target(), whole=whole)
        except ParseError:
            if (mended := BARE_AND.sub("&amp;", text)) == text:
                raise
            return _fed(mended, target(), whole=whole)
    except (ParseError, DefusedXmlException, ValueError, RecursionError):
        raise Unreadable from None


def _fed(text: str, target: Any, *, whole: bool) -> Any:
    parser = _Parser(target=target, forbid_dtd=True)
    # Old feeds take the letters of HTML from a definition elsewhere.
    parser.entity.update(entitydefs)
    parser.feed(text)
    return parser.close() if whole else target
