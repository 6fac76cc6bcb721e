"""Monthly revenue reports as the first Flattr wrote them, and how they are read.

A report is UTF-8, a line a thing, semicolons between the fields, text in quotes and
a decimal comma:

>>> report = HEADER + chr(10) + (
...     '2013-05;1214915;"https://flattr.com/thing/1214915/KonScience";'
...     '"http://www.konscience.de/";"KonScience";8;0,95;168'
... ) + chr(10)
>>> [line] = read_report(report.encode())
>>> line.title, line.clicks, line.revenue, line.clicks_total
('KonScience', 8, 95, 168)

A file that is anything else is refused whole with `BadReport`, which says in which
line and why.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

from buttons.things import addresses
from flattr import money, months

HEADER = "period;id;flattr url;url;title;clicks;revenue;clicks total"
FIELDS = HEADER.split(";")
PROOF = "by the operator"
# Our own reports have lines of what was given once; they are of no thing, and have no
# number.
OF_GIFTS = re.compile(r"[0-9]{4}-[0-9]{2};;.*;0;[0-9]+,[0-9]{2};0")


class BadReport(Exception):
    """The file is not a report. `line` counts from 1; the text says why."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Line:
    """What one line says of one thing; `revenue` is in minor units, `url` as
    `addresses.normalise` writes it, `clicks_total` of all time."""

    number: int
    period: int
    id: int
    flattr_url: str
    url: str
    title: str
    clicks: int
    revenue: int
    clicks_total: int


def read_report(content: bytes) -> list[Line]:
    """The lines of a report; `BadReport` for the first that is wrong."""
    rows = _text(content).split("\n")
    if rows.pop():
        raise BadReport(len(rows) + 1, "the file ends in the middle of a line")
    header = rows[0].rstrip("\r") if rows else ""
    if header != HEADER:
        raise BadReport(1, _wrong_header(header))
    below = [(number, row.rstrip("\r")) for number, row in enumerate(rows[1:], 2)]
    lines = [_line(number, row) for number, row in below if not OF_GIFTS.fullmatch(row)]
    if not lines:
        raise BadReport(1, "there is nothing below the header")
    _check_together(lines)
    return lines


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as odd:
        number = content.count(b"\n", 0, odd.start) + 1
        raise BadReport(number, "this is not UTF-8") from None


def _wrong_header(header: str) -> str:
    if header.replace('"', "").replace(",", ";") == HEADER:
        return "the fields are separated by commas; a report has semicolons"
    return f"the header is not {HEADER!r}"


def _line(number: int, row: str) -> Line:
    try:
        fields = next(csv.reader([row], delimiter=";", strict=True), [])
    except csv.Error:
        raise BadReport(number, "the quotes do not come in pairs") from None
    if len(fields) != len(FIELDS):
        raise BadReport(
            number, f"there are {len(fields)} fields, a report has {len(FIELDS)}"
        )
    period, thing, flattr_url, url, title, clicks, revenue, total = fields
    if any(ord(character) < 32 for character in row):
        raise BadReport(number, "there is a character that cannot be printed")
    return Line(
        number=number,
        period=_period(number, period),
        id=_whole(number, "id", thing, least=1),
        flattr_url=_page_there(number, flattr_url),
        url=_address(number, url),
        title=title.strip() or url,
        clicks=_whole(number, "clicks", clicks),
        revenue=_amount(number, revenue),
        clicks_total=_whole(number, "clicks total", total),
    )


def _period(number: int, text: str) -> int:
    try:
        return months.parse(text)
    except months.NotAMonth:
        raise BadReport(number, f"period is {text!r}, not like 2013-05") from None


def _whole(number: int, field: str, text: str, least: int = 0) -> int:
    if re.fullmatch(r"-[0-9]+", text):
        raise BadReport(number, f"{field} is {text}, and cannot be negative")
    if not re.fullmatch(r"[0-9]{1,12}", text) or int(text) < least:
        raise BadReport(number, f"{field} is {text!r}, not a whole number")
    return int(text)


def _amount(number: int, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,9},[0-9]{2}", text):
        raise BadReport(number, f"revenue is {text!r}, not like 0,95")
    return money.parse(text)


def _address(number: int, text: str) -> str:
    try:
        return addresses.normalise(text)
    except addresses.BadAddress as refusal:
        raise BadReport(number, f"url is {text!r}: {refusal}") from refusal


def _page_there(number: int, text: str) -> str:
    """The thing's page where the report is from: looked at by people, never by us."""
    if not re.fullmatch(r"https?://\S+", text):
        raise BadReport(number, f"flattr url is {text!r}, not an address")
    return text


def _check_together(lines: list[Line]) -> None:
    """What only shows when all lines are seen: one month, nothing twice."""
    ids: dict[int, int] = {}
    urls: dict[str, int] = {}
    for line in lines:
        if line.period != lines[0].period:
            raise BadReport(
                line.number,
                f"period is {months.show(line.period)}, but line 2 has"
                f" {months.show(lines[0].period)}",
            )
        if line.clicks_total < line.clicks:
            raise BadReport(
                line.number,
                f"clicks total is {line.clicks_total}, less than the"
                f" {line.clicks} clicks of the month",
            )
        first = ids.setdefault(line.id, line.number)
        if first != line.number:
            raise BadReport(line.number, f"id {line.id} stands in line {first} too")
        first = urls.setdefault(line.url, line.number)
        if first != line.number:
            raise BadReport(line.number, f"this address stands in line {first} too")
