"""Rob does not want flattrs, and has no account."""

from __future__ import annotations

import pytest
from django.core import mail as sent
from django.test import Client

from accounts.mail import outbox
from accounts.models import Audit, User
from buttons.clicks.flattring import AuthorRefused, flattr_thing
from buttons.models import Flattr, Promise, Refused, Thing
from buttons.proofs import refusing
from buttons.proofs.refusing import NotRefused
from flattr.database import clock
from tests.world.browsing import signed_in
from tests.world.people import person, thing_of


def waiting(slug: str) -> Thing:
    return thing_of(None, slug, proved=False)


def test_what_an_author_refused_is_not_flattred(alice: User, client: Client) -> None:
    post, other = waiting("post"), waiting("other")
    refusing.refuse(post.url, "by the page")

    with pytest.raises(AuthorRefused):
        flattr_thing(alice, post)
    flattr_thing(alice, other)

    assert Promise.objects.get().thing == other
    words = "does not want flattrs"
    for page in (
        f"/thing/{post.pk}",
        f"/claim?url={post.url}",
        f"/submit/auto?url={post.url}",
    ):
        text = signed_in(alice).get(page).content.decode()
        assert words in text, page
        assert 'name="intent"' not in text
    assert words not in client.get(f"/thing/{other.pk}").content.decode()
    assert post.title not in client.get("/discover").content.decode()


def test_a_whole_host_and_pages_nobody_knows_yet(alice: User) -> None:
    refusing.refuse("rob.example", "by its DNS")

    text = signed_in(alice).get("/submit/auto?url=https://rob.example/new").content
    assert b"does not want flattrs" in text
    text = signed_in(alice).get("/submit/auto?url=https://bob.example/new").content
    assert b"does not want flattrs" not in text
    assert not Thing.objects.exists()


def test_what_waited_is_given_up_and_the_readers_told(alice: User) -> None:
    first, second = waiting("first"), waiting("second")
    flattr_thing(alice, first)
    flattr_thing(alice, second)

    assert refusing.refuse("creators.example", "by its DNS") == 2
    assert refusing.refuse("creators.example", "by its DNS") == 0

    assert not Promise.objects.exists()
    first.refresh_from_db()
    assert first.flattrs == 0
    outbox.send_due()
    [letter] = sent.outbox
    assert letter.to == [alice.email]
    assert "First" in letter.body
    assert "Second" in letter.body


def test_who_proves_a_page_has_changed_their_mind(alice: User, bob: User) -> None:
    song = thing_of(bob, "song", proved=False)
    refusing.refuse("creators.example", "by its DNS")
    Thing.objects.update(proved_at=clock.now(), proof="by the page")

    flattr_thing(alice, song)

    assert Flattr.objects.get().thing == song


def test_staff_record_it_and_lift_it(alice: User, bob: User) -> None:
    """T42: with a reason, and only where nobody has proved anything."""
    post, song = waiting("post"), thing_of(bob, "song")
    flattr_thing(alice, post)
    dora = person("dora", is_staff=True, is_superuser=True)
    client = signed_in(dora)

    for by, thing, reason in (
        (alice, post, "a mail"),
        (dora, post, " "),
        (dora, song, "a mail"),
    ):
        with pytest.raises(NotRefused):
            refusing.refuse_page(thing, by, reason)
    page = client.post(
        f"/admin/buttons/thing/act/refuse_host/?ids={post.pk}", {"text": "a mail"},
        follow=True,
    )  # fmt: skip

    assert "1 promise given up" in page.content.decode()
    refused = Refused.objects.get()
    assert (refused.address, refused.proof) == ("creators.example", "by the operator")
    client.post(
        f"/admin/buttons/refused/act/lift/?ids={refused.pk}", {"text": "a mail"}
    )
    assert not Refused.objects.exists()
    flattr_thing(alice, Thing.objects.get(pk=post.pk))
    assert list(
        Audit.objects.filter(subject=f"refused:{refused.pk}")
        .order_by("id")
        .values_list("action", "actor__username", "reason")
    ) == [
        ("author_refused", "dora", "a mail"),
        ("refusal_lifted", "dora", "a mail"),
    ]
