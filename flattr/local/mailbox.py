"""The mailbox of local mode: every mail that was "sent", to whomever, newest first.

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


def letters() -> list[Letter]:
    """The newest mails, newest first; numbers count from the oldest, from 1."""
    folder = getattr(settings, "EMAIL_FILE_PATH", None)
    parsed: list[EmailMessage] = []
    files = Path(folder).glob("*.log") if folder else ()
    for file in sorted(files, key=lambda file: file.stat().st_mtime_ns):
        parsed += [
            message_from_bytes(raw, _class=EmailMessage, policy=policy.default)
            for raw in file.read_bytes().split(SEPARATOR)
            if raw.strip()
        ]
    # Sorting is stable, and a Date header knows only seconds.
    parsed.sort(key=lambda message: parsedate_to_datetime(str(message["Date"])))
    found = [read(number, message) for number, message in enumerate(parsed, 1)]
    return found[::-1][:MOST]


def read(number: int, message: EmailMessage) -> Letter:
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
    for found in letters():
        if found.number == number:
            return found
    raise Http404


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    return render(request, "local/mailbox.html", {"letters": letters()})


@require_safe
def letter(request: HttpRequest, number: int) -> HttpResponse:
    return render(request, "local/letter.html", {"letter": numbered(number)})


@csp(POWERLESS)  # type: ignore[arg-type]
@require_safe
def dressed(request: HttpRequest, number: int) -> HttpResponse:  # noqa: ARG001
    """The HTML of a mail, alone and powerless."""
    return HttpResponse(numbered(number).html)
