"""Taking one's data along: everything of one's own, and nothing of who gave."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from django.test import Client

from accounts import audit
from accounts.mail import outbox
from accounts.models import Hook, User
from buttons.anywhere import pasting
from buttons.clicks.flattring import flattr_thing
from buttons.hook import hook_settings
from buttons.models import Reading, Report, Thing
from buttons.pictures import keeping, taking_down
from buttons.signals.listings import Entry
from payouts.earnings import requesting
from payouts.leaving import exporting
from payouts.leaving.exported import TABLES
from payouts.payments import paying_in
from tests.accounts.signing_in.visiting import sign_in
from tests.questions import Questions
from tests.world import earning
from tests.world.people import click, open_budget, person, thing_of

pytestmark = pytest.mark.usefixtures("own_database")


def taken(somebody: User) -> zipfile.ZipFile:
    """The archive, fetched from the page."""
    client = Client()
    sign_in(client, somebody.username, "correct horse")
    answer: Any = client.post("/settings/export")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(archive.read(f"json/{name}.json"))
    return found


def sheet(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    text = archive.read(f"{name}.csv").decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def bob() -> User:
    """A creator who also gives: paid in, flattred, earned, asked for a payout."""
    bob, carol = person("bob", about="=cmd()"), person("carol")
    open_budget(bob, 500, paid=0)
    paying_in.pay_simulated(bob, 2_400)
    click(bob, thing_of(carol, "blog"))
    flattr_thing(bob, thing_of(None, "poem", proved=False))
    earning.earn(bob, readers=9)
    requesting.request_payout(bob)
    Report.objects.create(person=carol, reporter=bob, reason="other", words="odd")
    audit.note(None, "second_factor_off", f"person:{bob.pk}")
    outbox.send_due()
    return bob


def test_everything_of_ones_own_is_in_it(bob: User) -> None:
    archive = taken(bob)

    names = {table.name for table in TABLES}
    files = {f"{name}.csv" for name in names} | {f"json/{name}.json" for name in names}
    assert set(archive.namelist()) == {*files, "README.txt"}
    filled = {name for name in names if rows(archive, name)}
    assert filled >= {
        "you", "addresses", "budgets", "payments", "flattrs", "promises", "months",
        "statements", "things", "revenue", "held", "payouts", "bank_accounts", "ledger",
        "reports", "sessions", "mails", "log",
    }  # fmt: skip
    for name in names:
        assert len(sheet(archive, name)) == len(rows(archive, name)), name
    assert [row["email"] for row in rows(archive, "you")] == ["bob@people.example"]
    assert [row["amount"] for row in rows(archive, "revenue")] == [9_000]
    assert [row["amount"] for row in sheet(archive, "revenue")] == ["90.00"]
    [line] = rows(archive, "statements")
    assert (line["creator"], line["amount"]) == ("carol", 500)
    told = archive.read("README.txt").decode()
    assert "everything that we keep about bob" in told
    assert "Your payout of €90.00 was requested" in {
        row["subject"] for row in rows(archive, "mails")
    }


def test_ones_pictures_are_in_it(bob: User) -> None:
    """Those that staff took down, too; nobody else's."""
    song = Thing.objects.filter(owner=bob).first()
    assert song is not None
    face, picture = keeping.keep(bob, b"a face"), keeping.keep(song, b"a song")
    keeping.keep(person("mallory"), b"another face")
    taking_down.hide(bob)

    archive = taken(bob)

    files = {f"pictures/{face.digest}.webp", f"pictures/{picture.digest}.webp"}
    assert {row["file"] for row in rows(archive, "pictures")} == files
    assert {
        name for name in archive.namelist() if name.startswith("pictures/")
    } == files
    assert archive.read(f"pictures/{face.digest}.webp") == b"a face"
    [sent] = rows(archive, "pictures_sent")
    assert (sent["thing_id"], sent["refused"]) == (None, "taken_down")


def test_what_one_pasted_is_in_it(bob: User) -> None:
    """The addresses, and not what others have published there."""
    pasted = [Entry("https://a.example/", "A"), Entry("https://b.example/", "")]
    pasting.paste(bob, "Feeds", pasted)
    pasting.paste(person("mallory"), "Others", pasted)
    Reading.objects.update(found={"title": "A stranger’s"})

    archive = taken(bob)

    found = rows(archive, "pasted_lists")
    assert [(row["list_title"], row["place"], row["url"]) for row in found] == [
        ("Feeds", 0, "https://a.example/"),
        ("Feeds", 1, "https://b.example/"),
    ]
    assert "stranger" not in str(found)


def test_the_webhook_is_in_it_without_its_secret(bob: User) -> None:
    secret = hook_settings.save(None, bob, "https://bob.example/hook", ["proof.lost"])
    hook_settings.send_test(bob)
    stored = Hook.objects.get().secret

    archive = taken(bob)

    [hook], [event] = rows(archive, "webhook"), rows(archive, "events")
    assert (hook["url"], hook["types"]) == ("https://bob.example/hook", ["proof.lost"])
    assert (event["type"], event["delivered_at"]) == ("webhook.test", None)
    whole = "".join(archive.read(name).decode() for name in archive.namelist())
    assert secret not in whole
    assert stored not in whole


def test_its_ledger_adds_up_to_what_stands(bob: User) -> None:
    entries = rows(taken(bob), "ledger")

    sums: dict[str, int] = {}
    for entry in entries:
        sums[entry["account"]] = sums.get(entry["account"], 0) + entry["amount"]
    assert sums == {"means": 1_900, "pending": 0, "revenue": 0, "transit": 9_000}


def test_nothing_tells_who_gave(bob: User) -> None:
    archive = taken(bob)

    whole = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "bob-reader" not in whole
    references = {row["reference"] for row in rows(archive, "ledger")}
    givers = User.objects.filter(username__startswith="bob-reader")
    for giver in givers:
        assert not any(told.endswith(f":{giver.pk}") for told in references), giver


def test_nobody_elses_is_in_it(bob: User) -> None:
    """The archive holds no row of anybody else (A7)."""
    archive = taken(person("mallory"))

    assert {table.name for table in TABLES if rows(archive, table.name)} == {
        "you", "addresses", "sessions",
    }  # fmt: skip


def test_no_cell_is_a_formula(bob: User) -> None:
    """Cells that begin like a formula are quoted (T33)."""
    archive = taken(bob)

    assert sheet(archive, "you")[0]["about"] == "'=cmd()"
    assert rows(archive, "you")[0]["about"] == "=cmd()"


def test_its_queries_do_not_grow_with_what_is_there(bob: User) -> None:
    def queries() -> int:
        with Questions() as questions:
            exporting.archive(bob).close()
        return questions.count

    before = queries()
    for n in range(5):
        thing_of(bob, f"more-{n}")
        flattr_thing(bob, thing_of(None, f"more-{n}", proved=False))

    assert queries() == before
    assert Thing.objects.filter(owner=bob).count() == 6


def test_it_is_made_a_few_times_and_then_not(bob: User) -> None:
    client = Client()
    sign_in(client, "bob", "correct horse")

    answers = [client.post("/settings/export").status_code for _ in range(5)]

    assert answers[0] == 200
    assert answers[-1] == 429
    assert b"Download" in client.get("/settings/export").content
