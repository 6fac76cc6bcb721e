"""Links of the first Flattr, as they stand in feeds, readmes and plugins since 2010."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons.legacy.old_links import read_auto_submit
from buttons.models import Thing
from buttons.things.addresses import BadAddress
from buttons.things.submitting import propose
from tests.buttons.proofs.pages import counting

POST = "http://bob.example/post"
LINK = f"flattr.com/submit/auto?user_id=bob&url={quote(POST, safe='')}"


@pytest.mark.parametrize(
    "link",
    [
        f"https://{LINK}",
        f"http://{LINK}",
        f"HTTPS://www.{LINK}",
        f"http://api.{LINK}",
        f"http://button.{LINK}",
        f"  https://{LINK}\n",
        f"https://{LINK}".replace("/auto?", "/auto/?"),
        f"https://{LINK}".replace("flattr.com/", "flattr.com:443/"),
        f"http://{LINK}".replace("flattr.com/", "flattr.com:80/"),
        f"http://127.0.0.1:8000/{LINK.partition('/')[2]}",
        quote(f"https://{LINK}", safe=""),
        f"https://{LINK}".replace("&", "&amp;"),
        f"http://flattr.com/submit/auto?url={POST}&user_id=bob",
        f"http://flattr.com/submit/auto?user_id=bob&url={POST}&language=de_DE",
        f"https://flattr.com/submit/auto?user_id=bob&url={quote(quote(POST, safe=''))}",
    ],
)
def test_a_link_is_recognised(link: str) -> None:
    said = read_auto_submit(link)

    assert said is not None
    assert (said.url, said.owner_name) == (POST, "bob")


@pytest.mark.parametrize(
    "text",
    [
        POST,
        "",
        "https://flattr.com/",
        "https://flattr.com/submit/auto",
        "https://flattr.com/submit/automatic?url=http://bob.example/",
        f"https://evil.example/{LINK}",
        f"https://bob@{LINK}",
        f"https://not-{LINK}",
        f"https://{LINK}".replace("flattr.com/", "flattr.com.evil.example/"),
        f"https://{LINK}".replace("flattr.com/", "flattr.com:8080/"),
        f"ftp://{LINK}",
        f"javascript:https://{LINK}",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    try:
        assert read_auto_submit(text) is None
    except BadAddress:
        assert text.endswith("/submit/auto")


def test_the_hosts_are_one_setting(settings: Settings) -> None:
    link = f"https://flattr.old.example/submit/auto?url={POST}"
    assert read_auto_submit(link) is None

    settings.LEGACY_HOSTS = ["flattr.old.example"]

    assert read_auto_submit(link) is not None
    assert read_auto_submit(f"https://{LINK}") is None


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("http://a.example/b?x=1&y=2", "http://a.example/b?x=1&y=2"),
        ("http://a.example/b?x=1&y=2&user_id=bob", "http://a.example/b?x=1&y=2"),
        ("http://a.example/?p=1&title=T&z=3", "http://a.example/?p=1"),
        ("http://a.example/b&utm=1", "http://a.example/b"),
        ("http://a.example/caf%C3%A9?x=a%20b", "http://a.example/caf%C3%A9?x=a%20b"),
        ("http://a.example/?q=a+b", "http://a.example/?q=a+b"),
        ("http://a.example/My post", "http://a.example/My%20post"),
        (quote("http://a.example/?x=1&y=2#top"), "http://a.example/?x=1&y=2#top"),
        ("http://a.example/caf%E9", "http://a.example/caf%E9"),
        ("http%3A%2F%2Fa.example%2Fcaf%25E9", "http://a.example/caf%E9"),
        ("http%3A%2F%2Fa.example%2Fcaf%E9%2B", "http://a.example/caf%E9+"),
        ("http%253A%252F%252Fa.example%252Fcaf%25E9", "http://a.example/caf%E9"),
    ],
)
def test_addresses_that_nobody_encoded(written: str, meant: str) -> None:
    said = read_auto_submit(f"http://flattr.com/submit/auto?url={written}")

    assert said is not None
    assert said.url == meant


def test_everything_of_a_plugin_s_link_is_read() -> None:
    """As WordPress, readmes and the button builder wrote them."""
    said = read_auto_submit(
        "https://flattr.com/submit/auto?user_id=bob&popout=1&revsharekey=x"
        f"&url={quote(POST, safe='')}&title={'My first post ' * 10}"
        "&description=Some words&language=de-DE&tags=a, b ,ä&category=audio&hidden=1"
    )

    assert said is not None
    assert (len(said.title), said.description) == (100, "Some words")
    assert (said.language, said.category) == ("de_DE", "audio")
    assert (said.tags, said.hidden) == (["a", "b", "ä"], True)


@pytest.mark.parametrize("sent", [b"caf%E9+noir", "café noir".encode("latin-1")])
def test_an_old_page_s_letters_arrive(client: Client, db: None, sent: bytes) -> None:
    """Anna's page is in windows-1252, and so is what browsers send from it."""
    query = b"url=http://anna.example/" + sent.replace(b" ", b"%20") + b"&title=" + sent

    page = client.get("/submit/auto", QUERY_STRING=query.decode("latin-1"))

    submission = page.context["question"].submission
    assert submission.url.startswith("http://anna.example/caf%E9")
    assert submission.title == "café noir"


