"""Nina was about to flattr something when she had no budget: it is remembered on her way
through budget and payment, and she is led back to it."""

from __future__ import annotations

import re
import time

import pytest
from django.test import Client

from accounts.models import User
from buttons.clicks import errands, intents
from buttons.things.submitting import Submission
from payouts.payments import budgeting
from tests.world.people import open_budget, person, thing_of

URL = "https://creators.example/bob/low-water"
OTHERS = ["https://evil.example/", "//evil.example", "/settings", "x", "a:b:c"]


@pytest.fixture
def nina(db: None, client: Client) -> User:
    reader = person("nina")
    client.force_login(reader)
    thing_of(person("bob"), "low-water")
    return reader


@pytest.fixture
def link(nina: User) -> str:
    """As the confirm page signs it."""
    return intents.sign_submission(Submission(URL))


def page(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def test_the_confirm_page_sends_it_along(nina: User, client: Client) -> None:
    shown = page(client, f"/submit/auto?user_id=bob&url={URL}")

    found = re.search(r'href="(/budget\?link=[^"]+)"', shown)
    assert found
    budget = page(client, found[1])
    assert "You were about to flattr “<bdi>Low water</bdi>”." in budget
    assert 'name="link"' in budget


def test_it_is_remembered_once_a_form_is_sent(
    nina: User, client: Client, link: str
) -> None:
    """Reading a page remembers nothing (T48)."""
    page(client, f"/budget?link={link}")
    assert "about to flattr" not in page(client, "/budget")

    client.post("/budget", {"choice": "500", "amount": "", "link": link})

    assert "about to flattr" in page(client, "/budget")


def test_who_needs_not_pay_is_led_straight_back(
    nina: User, client: Client, link: str
) -> None:
    open_budget(nina, 0)

    answer = client.post("/budget", {"choice": "500", "amount": "", "link": link})

    there = answer.headers["Location"]
    assert there.startswith("/flattr/resume?link=")
    assert 'name="intent"' in page(client, there)


def test_the_flattr_ends_it(nina: User, client: Client, link: str) -> None:
    client.post("/budget", {"choice": "500", "amount": "", "link": link})
    open_budget(nina)
    shown = page(client, f"/flattr/resume?link={link}")
    intent = re.search(r'name="intent" value="([^"]+)"', shown)
    assert intent
    time.sleep(intents.NOT_BEFORE_SECONDS)

    assert client.post("/flattr/confirm", {"intent": intent[1]}).status_code == 303

    assert "about to flattr" not in page(client, "/budget")


def test_after_a_day_it_is_forgotten(nina: User, client: Client, link: str) -> None:
    session = client.session
    session[errands.ERRAND] = [link, int(time.time()) - errands.LASTS_SECONDS - 1]
    session.save()

    assert "about to flattr" not in page(client, "/budget")


def test_whoever_begins_with_the_next_month_is_told(
    nina: User, client: Client, link: str
) -> None:
    budgeting.choose(nina, 500, from_next=True)

    shown = page(client, f"/flattr/resume?link={link}")

    assert '<strong class="num">€5.00</strong> a month begins with' in shown
    assert "Then you can flattr this, or you begin now." in shown


@pytest.mark.parametrize("other", OTHERS)
def test_it_leads_nowhere_that_we_did_not_sign(
    nina: User, client: Client, other: str
) -> None:
    """No address that a browser names is led to (T26)."""
    client.post("/budget", {"choice": "500", "amount": "", "link": other})

    for path in ("/budget", f"/budget?link={other}"):
        assert "about to flattr" not in page(client, path)


def test_a_long_title_is_cut_on_the_button() -> None:
    label = errands.Errand("x", "What low water leaves " * 4, "/x").label

    assert "What low water leaves" in label
    assert len(re.sub("<[^>]+>", "", label)) < 80
