"""Bob's host answers with and without www: he reads which of both to use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons.models import Look, Proof
from buttons.proofs import hosts, looking, queueing
from buttons.things import submitting
from buttons.things.submitting import Submission
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Answer, Host


@pytest.fixture
def both(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Host]]:
    """Two hosts of which one is the other with www."""
    with pages.host() as plain, pages.host() as www:
        settings.PROOF_HOSTS = [plain.name, www.name]
        twins = {plain.name: www.name, www.name: plain.name}
        monkeypatch.setattr(hosts, "twin", twins.get)
        yield [plain, www]


def leads_on(host: Host, path: str, there: Host) -> None:
    to = {"Location": there.url(path)}
    host.pages[path] = Answer(status=301, headers=to)


def names(host: Host, person: User) -> None:
    host.pages[hosts.FILE] = Answer(person.public_id.encode(), kind="text/plain")


def seen(client: Client, person: User, host: Host) -> str:
    """What Bob reads once we have looked at a host for him."""
    queueing.ask_host(person, host.name)
    looking.check_due()
    client.force_login(person)
    page: str = client.get("/things/hosts").content.decode()
    assert Look.objects.get(host=host.name).reason in page
    return page


def test_a_host_that_leads_on_to_the_other_names_it(
    client: Client, bob: User, both: list[Host]
) -> None:
    plain, www = both
    leads_on(plain, hosts.FILE, www)
    names(www, bob)

    page = seen(client, bob, plain)

    assert f"{plain.name} leads on to {www.name}: use {www.name} in your" in page
    assert not Proof.objects.exists()


def test_a_host_that_the_other_leads_to_is_the_one_to_use(
    client: Client, bob: User, both: list[Host]
) -> None:
    plain, www = both
    names(plain, bob)
    plain.shows("/", "Bob")
    leads_on(www, "/", plain)

    page = seen(client, bob, plain)

    assert f"{www.name} leads on to it: use {plain.name} in your buttons" in page
    assert Proof.objects.get().host == plain.name


def test_of_two_that_answer_one_is_to_be_kept_to(
    client: Client, bob: User, both: list[Host]
) -> None:
    plain, www = both
    names(plain, bob)
    www.shows("/", "Bob")

    page = seen(client, bob, plain)

    assert f"{www.name} answers too, and is another host to us" in page
    assert f"use {plain.name} in all your buttons" in page


def test_nothing_is_said_of_a_host_that_is_not_there(
    client: Client, bob: User, both: list[Host]
) -> None:
    names(both[0], bob)

    assert both[1].name not in seen(client, bob, both[0])


def test_a_page_at_the_other_host_says_which_is_proved(
    client: Client, bob: User, both: list[Host]
) -> None:
    plain, www = both
    names(plain, bob)
    seen(client, bob, plain)
    url = www.shows("/post", "<p>A post")
    post = submitting.register(Submission(url=url, owner_name="bob"))

    looking.check_due()

    page = client.get(f"/thing/{post.pk}").content.decode()
    assert f"{plain.name} is proved, and {www.name} is another host to us" in page


def test_a_page_that_leads_on_names_the_host_to_use(
    client: Client, bob: User, both: list[Host]
) -> None:
    plain, www = both
    leads_on(plain, "/post", www)
    www.shows("/post", "<p>A post")
    submitting.register(Submission(url=plain.url("/post"), owner_name="bob"))

    looking.check_due()

    told = Look.objects.get().reason
    assert told == (
        f"{plain.name} leads on to {www.name}: use {www.name} in your buttons and links."
    )
