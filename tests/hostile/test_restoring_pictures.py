"""Pictures have a backup of their own, and come back where they are still named."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from pytest_django import Settings

from accounts.models import Audit, User
from buttons.models import Picture
from buttons.pictures import keeping
from flattr.database import roles
from flattr.templatetags.flattr import picture_address
from local.servers import binaries
from payouts.operations import dump_files, picture_backups
from tests.world.people import execute, person, thing_of

BODY = b"RIFF....WEBP"

pytestmark = pytest.mark.usefixtures("own_database", "programs")


@pytest.fixture
def programs(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    path = f"{binaries.installed()}{os.pathsep}{os.environ['PATH']}"
    monkeypatch.setenv("PATH", path)
    settings.DRILL_URL = os.environ["DATABASE_OWNER_URL"]


@pytest.fixture
def bob() -> User:
    return person("bob")


@pytest.fixture
def digests(bob: User) -> list[str]:
    """Of Bob's face, and of a work's picture."""
    return [
        keeping.keep(whose, BODY).digest for whose in (bob, thing_of(bob, "spring"))
    ]


@pytest.fixture
def lost(tmp_path: Path, digests: list[str]) -> Path:
    """The folder of a backup, and a database as it is when the dump of the ledger alone
    was restored: the pictures are named and are not there."""
    picture_backups.make(tmp_path)
    lose()
    return tmp_path


def lose() -> None:
    with roles.as_owner():
        execute("ALTER TABLE picture DISABLE TRIGGER picture_shows")
        execute("DELETE FROM picture")
        execute("ALTER TABLE picture ENABLE TRIGGER picture_shows")


def shown(client: Client, digest: str) -> int:
    return client.get(picture_address(digest)).status_code


def test_a_drill_loads_ledger_and_pictures(
    digests: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pictures are in their own copy, and in no dump."""
    call_command("back_up", str(tmp_path), "--pictures", "--drill")
    dump = dump_files.newest(tmp_path, "flattr-2*.dump")
    copy = dump_files.newest(tmp_path, picture_backups.PATTERN)
    assert BODY in copy.read_bytes()
    assert copy.stat().st_mode & 0o777 == 0o600
    assert json.loads(copy.with_suffix(".json").read_text())["count"] == 2
    assert Audit.objects.get(action="backup_made").after["tried_out"]

    capsys.readouterr()
    call_command("restore_drill", str(tmp_path), "--pictures")
    assert json.loads(capsys.readouterr().out)["pictures"] == 2
    call_command("restore_drill", str(dump))
    assert json.loads(capsys.readouterr().out)["pictures"] is None
    copy.unlink()
    with pytest.raises(CommandError, match="There is no flattr-pictures-"):
        call_command("restore_drill", str(tmp_path), "--pictures")


def test_pictures_come_back_after_the_ledger(
    lost: Path, digests: list[str], client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {shown(client, digest) for digest in digests} == {404}
    call_command("restore_pictures", str(lost))
    call_command("restore_pictures", str(lost))
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("2 pictures are back, 0 people")
    assert said[1].startswith("0 pictures are back, 0 people")
    assert {shown(client, digest) for digest in digests} == {200}


def test_what_was_taken_away_since_stays_away(
    lost: Path, bob: User, digests: list[str], client: Client
) -> None:
    """The dump of the ledger is newer than the copy: a face was taken down meanwhile,
    and the work shows another picture, of which there is no copy."""
    keeping.keep(bob, BODY)
    keeping.drop(bob)
    newer = keeping.keep(bob.things.get(), BODY + b", newer")
    lose()
    assert restored_from(lost) == picture_backups.Restored(shown=0, cleared=1)
    assert {shown(client, digest) for digest in (*digests, newer.digest)} == {404}
    assert bob.things.get().picture == ""


def restored_from(folder: Path) -> picture_backups.Restored:
    copy = dump_files.newest(folder, picture_backups.PATTERN)
    with roles.as_owner():
        return picture_backups.restore(copy)


def test_without_a_copy_all_show_patterns(
    lost: Path, bob: User, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("restore_pictures", "--none")
    assert "2 people and things show their pattern" in capsys.readouterr().out
    bob.refresh_from_db()
    assert bob.picture == ""


@pytest.mark.parametrize(
    ("beside", "why"),
    [
        ({"made_at": "", "count": 3, "size": 24}, "count of pictures is 2"),
        ({"made_at": "", "count": 2, "size": 25}, "size of pictures is 24"),
        ({"count": 2}, "does not say"),
        ([], "does not say"),
    ],
)
def test_a_copy_that_is_not_what_it_says_changes_nothing(
    lost: Path, bob: User, beside: object, why: str
) -> None:
    copy = dump_files.newest(lost, picture_backups.PATTERN)
    copy.with_suffix(".json").write_text(json.dumps(beside))
    with pytest.raises(CommandError, match=why):
        call_command("restore_pictures", str(copy))
    assert not Picture.objects.exists()
    bob.refresh_from_db()
    assert bob.picture


def test_a_damaged_copy_changes_nothing(lost: Path, bob: User) -> None:
    copy = dump_files.newest(lost, picture_backups.PATTERN)
    whole = copy.read_bytes()
    for damaged, why in (
        (whole[: len(whole) // 2], "cannot be read"),
        (whole.replace(b"WEBP", b"WEBQ"), "not what their digests say"),
    ):
        copy.write_bytes(damaged)
        with pytest.raises(CommandError, match=why):
            call_command("restore_pictures", str(copy))
    bob.refresh_from_db()
    assert bob.picture


def test_few_copies_are_kept(digests: list[str], tmp_path: Path) -> None:
    for day in range(1, 6):
        for kind in ("copy", "json"):
            name = f"flattr-pictures-2026110{day}T030000Z.{kind}"
            (tmp_path / name).write_text("{}")
    call_command("back_up", str(tmp_path), "--pictures", "--keep-pictures", "2")
    left = sorted(path.name for path in tmp_path.glob("*.copy"))
    assert len(left) == 2
    assert left[0] == "flattr-pictures-20261105T030000Z.copy"
    assert len(list(tmp_path.glob("*.json"))) == 3
