"""The mailbox of local mode: every mail that was "sent" to anybody, newest first.

Mails are files in the state directory; nothing leaves the machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

from csp.decorators import csp
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
MOST = 200
MOST_IN_A_FILE = 1_000
POWERLESS = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "sandbox": True,
}


@dataclass(frozen=True, slots=True)
class Letter:
    number: int
    to: str
    subject: str
    date: str
    text: str
    html: str


def files() -> list[Path]:
    """The files with mails, oldest first; there is one each time mails are sent."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    found = Path(folder).glob("*.log") if folder else ()
    return sorted(found, key=lambda file: (file.stat().st_mtime_ns, file.name))


def letters() -> list[Letter]:
    """The newest mails, newest first; no more files are opened than needed."""
    found: list[Letter] = []
    every = files()
    for place in range(len(every), 0, -1):
        found += reversed(letters_in(every[place - 1], place))
        if len(found) >= MOST:
            break
    # Sorting is stable, and a Date header knows only seconds.
    found.sort(key=lambda letter: parsedate_to_datetime(letter.date), reverse=True)
    return found[:MOST]


def letters_in(file: Path, place: int) -> list[Letter]:
    """The mails of a file; their numbers contain its `place`, counted from the oldest."""
    raws = [raw for raw in file.read_bytes().split(SEPARATOR) if raw.strip()]
    return [
        parse(
            place * MOST_IN_A_FILE + position,
            message_from_bytes(raw, _class=EmailMessage, policy=policy.default),
        )
        for position, raw in enumerate(raws[:MOST_IN_A_FILE])
    ]


def parse(number: int, message: EmailMessage) -> Letter:
    text = message.get_body(("plain",))
    dressed_up = message.get_body(("html",))
    return Letter(
        number=number,
        to=str(message["To"]),
        subject=str(message["Subject"]),
        date=str(message["Date"]),
        text=text.get_content() if text else "",
        html=dressed_up.get_content() if dressed_up else "",
    )


def numbered(number: int) -> Letter:
    place, position = divmod(number, MOST_IN_A_FILE)
    every = files()
    if 1 <= place <= len(every):
        found = letters_in(every[place - 1], place)
        if position < len(found):
            return found[position]
    raise Http404


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "local/mailbox.html", {"letters": letters()})


@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "local/letter.html", {"letter": numbered(number)})


@csp(POWERLESS)  # type: ignore[arg-type]
@require_safe
def dressed(_request: HttpRequest, number: int) -> HttpResponse:
    """The HTML of a mail, alone and powerless."""
    return HttpResponse(numbered(number).html)
