from __future__ import annotations

import base64
import contextlib
import re
import statistics
import time
import zlib
from typing import Any

import pytest
from django.conf import settings
from django.core.mail import EmailMessage
from django.test import Client

from accounts.models import Attempt, Session, User
from accounts.signing_in.sessions import SessionStore
from flattr.web.way_back import is_our_path
from tests.accounts.signing_in.test_signing_up import shape
from tests.accounts.signing_in.visiting import is_signed_in, link_in, sign_in
from tests.world.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def bob() -> User:
    return person("bob")


def test_a_person_signs_in_by_name_or_address_whatever_the_case(bob: User) -> None:
    for login in ("bob", "BOB", "bob@people.example", " Bob@People.example "):
        client = Client()

        sign_in(client, login, "correct horse")

        assert is_signed_in(client), login


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(bob: User) -> None:
    """Both get the same page with the same status (A1)."""
    known = sign_in(Client(), "bob@people.example", "wrong")
    unknown = sign_in(Client(), "eve@people.example", "wrong")

    assert shape(known) == shape(unknown)
    assert plain(known) == plain(unknown)


def test_asking_for_a_new_password_tells_nothing(
    bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """Known and unknown addresses get the same page (A1)."""
    path = "/account/password/reset/"
    known = Client().post(path, {"email": "bob@people.example"})
    unknown = Client().post(path, {"email": "eve@people.example"})

    assert shape(known) == shape(unknown)
    assert len(mailoutbox) == 2


def plain(answer: Any) -> str:
    page: str = answer.content.decode()
    for word in ("bob", "eve"):
        page = page.replace(word, "somebody")
    return "\n".join(line for line in page.split("\n") if "csrf" not in line)


@pytest.mark.hostile
def test_the_time_does_not_tell_either(bob: User, settings: Any) -> None:
    """A1: within a fifth over 200 tries, with the real hasher."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    bob.set_password("correct horse")
    bob.save()
    times: dict[str, list[float]] = {"bob": [], "eve": []}

    for number in range(200):
        for name, spent in times.items():
            Attempt.objects.all().delete()
            began = time.perf_counter()
            sign_in(Client(), f"{name}@people.example", f"wrong {number}")
            spent.append(time.perf_counter() - began)

    known, unknown = (statistics.median(spent) for spent in times.values())
    assert 0.8 < known / unknown < 1.25, (known, unknown)


def test_one_hash_is_computed_whoever_asks(
    bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A1: what takes the time is done once for the known and for the unknown."""
    hashed: list[str] = []
    check, make = User.check_password, User.set_password

    def checked(self: User, raw: str) -> bool:
        hashed.append("checked")
        return check(self, raw)

    def made(self: User, raw: str | None) -> None:
        hashed.append("made")
        make(self, raw)

    monkeypatch.setattr(User, "check_password", checked)
    monkeypatch.setattr(User, "set_password", made)

    for login in ("bob", "bob@people.example", "eve", "eve@people.example"):
        hashed.clear()
        sign_in(Client(), login, "wrong")
        assert len(hashed) == 1, login


def test_a_new_password_by_mail(bob: User, mailoutbox: list[EmailMessage]) -> None:
    """A4, T31: the link is ours whatever host was asked, and old sessions die."""
    elsewhere, client = Client(), Client()
    sign_in(elsewhere, "bob", "correct horse")
    client.post(
        "/account/password/reset/",
        {"email": "bob@people.example"},
        headers={"host": "localhost"},
    )

    link = link_in(mailoutbox[0], "reset")
    keyed = client.get(link)
    form = keyed.headers["Location"]
    client.post(form, {"password1": "grey geese rising", "password2": "other"})
    assert not is_signed_in(client)
    client.post(
        form, {"password1": "grey geese rising", "password2": "grey geese rising"}
    )

    assert keyed.headers["Referrer-Policy"] == "no-referrer"
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert b"does not work any more" in Client().get(link).content


def test_whoever_reads_a_dump_sets_no_new_password(
    client: Client, bob: User, mailoutbox: list[EmailMessage]
) -> None:
    """T36: Bob has opened the link, and the key lies in his session meanwhile."""
    client.post("/account/password/reset/", {"email": "bob@people.example"})
    link = link_in(mailoutbox[0], "reset")
    form = client.get(link).headers["Location"]
    key = link.rstrip("/").rpartition("/")[2].partition("-")[2]
    assert len(key) > 20

    [session] = Session.objects.all()

    held = SessionStore(client.cookies[settings.SESSION_COOKIE_NAME].value)
    assert key in str(held.decode(session.session_data))
    for stolen in (SessionStore(), SessionStore(session.session_key)):
        assert stolen.decode(session.session_data) == {}
    rest = session.session_data
    for text in (rest, *(unpacked(part) for part in re.split("[:.]", rest))):
        assert key not in text
    new = {"password1": "grey geese rising", "password2": "grey geese rising"}
    client.post(form, new)
    assert is_signed_in(client)


def unpacked(text: str) -> str:
    """What base64 holds, and zlib in it."""
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    with contextlib.suppress(zlib.error):
        raw = zlib.decompress(raw)
    return raw.decode("latin-1")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1:80@evil.example"]
)
def test_a_foreign_host_is_refused(client: Client, host: str) -> None:
    """T31: an address in a mail never comes from what the request claims."""
    answer = client.post(
        "/account/password/reset/",
        {"email": "bob@people.example"},
        headers={"host": host},
    )

    assert answer.status_code == 400


ELSEWHERE = [
    "//evil.example",
    "///evil.example",
    "////evil.example/x",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "\t//evil.example",
    " //evil.example",
    "http://evil.example",
    "https://evil.example",
    "HTTPS://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http:\\\\evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,hello",
    "vbscript:x",
    "ftp://evil.example",
    "evil.example",
    "@evil.example",
    "https://127.0.0.1:8000@evil.example",
    "https://127.0.0.1:8000.evil.example/",
    "http://127.0.0.1:8000/settings",
    "//127.0.0.1:8000/settings",
    "/\x00/evil.example",
    "/\u2028/evil.example",
    "?next=//evil.example",
    "",
]


@pytest.mark.parametrize("path", ELSEWHERE)
def test_signing_in_never_leads_elsewhere(bob: User, path: str) -> None:
    """A `next` that leaves the site is dropped, however it is spelt (T26)."""
    client = Client()

    form = {"login": "bob", "password": "correct horse", "next": path}
    answer = client.post("/account/login/", form)

    assert not is_our_path(path)
    assert answer.status_code == 302
    assert "evil" not in answer.headers["Location"]
    assert answer.headers["Location"].startswith("/")


@pytest.mark.parametrize("path", ["%0d%0a//evil.example", "/%5cevil.example", "/%2f/x"])
def test_what_is_escaped_stays_escaped(bob: User, path: str) -> None:
    """T26: what a browser takes for a path of ours may stay."""
    form = {"login": "bob", "password": "correct horse", "next": path}

    answer = Client().post("/account/login/", form)

    assert answer.headers["Location"] in {path, "/month"}


def test_the_log_does_not_hold_what_was_asked(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """T33: neither a line break nor a key of the address reaches the log."""
    with caplog.at_level("INFO", "flattr.requests"):
        client.get("/robots.txt?key=secret%0aforged")

    [line] = [r.getMessage() for r in caplog.records if r.name == "flattr.requests"]
    assert "secret" not in line
    assert "forged" not in line
