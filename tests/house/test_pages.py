from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import DatabaseError, connection
from django.test import Client

from flattr.site import sentences
from flattr.site import views as pages
from flattr.web import csv

SITE = [
    "/",
    "/how-it-works",
    "/fees",
    "/terms",
    "/privacy",
    "/contact",
    "/imprint",
    "/privacy/record",
    "/help",
    "/status",
]


@pytest.mark.parametrize("path", SITE)
def test_the_site_says_what_it_is(client: Client, db: None, path: str) -> None:
    page = client.get(path)

    text = page.content.decode()
    assert page.status_code == 200
    assert text.count("<h1") == 1
    assert '<html lang="en-gb">' in text
    assert "!" not in re.sub(r"<[^>]*>", "", text), "nobody is shouted at"
    assert "style=" not in text
    assert "<script" not in text
    assert len(page.content) < 50_000


@pytest.mark.parametrize(("percent", "kept"), [(0, None), (10, "€1.00"), (30, "€3.00")])
def test_the_fee_is_the_one_that_is_taken(
    client: Client, db: None, settings: Any, percent: int, kept: str | None
) -> None:
    settings.FEE_PERCENT = percent

    text = client.get("/fees").content.decode()

    assert ("There is no fee" in text) is (kept is None)
    assert kept is None or kept in text


@pytest.mark.parametrize(
    ("percent", "home", "fees"),
    [
        (0, "none of it stays with this site", "There is no fee"),
        (10, "10 % stays with this site", "<strong>10 %</strong> of what you give"),
    ],
)
def test_the_site_says_what_it_keeps(percent: int, home: str, fees: str) -> None:
    assert home in sentences.where_it_goes(percent)
    assert fees in sentences.about_the_fee(percent, "Flattr")


@pytest.mark.parametrize(
    ("username", "why"),
    [
        ("alice", "You are signed in as alice."),
        ("", 'You may only need to <a href="/account/login/">sign in</a>.'),
    ],
)
def test_who_has_no_access_reads_why(username: str, why: str) -> None:
    assert why in sentences.why_no_access(username)


def test_a_page_of_somebody_else(rf: Any, client: Client, db: None) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    request.session = {}

    answer = pages.permission_denied(request, Exception())

    assert answer.status_code == 403
    assert b"You do not have access to this page" in answer.content


def test_who_runs_it_can_be_written_to(client: Client, db: None, settings: Any) -> None:
    settings.OPERATOR_EMAIL = "people@flattr.example"
    settings.OPERATOR_ADDRESS = "1 Harbour Street, Malmö"

    text = client.get("/contact").content.decode()

    assert "mailto:people@flattr.example" in text
    assert "1 Harbour Street" in text


def test_health(client: Client, db: None) -> None:
    assert client.get("/healthz").json() == {"database": "ok", "ledger": "ok"}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO breaker (one, tripped_at, reason) VALUES (true, now(), 'x')"
            " ON CONFLICT (one) DO UPDATE SET tripped_at = now()"
        )

    stopped = client.get("/healthz")

    assert (stopped.status_code, stopped.json()["ledger"]) == (200, "stopped")


def test_health_without_a_database(rf: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise DatabaseError("away")

    monkeypatch.setattr(connection, "cursor", refuse)

    assert pages.healthz(rf.get("/healthz")).status_code == 503


@pytest.mark.parametrize("make", [pages.bad_request, pages.server_error])
def test_broken_pages_need_no_database(rf: Any, make: Any) -> None:
    """No `db` here: a query would fail the test."""
    request = rf.get("/")
    answer = make(request, Exception()) if make is pages.bad_request else make(request)

    text = answer.content.decode()
    assert answer.status_code in {400, 500}
    assert "Flattr" in text
    assert "<nav" not in text


def test_nothing_here(client: Client, db: None) -> None:
    answer = client.get("/no/such/page")

    assert answer.status_code == 404
    assert b"There is nothing here" in answer.content


def test_a_host_that_is_not_ours(client: Client) -> None:
    answer = client.get("/", headers={"host": "evil.example"})

    assert answer.status_code == 400
    assert b"We could not read that" in answer.content


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "|calc", "\n=1", "%0a=1"],
)
def test_a_title_is_not_a_formula(cell: str) -> None:
    """A cell that begins like a formula is quoted (T33)."""
    assert csv.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["A song", "1+1", "", "https://bob.example/?a=1"])
def test_an_ordinary_title_stays_as_it_is(cell: str) -> None:
    assert csv.safe(cell) == cell


def test_local_mails_can_be_read(
    client: Client, db: None, settings: Any, tmp_path: Any
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert b"No mail yet" in client.get("/local/mailbox/").content
    for number in (1, 2):
        letter = mail.EmailMultiAlternatives(
            f"Letter {number}",
            "Go to http://127.0.0.1:8000/x?a=1 now",
            to=["a@b.example"],
        )
        letter.attach_alternative("<style>p{}</style><p>Dressed</p>", "text/html")
        letter.send()

    listed = client.get("/local/mailbox/").content.decode()
    newest = re.findall(r"/local/mailbox/\d+", listed)[0]
    read = client.get(newest).content.decode()
    dressed = client.get(f"{newest}/html")

    assert listed.index("Letter 2") < listed.index("Letter 1")
    assert 'href="http://127.0.0.1:8000/x?a=1"' in read
    assert b"<p>Dressed</p>" in dressed.content
    assert "sandbox" in dressed.headers["Content-Security-Policy"]
    assert client.get("/local/mailbox/3").status_code == 404
