"""An id on a page, in a link or at a host names its owner or nobody: never somebody
who chose it for a username (A8, T18)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import User
from buttons.models import Proof, Thing
from buttons.proofs import hosts, looking, queueing
from buttons.things import submitting
from buttons.things.submitting import Submission
from tests.buttons.proofs.pages import Answer, Host
from tests.world.people import person

pytestmark = pytest.mark.django_db

# The first Flattr's ids look like ours, and stand on pages to this day.
OLD_ID = "62lgqk"


def looked_at(url: str) -> Thing:
    thing = submitting.register(Submission(url=url))
    queueing.ask_again(thing)
    looking.check_due()
    thing.refresh_from_db()
    return thing


@pytest.mark.parametrize(
    "html",
    [
        f'<meta name="flattr:id" content="{OLD_ID}">',
        f'<a href="{{site}}/submit/auto?fid={OLD_ID}&url={{page}}">Flattr this</a>',
        f'<link rel="payment" href="{{site}}/submit/auto?fid={OLD_ID}&url={{page}}">',
        f'<iframe src="{{site}}/button/view/?fid={OLD_ID}&url={{page}}"></iframe>',
    ],
)
def test_who_takes_an_id_of_the_first_flattr_for_a_name_owns_no_page_that_carries_it(
    host: Host, settings: Settings, html: str
) -> None:
    person(OLD_ID)
    url = host.url("/post")
    host.shows("/post", html.format(site=settings.SITE_URL, page=url))

    assert looked_at(url).owner is None
    assert not Proof.objects.exists()


def test_a_link_that_gives_an_id_is_for_nobody_of_that_name(
    client: Client, bob: User
) -> None:
    person(OLD_ID)
    about = "&url=https%3A%2F%2Fbob.example%2Fpost"

    shown = client.get(f"/submit/auto?fid={OLD_ID}{about}").content.decode()
    assert f"/profile/{OLD_ID}" not in shown
    read = submitting.parse({"url": "https://bob.example/post", "fid": OLD_ID})
    assert submitting.propose(read).owner is None
    read = submitting.parse({"url": "https://bob.example/post", "fid": bob.public_id})
    assert submitting.propose(read).owner == bob


def test_a_file_with_somebodys_username_proves_no_host(host: Host) -> None:
    mallory = person(OLD_ID)
    host.pages[hosts.FILE] = Answer(OLD_ID.encode(), kind="text/plain")

    queueing.ask_host(mallory, host.name)
    looking.check_due()

    assert not Proof.objects.exists()
