"""The mailbox of local mode, which has mails of a whole year in it after some travel."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import Http404

from local import mailbox

NOON = datetime(2027, 2, 28, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.EMAIL_FILE_PATH = str(tmp_path)
    return tmp_path


def sent(folder: Path, number: int, *subjects: str) -> None:
    """Mails of one connection, in one file, so many seconds after noon."""
    at = NOON + timedelta(seconds=number)
    raws = []
    for subject in subjects:
        mail = EmailMessage()
        mail["To"], mail["Subject"] = "alice@people.example", subject
        mail["Date"] = format_datetime(at)
        mail.set_content(f"About {subject}.")
        raws.append(mail.as_bytes() + mailbox.SEPARATOR)
    file = folder / f"{number:06d}.log"
    file.write_bytes(b"".join(raws))
    os.utime(file, (at.timestamp(), at.timestamp()))


def test_the_newest_mails_come_first_and_older_ones_are_not_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        sent(folder, number, f"mail {number}")
    opened: list[str] = []
    read_bytes = Path.read_bytes

    def noted(file: Path) -> bytes:
        opened.append(file.name)
        return read_bytes(file)

    monkeypatch.setattr(Path, "read_bytes", noted)

    found = mailbox.letters()

    assert [letter.subject for letter in found] == [
        f"mail {number}" for number in range(299, 99, -1)
    ]
    assert len(opened) == mailbox.MOST
    assert "000099.log" not in opened


def test_each_mail_is_found_by_its_number_however_many_came_since(folder: Path) -> None:
    sent(folder, 1, "one", "two")
    sent(folder, 2, "three")
    numbers = {letter.subject: letter.number for letter in mailbox.letters()}
    for number in range(3, 300):
        sent(folder, number, "more")

    for subject, number in numbers.items():
        assert mailbox.numbered(number).subject == subject
        assert mailbox.numbered(number).text == f"About {subject}.\n"


def test_two_mails_of_one_second_stand_in_the_order_they_were_sent(
    folder: Path,
) -> None:
    sent(folder, 1, "one", "two")

    assert [letter.subject for letter in mailbox.letters()] == ["two", "one"]


@pytest.mark.parametrize("number", [0, 1, 999, 1_001, 1_999, 10**15])
def test_a_number_that_no_mail_has(folder: Path, number: int) -> None:
    sent(folder, 1, "one")

    with pytest.raises(Http404):
        mailbox.numbered(number)
