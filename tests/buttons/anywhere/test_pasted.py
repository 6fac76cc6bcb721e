"""Alice pastes what she reads, sees who would get it, and flattrs it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from celery import current_app
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons import tasks
from buttons.anywhere import reading_queue
from buttons.clicks import intents
from buttons.models import Flattr, PastedAddress, Promise, Thing
from buttons.things.snippets import auto_submit
from buttons.things.submitting import Submission
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Host
from tests.world.browsing import signed_in


@pytest.fixture
def host(settings: Settings) -> Iterator[Host]:
    with pages.host() as made:
        settings.PROOF_HOSTS = [made.name]
        yield made


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tasks that the broker is asked for, in place of a broker."""
    names: list[str] = []
    monkeypatch.setattr(reading_queue.BROKER, "_until", 0.0)
    monkeypatch.setattr(current_app, "send_task", lambda name, **_: names.append(name))
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)
    return names


def button(owner: str, url: str, title: str = "") -> str:
    about = Submission(url=url, owner_name=owner, title=title)
    return f'<a href="{auto_submit(about).replace("&", "&amp;")}">Flattr this</a>'


def words(page: str) -> str:
    return re.sub(r"(<[^>]+>|\s)+", " ", page.partition("<main")[2])


def form_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def paste(client: Client, text: str) -> str:
    """Paste a text; the path of the list that it became."""
    answer = client.post("/anywhere", {"text": text})
    assert answer.status_code == 302, words(answer.content.decode())
    return answer.headers["Location"]


def test_alice_sees_that_a_blog_is_bobs_before_she_flattrs_it(
    alice: User, bob: User, host: Host
) -> None:
    url = host.shows("/spring", button("bob", host.url("/spring")))
    client = signed_in(alice)

    there = paste(client, f"Read this: {url}!")
    text = client.get(there).content.decode()
    assert "We are looking at it." in words(text)
    assert f'content="4;url={there}"' in text

    tasks.read_pasted()

    text = client.get(there).content.decode()
    assert "We have looked at it." in words(text)
    assert "bob" in words(text)
    assert "The page names bob." in words(text)
    assert not Thing.objects.exists(), "looking makes nothing"
    row = PastedAddress.objects.get()
    answer = client.post(f"{there}/give", {"once": row.pk, "form": form_in(text)})
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    said = words(client.get(there).content.decode())
    assert "You promised 1 page a flattr" in said
    assert Promise.objects.get().thing.url == url

    tasks.check_pages()

    assert Flattr.objects.get().creator == bob
