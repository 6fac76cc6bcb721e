"""The confirm page: a link asks, a form records, and nothing else does."""

from __future__ import annotations

import re
import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from accounts.models import User
from accounts.people import budgets
from buttons.clicks import intents
from buttons.models import Flattr, Promise, Thing, UsedIntent
from flattr import months
from flattr.database import clock
from tests.hostility import Budget
from tests.questions import Questions
from tests.world.people import open_budget, person, thing_of, travel

POST = "https://bob.example/post"


def submit_url(thing: Thing | None = None, **facts: str) -> str:
    given = {"url": thing.url if thing else POST, "user_id": "bob", **facts}
    return f"/submit/auto?{urlencode(given)}"


def signed_in(reader: User) -> Client:
    client = Client()
    client.force_login(reader)
    return client


def page(response: Any) -> str:
    """What a person reads, with blanks as on the page."""
    text: str = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def intent_in(response: Any) -> str:
    found = re.search(r'name="intent" value="([^"]+)"', response.content.decode())
    assert found, page(response)
    return found[1]


def confirm(client: Client, intent: str) -> Any:
    return client.post("/flattr/confirm", {"intent": intent})


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """People look at a page before they click; the test that hurries says so."""
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 0.0)


def test_alice_flattrs_bob_with_a_form(alice: User, bob: User) -> None:
    """A form of ours, sent with its token, records one flattr (C2)."""
    client, song = signed_in(alice), thing_of(bob, "song")

    asked = client.get(submit_url(song))
    assert "Flattr “Song”?" in page(asked)
    assert "by bob" in page(asked)
    assert song.url in page(asked)
    assert "Owner of this page · Proved by the operator" in page(asked)
    assert "Your first this month. All €10.00 would go to bob" in page(asked)

    answer = confirm(client, intent_in(asked))
    assert answer.status_code == 303
    assert Flattr.objects.get().thing == song

    done = client.get(answer.headers["Location"])
    assert "bob is in your" in page(done)
    assert "The first in your month: €10.00 as it stands." in page(done)

    client.post("/flattr/undo", {"thing": song.pk})
    assert not Flattr.objects.exists()
    assert "Not flattred" in page(client.get(answer.headers["Location"]))


def test_the_worth_is_the_split_with_one_more(
    alice: User, bob: User, carol: User
) -> None:
    client = signed_in(alice)
    dora = person("dora")
    for owner in (bob, carol):
        confirm(client, intent_in(client.get(submit_url(thing_of(owner, "first")))))

    joining = page(client.get(submit_url(thing_of(dora, "film"))))
    assert "Your 3rd creator this" in joining
    assert "Each would get €3.33 or €3.34 of your €10.00" in joining

    staying = page(client.get(submit_url(thing_of(bob, "second"))))
    assert "bob is among the 2 creators" in staying
    assert "changes no share: each gets €5.00" in staying


def test_a_budget_that_is_not_covered_says_so(bob: User, alice: User) -> None:
    assert "if your payment arrives" not in page(
        signed_in(alice).get(submit_url(thing_of(bob, "song")))
    )
    budgets.cover(alice, 0)

    asked = signed_in(alice).get(submit_url(thing_of(bob, "film")))

    assert "if your payment arrives" in page(asked)


def test_a_new_page_is_a_promise_and_becomes_a_thing(alice: User, bob: User) -> None:
    """Flattring an unknown page pays nobody until it is proved (T18)."""
    client = signed_in(alice)
    asked = client.get(submit_url(title="My post", tags="a,b"))
    assert "Not proved yet" in page(asked)
    assert "moves no money" in page(asked)
    assert not Thing.objects.exists()

    confirm(client, intent_in(asked))

    made = Thing.objects.get()
    assert (made.title, made.owner, made.tags) == ("My post", bob, ["a", "b"])
    assert Promise.objects.get().thing == made
    assert not Flattr.objects.exists()
    assert "promised a flattr" in page(client.get(submit_url()))


def test_a_page_of_nobody_says_so(alice: User) -> None:
    asked = page(signed_in(alice).get(f"/submit/auto?url={POST}&user_id=stranger"))

    assert "Nobody here is called “ stranger ”." in asked
    assert "Until its author comes forward your flattr waits" in asked


