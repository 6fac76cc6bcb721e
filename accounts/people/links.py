"""Pages of people's own, as they write them down: what can be linked to, and seen for
what it is."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from flattr.web.domains import BadDomain, ascii_domain
from flattr.web.visible import visible

MOST = 8
LONGEST = 500
PORTS = {None, 80, 443}

_is_address = URLValidator(schemes=["http", "https"])


def addresses_in(text: str) -> list[str]:
    """The addresses of a text with one a line, each once; refused with a
    `ValidationError` that names each line that is none."""
    problems, found = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found.append(link(line))
        except ValidationError as refused:
            problems.append(f"“{visible(line)[:80]}”: {refused.message}")
    found = list(dict.fromkeys(found))
    if len(found) > MOST:
        said = ngettext(
            "You can name %(most)d page at most.",
            "You can name %(most)d pages at most.",
            MOST,
        )
        problems.append(said % {"most": MOST})
    if problems:
        raise ValidationError(problems)
    return found


def link(text: str) -> str:
    """An address that a browser opens as a page, https where it says nothing; else a
    `ValidationError` in one sentence."""
    address = text if "://" in text or text.startswith("//") else f"https://{text}"
    if len(address) > LONGEST:
        said = _("An address has %(most)d letters at most.")
        raise ValidationError(said % {"most": LONGEST})
    if visible(address) != address or "\\" in address:
        raise ValidationError(_("The address holds a letter that cannot be seen."))
    try:
        _is_address(address)
        parts = urlsplit(address)
        ascii_domain(parts.hostname or "")
        is_plain = parts.port in PORTS and not parts.netloc.endswith(".")
    except (ValidationError, BadDomain, ValueError):
        is_plain = False
    if not is_plain or "@" in parts.netloc or parts.netloc.startswith("["):
        raise ValidationError(_("This is not the address of a page on the web."))
    return address
