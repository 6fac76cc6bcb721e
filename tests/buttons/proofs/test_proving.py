"""Bob lets us look at his page and at his host, and reads what we saw."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest
from django.core import mail as django_mail
from django.test import Client
from django.urls import reverse

from accounts.mail import outbox
from accounts.models import Outbox, User
from buttons.models import Look, Thing
from buttons.proofs import settling
from buttons.proofs.settling import Finding
from buttons.things import submitting
from buttons.things.submitting import Submission
from tests.world.browsing import signed_in

PAGE = "https://bob.example/post"


@pytest.fixture
def post(bob: User) -> Thing:
    return submitting.register(Submission(url=PAGE, owner_name="bob"))


def text_of(client: Client, address: str) -> str:
    return re.sub(r"\s+", " ", client.get(address).content.decode())


def test_bob_reads_what_was_seen_and_how_else_to_prove_it(
    client: Client, bob: User, post: Thing
) -> None:
    settling.settle(post.look, Finding(None, "", "bob.example could not be reached."))
    client.force_login(bob)

    text = text_of(client, f"/thing/{post.pk}")

    assert "Check my page now" in text
    assert "bob.example could not be reached." in text
    assert f"/claim?url={quote(PAGE, safe='')}" in text


def test_only_its_owner_reads_why(client: Client, carol: User, post: Thing) -> None:
    client.force_login(carol)

    assert "Check my page now" not in text_of(client, f"/thing/{post.pk}")


def test_who_claims_a_page_may_have_it_looked_at(
    client: Client, carol: User, post: Thing
) -> None:
    client.force_login(carol)

    assert "Check my page now" in text_of(client, f"/claim?url={PAGE}")
    assert "Check my page now" in text_of(client, f"/claim?url={PAGE}/unknown")


def test_pages_say_how_it_is_proved(client: Client, bob: User, post: Thing) -> None:
    for address in (f"/thing/{post.pk}", f"/submit/auto?url={PAGE}"):
        assert "not proved yet" in text_of(client, address).lower()
    # His profile shows such things to himself alone.
    assert "not proved yet" not in text_of(client, "/profile/bob").lower()
    assert "not proved yet" in text_of(signed_in(bob), "/profile/bob").lower()

    settling.settle(post.look, Finding(bob, "button", "The page names bob."))

    for address in (f"/thing/{post.pk}", f"/submit/auto?url={PAGE}", "/profile/bob"):
        text = text_of(client, address)
        assert "Proved by the button on the page" in text
        assert "not proved" not in text.lower()


def test_bob_proves_a_whole_host(client: Client, bob: User) -> None:
    address = reverse("buttons:hosts")
    client.force_login(bob)
    assert f"flattr={bob.public_id}" in text_of(client, address)

    client.post(address, {"host": "Blog.Bob.Example"})

    look = Look.objects.get()
    assert (look.host, look.person) == ("blog.bob.example", bob)
    assert "We check it within a minute" in text_of(client, address)
    settling.settle_host(look, Finding(None, "", "Its DNS says nothing."))
    assert "Its DNS says nothing." in text_of(client, address)
    settling.settle_host(look, Finding(bob, "dns", "Its DNS says so."))
    assert "Proved by its host’s DNS" in text_of(client, address)


@pytest.mark.parametrize("host", ["github.com", "co.uk", "localhost:22", "a b", ""])
def test_a_host_that_cannot_be_proved_is_answered_beside_its_field(
    client: Client, bob: User, host: str
) -> None:
    client.force_login(bob)

    answer = client.post(reverse("buttons:hosts"), {"host": host})

    assert answer.status_code == 400
    assert not Look.objects.exists()


def test_bob_is_told_that_a_proof_is_lost(bob: User, post: Thing) -> None:
    settling.settle(post.look, Finding(bob, "button", "The page names bob."))
    settling.settle(post.look, Finding(None, "", "The page names nobody."))

    outbox.send_due()

    [message] = django_mail.outbox
    assert message.to == [bob.email]
    assert message.subject == "We no longer see that “bob.example/post” is yours"
    assert "The page names nobody." in str(message.body)


def test_what_befalls_many_pages_at_once_is_one_mail_to_each(
    bob: User, carol: User
) -> None:
    pages = [
        submitting.register(
            Submission(f"{PAGE}/{number}", "bob", title=f"Post {number}")
        )
        for number in range(12)
    ]
    for page in pages:
        settling.settle(page.look, Finding(bob, "button", "The page names bob."))
    for page in pages[:9]:
        settling.settle(page.look, Finding(None, "", f"{page.title} names nobody."))
    for page in pages[9:]:
        settling.settle(page.look, Finding(carol, "meta", "The page names carol."))

    outbox.send_due()

    told = {one.subject: one for one in django_mail.outbox}
    assert set(told) == {
        "We no longer see that 9 pages are yours",
        "3 pages now belong to carol",
        "3 pages are proved to be yours",
    }
    lost = str(told["We no longer see that 9 pages are yours"].body)
    assert all(f"“Post {n}”: Post {n} names nobody." in lost for n in range(9))
    settling.settle(pages[9].look, Finding(None, "", "It names nobody any more."))
    outbox.send_due()
    assert django_mail.outbox[-1].subject == "We no longer see that “Post 9” is yours"
    assert len(django_mail.outbox) == 4


def test_both_sides_of_a_takeover_are_told(bob: User, carol: User, post: Thing) -> None:
    settling.settle(post.look, Finding(bob, "button", "The page names bob."))
    settling.settle(post.look, Finding(carol, "meta", "The page names carol."))

    outbox.send_due()

    subjects = {(one.to[0], one.subject) for one in django_mail.outbox}
    assert subjects == {
        (bob.email, "“bob.example/post” now belongs to carol"),
        (carol.email, "“bob.example/post” is proved to be yours"),
    }
    assert all(f"/thing/{post.pk}" in str(one.body) for one in django_mail.outbox)
    [to_bob] = [one for one in django_mail.outbox if one.to == [bob.email]]
    assert "looks at your next payout" in str(to_bob.body)
    assert not Outbox.objects.filter(sent_at=None).exists()