@pytest.mark.parametrize("method", ["get", "head"])
def test_asking_again_and_again_changes_nothing(
    alice: User, bob: User, method: str, budget: Budget
) -> None:
    """GET and HEAD requests leave no row (T48): forty each, with `--all` a thousand."""
    client = signed_in(alice)
    addresses = [submit_url(thing_of(bob, "song")), submit_url(title="New")]
    tables = ["thing", "flattr", "promise", "used_intent", "session"]

    def rows() -> list[int]:
        with connection.cursor() as cursor:
            counts = []
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                counts.append(cursor.fetchone()[0])
        return counts

    before = rows()
    with CaptureQueriesContext(connection) as asked:
        for address in addresses * budget(20, 250, 250):
            getattr(client, method)(address)

    assert rows() == before
    changing = [
        query["sql"]
        for query in asked
        if query["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}
        and "session" not in query["sql"]
    ]
    assert changing == []


def test_the_page_asks_few_questions_however_long_the_month(
    alice: User, bob: User
) -> None:
    client = signed_in(alice)
    client.get(submit_url())

    def questions() -> int:
        address = submit_url(thing_of(bob, f"song-{time.monotonic_ns()}"))
        with Questions() as asked:
            client.get(address)
        return asked.count

    before = questions()
    for number in range(12):
        creator = person(f"creator{number}")
        link = submit_url(thing_of(creator, "thing"))
        confirm(client, intent_in(client.get(link)))

    assert questions() == before


# --- Who cannot


def test_one_s_own_thing_has_no_button(bob: User) -> None:
    """The confirm page says why it shows no button (C4)."""
    open_budget(bob)

    asked = signed_in(bob).get(submit_url(thing_of(bob, "song")))

    assert "This is your own thing" in page(asked)
    assert b'name="intent"' not in asked.content


def test_without_a_budget_the_page_says_what_to_do(bob: User, carol: User) -> None:
    """The confirm page leads to the budget instead of a button (C4)."""
    asked = signed_in(carol).get(submit_url(thing_of(bob, "song")))
    assert "Choose a budget" in page(asked)

    open_budget(carol, paid=0)
    asked = signed_in(carol).get(submit_url(thing_of(bob, "film")))
    assert "no payment has arrived yet" in page(asked)
    assert b'name="intent"' not in asked.content


def test_what_was_flattred_before_offers_undo(alice: User, bob: User) -> None:
    client, song = signed_in(alice), thing_of(bob, "song")
    confirm(client, intent_in(client.get(submit_url(song))))

    again = client.get(submit_url(song))

    assert "You have flattred this in" in page(again)
    assert "Undo" in page(again)


def test_a_suspended_thing_has_no_button(alice: User, bob: User) -> None:
    song = thing_of(bob, "song")
    Thing.objects.filter(pk=song.pk).update(suspended_at=clock.now())

    asked = signed_in(alice).get(submit_url(song))

    assert "suspended" in page(asked)
    assert b'name="intent"' not in asked.content


def test_signed_out_the_way_leads_back(client: Client, alice: User, bob: User) -> None:
    asked = client.get(submit_url(title="My <b>post", tags="a,b"))
    assert b'name="intent"' not in asked.content
    link = re.search(r'href="(/account/login/[^"]+)"', asked.content.decode())
    assert link
    there = parse_qs(urlsplit(link[1]).query)["next"][0]
    assert there.startswith("/flattr/resume?link=")

    client.force_login(alice)
    back = client.get(there)

    assert "“My &lt;b&gt;post”" in page(back)
    confirm(client, intent_in(back))
    assert Thing.objects.get().tags == ["a", "b"]


def test_a_link_that_is_not_ours_leads_nowhere(client: Client, db: None) -> None:
    """A forged way back is not followed (T26)."""
    answer = client.get("/flattr/resume?link=https://evil.example/")

    assert answer.status_code == 400


def test_an_address_that_cannot_be_read_says_why(client: Client, db: None) -> None:
    """The page shows the address and the reason (T21)."""
    answer = client.get("/submit/auto?url=https://good.example%5C@evil.example/")

    assert answer.status_code == 400
    assert "backslash" in page(answer)


# --- Forms that are refused


def test_a_form_sent_in_the_first_instant_asks_again(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A form that comes back within 400 ms records nothing (T23)."""
    client, song = signed_in(alice), thing_of(bob, "song")

    # An instant that a slow machine does not miss.
    monkeypatch.setattr(intents, "NOT_BEFORE_SECONDS", 60.0)
    hasty = confirm(client, intent_in(client.get(submit_url(song))))
    assert hasty.status_code == 409
    assert "Please confirm once more" in page(hasty)
    assert not Flattr.objects.exists()

    monkeypatch.undo()
    assert intents.NOT_BEFORE_SECONDS == 0.4
    time.sleep(0.45)
    assert confirm(client, intent_in(hasty)).status_code == 303
    assert Flattr.objects.count() == 1


def test_a_form_works_once(alice: User, bob: User) -> None:
    client, song = signed_in(alice), thing_of(bob, "song")
    intent = intent_in(client.get(submit_url(song)))
    confirm(client, intent)
    client.post("/flattr/undo", {"thing": song.pk})

    again = confirm(client, intent)

    assert again.status_code == 409
    assert "works only once" in page(again)
    assert not Flattr.objects.exists()
    assert UsedIntent.objects.count() == 1


def test_an_old_form_asks_again(alice: User, bob: User) -> None:
    client = signed_in(alice)
    intent = intent_in(client.get(submit_url(title="Kept")))

    with time_machine.travel(time.time() + intents.LASTS_SECONDS + 1):
        late = confirm(client, intent)

    assert late.status_code == 409
    assert "“Kept”" in page(late)
    assert not Thing.objects.exists()


def test_a_form_of_somebody_else_asks_again(
    alice: User, bob: User, carol: User
) -> None:
    open_budget(carol)
    song = thing_of(bob, "song")
    intent = intent_in(signed_in(alice).get(submit_url(song)))

    answer = confirm(signed_in(carol), intent)

    assert "You are signed in as carol" in page(answer)
    assert not Flattr.objects.exists()


def test_a_forged_form_is_refused(alice: User, bob: User) -> None:
    client = signed_in(alice)
    intent = intent_in(client.get(submit_url()))

    for forged in [
        "",
        "x",
        intent[:-2],
        intents.sign_submission(intents.parse(intent).submission),
    ]:
        assert confirm(client, forged).status_code == 400
    assert not Thing.objects.exists()


def test_signed_out_meanwhile_the_form_leads_to_the_login(
    client: Client, alice: User, bob: User
) -> None:
    intent = intent_in(signed_in(alice).get(submit_url()))

    answer = confirm(client, intent)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/?next=%2Fflattr%2F")


def test_proof_that_came_meanwhile_asks_again(
    alice: User, bob: User, carol: User
) -> None:
    """When the owner changed since the page was shown, it is shown anew (T18)."""
    client, song = signed_in(alice), thing_of(carol, "song", proved=False)
    intent = intent_in(client.get(submit_url(song, user_id="carol")))
    Thing.objects.filter(pk=song.pk).update(owner=bob, proved_at=clock.now())

    answer = confirm(client, intent)

    assert answer.status_code == 409
    assert "by bob" in page(answer)
    assert not Flattr.objects.exists()


def test_only_a_form_of_ours_records(alice: User, bob: User) -> None:
    """Without token, from another origin or with a used intent nothing is recorded (C2,
    T24)."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    intent = intent_in(client.get(submit_url()))

    assert confirm(client, intent).status_code == 403
    assert client.get("/flattr/confirm").status_code == 405
    elsewhere = Client(headers={"Origin": "https://evil.example"})
    elsewhere.force_login(alice)
    assert confirm(elsewhere, intent).status_code == 403
    assert not Thing.objects.exists()


def test_a_form_of_last_month_asks_again(own_database: str) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    client, song = signed_in(alice), thing_of(bob, "song")
    intent = intent_in(client.get(submit_url(song)))
    travel(months.end(clock.period()) + timedelta(minutes=1))

    answer = confirm(client, intent)

    assert answer.status_code == 409
    assert "A new month has begun" in page(answer)
    assert not Flattr.objects.exists()
    assert not UsedIntent.objects.exists()


def test_undo_goes_back_to_pages_of_ours_only(alice: User, bob: User) -> None:
    """After undo a foreign address is not followed (T26)."""
    client, song = signed_in(alice), thing_of(bob, "song")

    for there, leads in [
        ("/month", "/month"),
        ("//evil.example", f"/flattr/done/{song.pk}"),
        ("https://evil.example", f"/flattr/done/{song.pk}"),
        ("/\\evil.example", f"/flattr/done/{song.pk}"),
    ]:
        answer = client.post("/flattr/undo", {"thing": song.pk, "next": there})
        assert answer.headers["Location"] == leads
    assert client.post("/flattr/undo", {"thing": "٣"}).status_code == 404
    assert client.post("/flattr/undo", {"thing": "9" * 30}).status_code == 404


@pytest.mark.parametrize("address", ["/submit/auto?url=https://a.example/", "/button"])
def test_no_page_may_be_framed(client: Client, address: str, db: None) -> None:
    """Every page of the click refuses to be framed (T22)."""
    answer = client.get(address)

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_under_the_other_policy_the_worth_is_by_things(
    alice: User, bob: User, settings: Settings
) -> None:
    settings.POLICY = "thing"
    client = signed_in(alice)
    confirm(client, intent_in(client.get(submit_url(thing_of(bob, "song")))))

    asked = page(client.get(submit_url(thing_of(bob, "film"))))

    assert "Your 2nd thing this" in asked
    assert "€5.00 of your €10.00" in asked
