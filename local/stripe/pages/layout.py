"""What the simulator's pages share: their frame, their forms, their policy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flattr import money
from local.stripe.wire.errors import Resource
from local.stripe.wire.world import DAY

STYLE = Path(__file__).with_name("style.css")
SELF = "'self'"
NOTICE = "Simulated payments: no money moves."


@dataclass(frozen=True, slots=True)
class Page:
    """An answer for a browser; `leads_to` are addresses that its forms may end at."""

    body: str = ""
    status: int = 200
    location: str = ""
    leads_to: tuple[str, ...] = ()
    media_type: str = "text/html"

    def policy(self) -> str:
        """No script; forms go here, and on to where a person is sent afterwards."""
        origins = sorted({origin(each) for each in self.leads_to if each})
        return (
            "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
            f"style-src 'self'; form-action {' '.join([SELF, *origins])}"
        )


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def go_to(address: str) -> Page:
    return Page(status=303, location=address)


def with_query(address: str, **facts: str) -> str:
    """The address with more in its query.

    >>> with_query("http://site.example/back?a=1", redirect_status="succeeded")
    'http://site.example/back?a=1&redirect_status=succeeded'
    """
    parts = urlsplit(address)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), *facts.items()])
    return urlunsplit(parts._replace(query=query))


def frame(title: str, body: str, *, wide: bool = False) -> str:
    kind = ' class="wide"' if wide else ""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)} · Simulated payments</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<p class="simulated">{NOTICE}</p>
<main{kind}>
{body}
</main>
</body>
</html>
"""


def page(
    title: str, body: str, *, status: int = 200, leads_to: Sequence[str] = ()
) -> Page:
    return Page(frame(title, body), status, leads_to=tuple(leads_to))


def notice(title: str, words: str, *, link: tuple[str, str] | None = None) -> Page:
    """A page that says one thing, with one way on."""
    way = f'<p><a href="{escape(link[0])}">{escape(link[1])}</a></p>' if link else ""
    return page(title, f"<h1>{escape(title)}</h1>\n<p>{escape(words)}</p>\n{way}")


def alert(words: str) -> str:
    return f'<p role="alert">{escape(words)}</p>' if words else ""


def amount(number: int, currency: str) -> str:
    """12.34 EUR, with the sign in front."""
    return f"{money.plain(number)} {currency.upper()}"


def day(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M")


def spoken(seconds: int) -> str:
    """When something happens that takes so long.

    >>> spoken(60), spoken(259_200), spoken(0)
    ('1 minute after', '3 days after', 'as soon as')
    """
    for size, name in ((DAY, "day"), (3_600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            number = seconds // size
            return f"{number} {name}{'s' if number > 1 else ''} after"
    return "as soon as"


def submit(label: str) -> str:
    return f'<p><button class="act">{escape(label)}</button></p>'


def field(name: str, label: str, value: str = "", more: str = "") -> str:
    return (
        f'<label class="field">{escape(label)}'
        f'<input type="text" name="{name}" value="{escape(value)}" {more}></label>'
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], empty: str) -> str:
    """Rows of cells that are HTML already; heads with a `>` are for sums."""
    made = list(rows)
    if not made:
        return f'<div class="scroll"><p class="empty">{escape(empty)}</p></div>'
    kinds = [' class="sum-cell"' if head.startswith(">") else "" for head in heads]

    def cells(tag: str, texts: Sequence[str]) -> str:
        return "".join(
            f"<{tag}{kind}>{text}</{tag}>"
            for kind, text in zip(kinds, texts, strict=True)
        )

    top = cells("th", [escape(head.lstrip(">")) for head in heads])
    lines = "\n".join(f"<tr>{cells('td', row)}</tr>" for row in made)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table">'
        f"<table><thead><tr>{top}</tr></thead>\n<tbody>{lines}</tbody></table></div>"
    )


def button(deed: str, label: str, *, more: str = "", **facts: object) -> str:
    """A form of one button that does a deed; `more` are fields in front of it."""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(str(value))}">'
        for name, value in facts.items()
    )
    return (
        f'<form method="post" action="/do/{deed}"><div class="row">{hidden}{more}'
        f"<button>{escape(label)}</button></div></form>"
    )


def last_error(resource: Resource) -> str:
    """Why the last try of an intent failed."""
    error = resource.get("last_payment_error") or resource.get("last_setup_error")
    return str(error["message"]) if error else ""