@pytest.mark.parametrize("named", ["user_id", "uid", "fid"])
def test_owners_go_by_several_words(bob: User, named: str) -> None:
    name = bob.public_id if named == "fid" else "Bob"
    said = read_auto_submit(f"https://flattr.com/submit/auto?url={POST}&{named}={name}")

    assert said is not None
    assert propose(said).owner == bob


def test_an_identifier_tells_nobody_who_has_an_account(
    bob: User, client: Client
) -> None:
    """A1: bob's address as partners wrote it."""
    link = f"/submit/auto?url={POST}&owner=email:2aff9f5a2b6f2c1a3c36ba5f2b2b2b2b"
    page = client.get(link).content.decode()

    assert "Until its author comes forward" in page
    assert "bob<" not in page


@pytest.mark.parametrize(
    "query",
    [
        f"user_id=&url={POST}",
        f"url={POST}&language=&category=&tags=&title=",
        f"url={POST}&language=JavaScript&category=poems",
        f"title=X=&tags&url={POST}",
        f"url={POST}&title=%E4%F6%FC",
        f"url={POST}&title=caf\u00e9&x",
        "&".join([f"url={POST}", *(f"a{number}=1" for number in range(500))]),
        f"url={'http://flattr.com/submit/auto?url=' * 200}{POST}",
    ],
)
def test_the_confirm_page_takes_what_there_is(
    client: Client, db: None, query: str
) -> None:
    for path in ("/submit/auto", "/submit/auto/"):
        assert client.get(path, QUERY_STRING=query).status_code in {200, 400}
    assert not Thing.objects.exists()


def test_a_link_to_the_first_flattr_leads_to_the_page_inside(
    client: Client, bob: User
) -> None:
    for path in ("/submit/auto?url=", "/share?text="):
        answer = client.get(f"{path}{quote(f'https://{LINK}', safe='')}", follow=True)

        assert "by <strong><bdi>bob</bdi>" in answer.content.decode()
        assert POST in answer.content.decode()


def test_a_link_to_the_first_flattr_proves_nothing() -> None:
    """T18: whoever takes a name here that somebody had there gets nothing by it."""
    for host in ("flattr.com", "api.flattr.com"):
        link = (
            f"https://{host}/submit/auto?{urlencode({'url': POST, 'user_id': 'bob'})}"
        )

        assert counting(f'<a href="{link}" rel="payment">x</a>', POST) == []
