"""A report of the first Flattr brings its things along, or is refused whole."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from buttons.legacy.revenue_reports import HEADER, BadReport, read_report
from buttons.models import Thing
from local.servers.state import ROOT
from tests.world.people import person, thing_of

REPORT = ROOT / "tests/data/flattr-revenue-201305.csv"


@pytest.fixture
def owner(db: None) -> User:
    return person("KonScience")


def run(file: Path = REPORT, owner: str = "konscience", **options: str) -> str:
    told = StringIO()
    call_command("import_report", str(file), owner=owner, stdout=told, **options)
    return told.getvalue()


def test_the_real_report_is_read_line_by_line() -> None:
    lines = read_report(REPORT.read_bytes())

    assert len(lines) == 13
    assert sum(line.clicks for line in lines) == 26
    assert sum(line.revenue for line in lines) == 261
    first = lines[0]
    assert (first.period, first.id) == (201305, 1214915)
    assert (first.url, first.title) == ("http://www.konscience.de/", "KonScience")
    assert (first.clicks, first.revenue, first.clicks_total) == (8, 95, 168)
    assert lines[3].title == "1k Dank für’s Flattrn!"


def test_its_things_are_registered_and_proved_by_the_operator(owner: User) -> None:
    told = run(sample="sample data of 2013")

    assert "13 things of KonScience, 26 clicks, 2.61" in told
    assert "Made 13" in told
    things = Thing.objects.filter(owner=owner)
    assert things.count() == 13
    blog = things.get(url="http://www.konscience.de/")
    assert (blog.title, blog.host) == ("KonScience", "www.konscience.de")
    assert (blog.flattrs, blog.flattrs_before) == (0, 168)
    assert blog.proved
    assert blog.proof == "by the operator"
    assert blog.sample == "sample data of 2013"


def test_again_is_a_no_op_that_says_so(owner: User) -> None:
    run()
    before = list(Thing.objects.order_by("pk").values())

    told = run()

    assert "there is nothing to do" in told
    assert list(Thing.objects.order_by("pk").values()) == before


def test_a_later_report_raises_the_totals_and_an_older_lowers_none(
    owner: User, tmp_path: Path
) -> None:
    run()
    later = tmp_path / "later.csv"
    content = REPORT.read_text().replace("2013-05", "2013-06").replace(";168", ";180")
    later.write_text(content)

    assert "brought up to date 1, known 12" in run(later)
    run()

    assert Thing.objects.get(url="http://www.konscience.de/").flattrs_before == 180


def test_a_thing_without_a_proved_owner_is_proved(owner: User) -> None:
    Thing.objects.filter(pk=thing_of(None, "x", proved=False).pk).update(
        url="http://www.konscience.de/"
    )

    assert "Made 12, brought up to date 1" in run()

    blog = Thing.objects.get(url="http://www.konscience.de/")
    assert blog.owner == owner
    assert blog.proved


def test_what_is_proved_to_be_somebody_elses_is_refused(owner: User, bob: User) -> None:
    Thing.objects.filter(pk=thing_of(bob, "x").pk).update(
        url="http://www.konscience.de/podcast/"
    )

    with pytest.raises(CommandError, match=r"line 7: .* is bob's"):
        run()

    assert Thing.objects.count() == 1


Change = Callable[[list[str]], bytes]


def lines_with(number: int, old: str, new: str) -> Change:
    def change(lines: list[str]) -> bytes:
        assert old in lines[number - 1], lines[number - 1]
        lines[number - 1] = lines[number - 1].replace(old, new, 1)
        return "".join(lines).encode()

    return change


def header_alone(lines: list[str]) -> bytes:
    return lines[0].encode()


WRONG: dict[str, tuple[int, str, Change]] = {
    "another header": (1, "the header is not", lines_with(1, "clicks", "klicks")),
    "comma-separated": (
        1,
        "separated by commas",
        lambda lines: "".join(lines).replace(";", ",").encode(),
    ),
    "no header": (1, "the header is not", lambda lines: "".join(lines[1:]).encode()),
    "empty": (1, "the header is not", lambda _: b""),
    "header alone": (1, "nothing below", header_alone),
    "Latin-1": (
        3,
        "not UTF-8",
        lambda lines: (
            "".join(lines).replace("–", "-").replace("’", "'").encode("latin-1")
        ),
    ),
    "cut in a line": (
        5,
        "in the middle of a line",
        lambda lines: "".join(lines[:5])[:-9].encode(),
    ),
    "cut line within": (4, "5 fields", lines_with(4, ";3;0,35;12", "")),
    "one field too many": (4, "9 fields", lines_with(4, ";12\n", ";12;1\n")),
    "empty line": (
        4,
        "0 fields",
        lambda lines: "".join([*lines[:3], "\n", *lines[3:]]).encode(),
    ),
    "open quote": (3, "quotes", lines_with(3, '";4', ";4")),
    "negative clicks": (2, "clicks is -8", lines_with(2, ";8;", ";-8;")),
    "half a click": (2, "clicks is '0.5'", lines_with(2, ";8;", ";0.5;")),
    "clicks in letters": (2, "clicks is 'viii'", lines_with(2, ";8;", ";viii;")),
    "digits of another script": (2, "clicks is '٨'", lines_with(2, ";8;", ";٨;")),
    "huge clicks": (2, "not a whole number", lines_with(2, ";8;", f";{10**13};")),
    "total below clicks": (2, "clicks total is 7", lines_with(2, ";168", ";7")),
    "negative total": (2, "clicks total is -1", lines_with(2, ";168", ";-1")),
    "negative revenue": (2, "revenue is '-0,95'", lines_with(2, "0,95", "-0,95")),
    "decimal point": (2, "revenue is '0.95'", lines_with(2, "0,95", "0.95")),
    "no month": (2, "period is '2013-13'", lines_with(2, "2013-05", "2013-13")),
    "two months": (6, "but line 2 has 2013-05", lines_with(6, "2013-05", "2013-06")),
    "no id": (2, "id is ''", lines_with(2, ";1214915;", ";;")),
    "the same id twice": (
        3,
        "id 1214915 stands in line 2 too",
        lines_with(3, ";1330156;", ";1214915;"),
    ),
    "the same address twice": (
        14,
        "stands in line 10 too",
        lines_with(
            14, "https://alpha.app.net/konscience", "http://www.konscience.de/uber-uns/"
        ),
    ),
    "a script for an address": (
        2,
        "url is 'javascript:alert(1)'",
        lines_with(2, "http://www.konscience.de/", "javascript:alert(1)"),
    ),
    "two hosts in one": (
        2,
        "backslash",
        lines_with(2, "http://www.konscience.de/", "http://a.example\\\\@b.example/"),
    ),
    "an unprintable character": (
        2,
        "printed",
        lines_with(2, 'KonScience"', 'Kon\x00"'),
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_whole(owner: User, tmp_path: Path, case: str) -> None:
    number, reason, change = WRONG[case]
    file = tmp_path / "report.csv"
    file.write_bytes(change(REPORT.read_text().splitlines(keepends=True)))

    with pytest.raises(CommandError) as refusal:
        run(file)

    told = str(refusal.value)
    assert f"line {number}: " in told
    assert reason in told
    assert "Nothing was imported" in told
    assert not Thing.objects.exists()


def test_nobody_of_that_name_and_no_such_file(owner: User, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nobody named nina"):
        run(owner="nina")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nothing.csv")


def test_a_byte_order_mark_and_carriage_returns_do_no_harm() -> None:
    """What a spreadsheet makes of the file when it saves it again."""
    content = REPORT.read_bytes().replace(b"\n", b"\r\n")

    lines = read_report(b"\xef\xbb\xbf" + content)

    assert lines == read_report(REPORT.read_bytes())


def test_a_thing_without_a_title_is_called_by_its_address(owner: User) -> None:
    line = '2013-05;7;"https://flattr.com/t/7";"http://a.example/";"";1;0,07;1'

    [read] = read_report(f"{HEADER}\n{line}\n".encode())

    assert read.title == "http://a.example/"


def test_a_line_of_many_bytes_says_where_it_is() -> None:
    with pytest.raises(BadReport) as refusal:
        read_report(HEADER.encode() + b"\n\n\n\xff\n")

    assert refusal.value.line == 4
