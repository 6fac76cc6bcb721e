"""Bob has us look for his button on his page before anybody has clicked it."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from celery import current_app
from django.test import Client
from django.utils.html import escape
from kombu.exceptions import OperationalError
from pytest_django import Settings

from accounts.models import User
from accounts.signing_in.attempts import Limit
from buttons import tasks
from buttons.checks import page_answers, page_checks
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Look, Outcome, PageCheck, Promise, Proof, Thing
from buttons.proofs import queueing
from buttons.things import submitting
from buttons.things.snippets import auto_submit
from buttons.things.submitting import Submission
from flattr.database import clock
from payouts import tasks as minute
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Answer, Host
from tests.world.browsing import signed_in

pytestmark = pytest.mark.usefixtures("woken")


def button(owner: str, url: str, title: str = "") -> str:
    about = Submission(url=url, owner_name=owner, title=title)
    return f'<a href="{auto_submit(about).replace("&", "&amp;")}">Flattr this</a>'


def checked(person: User, url: str) -> PageCheck:
    page_checks.ask(person, Submission(url=url, owner_name=person.username))
    assert page_answers.answer_due() == 1
    return PageCheck.objects.get(person=person, url=url)


def test_a_button_is_found_before_anybody_clicked(
    bob: User, host: Host, client: Client, django_capture_on_commit_callbacks: object,
    woken: list[str],
) -> None:  # fmt: skip
    """T18 holds as after a click: the thing is made as its button says, and proved."""
    url = host.url("/spring")
    host.shows("/spring", button("bob", url, "Spring notes"))
    client.force_login(bob)
    form = f"/button?url={quote(url, safe='')}&title=As+typed"
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        answer = client.post("/button/check", {"url": url, "title": "x", "next": form})
    assert answer["Location"] == f"{form}#check"
    assert woken == ["buttons.check_pages"]
    assert not Thing.objects.exists()
    text = client.get(form).content.decode()
    assert "We are looking at" in text
    # An address with a fragment would not be loaded again.
    assert f'content="3;url={escape(form)}"' in text
    assert f'<a href="{escape(form)}">Look again</a>' in text

    tasks.check_pages()

    thing = Thing.objects.get()
    assert (thing.title, thing.owner, thing.proved) == ("Spring notes", bob, True)
    assert Proof.objects.get().kind == "button"
    text = re.sub(r"<[^>]+>|\s+", " ", client.get(form).content.decode())
    assert re.search(r"Found your button on +localhost:\d+/spring", text)
    assert "It is yours." in text
    assert "Read on" in text


def test_what_waited_for_its_author_is_kept_at_once(
    bob: User, alice: User, host: Host
) -> None:
    url = host.shows("/post", button("bob", host.url("/post")))
    post = submitting.register(Submission(url=url))
    assert isinstance(flattr_thing(alice, post), Promise)
    page_checks.ask(bob, Submission(url=url, owner_name="bob"))

    tasks.check_pages()

    assert Flattr.objects.get().creator == bob


@pytest.mark.parametrize(
    ("html", "outcome", "fact"),
    [
        ("<p>Nothing", Outcome.NOBODY, ("bytes", 10)),
        ("{carol}", Outcome.OTHERS, ("names", ["carol"])),
        ("{bob}{carol}", Outcome.SEVERAL, ("names", ["bob", "carol"])),
        ("{nobody}", Outcome.UNKNOWN, ("names", ["bbo"])),
        ("{elsewhere}", Outcome.DISCOUNTED, ("names", [])),
        ('<meta name="flattr:id" content="none">', Outcome.REFUSED, ("names", None)),
    ],
)
def test_what_stands_there_instead(
    bob: User, carol: User, host: Host, html: str, outcome: str, fact: tuple[str, object]
) -> None:  # fmt: skip
    url = host.url("/post")
    facts = {
        **{name: button(name, url) for name in ("bob", "carol")},
        "nobody": button("bbo", url),
        "elsewhere": button("bob", host.url("/other")),
    }
    host.shows("/post", html.format(**facts) if "{" in html else html)

    check = checked(bob, url)

    assert check.outcome == outcome
    assert check.facts.get(fact[0]) == fact[1]
    assert not Thing.objects.exists()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Answer(status=404), Outcome.GONE),
        (Answer(status=503), Outcome.FAILED),
        (Answer(status=403), Outcome.LOGIN),
        (Answer(status=302, headers={"Location": "/wp-login.php?to=a"}), Outcome.LOGIN),
        (Answer(b"%PDF", kind="application/pdf"), Outcome.NO_PAGE),
        (
            Answer(status=302, headers={"Location": "https://moved.invalid/"}),
            Outcome.UNREACHED,
        ),
    ],
)
def test_why_there_was_nothing_to_read(
    bob: User, host: Host, answer: Answer, outcome: str
) -> None:
    host.pages["/post"] = answer
    host.shows("/wp-login.php?to=a", "<form>Who are you?")

    assert checked(bob, host.url("/post")).outcome == outcome
    assert not Thing.objects.exists()


def test_an_address_that_leads_to_another_host(
    bob: User, host: Host, settings: Settings
) -> None:
    with pages.host() as other:
        settings.PROOF_HOSTS = [host.name, other.name]
        there = other.shows("/post", button("bob", other.url("/post")))
        host.pages["/post"] = Answer(status=301, headers={"Location": there})

        check = checked(bob, host.url("/post"))

    assert (check.outcome, check.facts["there"]) == (Outcome.ELSEWHERE, there)


def test_the_name_of_somebody_who_is_not_to_be_seen_is_not_told(
    bob: User, carol: User, host: Host
) -> None:
    User.objects.filter(pk=carol.pk).update(suspended_at=clock.now())
    url = host.shows("/post", button("carol", host.url("/post")))

    assert checked(bob, url).facts["names"] == []


def test_what_is_proved_to_be_anothers_is_not_looked_at(
    bob: User, carol: User, host: Host
) -> None:
    url = host.shows("/post", button("carol", host.url("/post")))
    assert checked(carol, url).outcome == Outcome.YOURS
    host.shows("/post", button("bob", url))
    asked = len(host.asked)

    check = checked(bob, url)

    assert (check.outcome, check.facts["names"]) == (Outcome.PROVED_OTHERS, ["carol"])
    assert len(host.asked) == asked
    assert Thing.objects.get().owner == carol


def test_a_proof_outlasts_a_host_in_trouble(bob: User, host: Host) -> None:
    url = host.shows("/post", button("bob", host.url("/post")))
    assert checked(bob, url).outcome == Outcome.YOURS
    host.pages["/post"] = Answer(status=503)

    check = checked(bob, url)

    assert (check.outcome, check.facts["stays"]) == (Outcome.FAILED, True)
    assert Thing.objects.get().proved
    assert Look.objects.get().failures == 1


def test_a_bad_address_and_too_many_tries_keep_what_was_typed(
    bob: User, host: Host, client: Client
) -> None:
    client.force_login(bob)
    answer = client.post("/button/check", {"url": "my blog", "next": "/button"})
    assert answer.status_code == 400
    assert 'value="my blog"' in answer.content.decode()

    for number in range(page_checks.OF_PERSON.burst):
        page = host.url(f"/{number}")
        assert client.post("/button/check", {"url": page}).status_code == 302
    last = host.url("/last")
    answer = client.post("/button/check", {"url": last, "next": "/button"})

    assert answer.status_code == 429
    assert f'value="{last}"' in answer.content.decode()
    assert PageCheck.objects.count() == page_checks.OF_PERSON.burst


def test_no_host_is_asked_by_many_people_at_once(
    bob: User, carol: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_checks, "OF_HOST", Limit(burst=1, every=30))
    page_checks.ask(bob, Submission(url="https://blog.example/a"))
    with pytest.raises(page_checks.AskedTooOften):
        page_checks.ask(carol, Submission(url="https://blog.example/b"))
    page_checks.ask(carol, Submission(url="https://other.example/"))


def test_asking_twice_is_asking_once(bob: User, host: Host) -> None:
    url = host.shows("/post", "<p>Nothing")
    for _ in range(3):
        page_checks.ask(bob, Submission(url=url))

    assert page_answers.answer_due() == 1
    assert [path for path, _ in host.asked].count("/post") == 1


def test_a_worker_that_died_is_replaced(bob: User, host: Host) -> None:
    page_checks.ask(bob, Submission(url=host.shows("/post", "<p>Nothing")))
    assert page_checks.claim() is not None
    assert page_checks.claim() is None

    PageCheck.objects.update(due_at=clock.now() - timedelta(seconds=1))

    assert page_answers.answer_due() == 1


def test_without_a_broker_the_next_minute_checks_it(
    bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError

    monkeypatch.setattr(current_app, "send_task", away)
    page_checks.ask(bob, Submission(url=host.url("/post")))
    queueing.wake()
    called: list[object] = []
    monkeypatch.setattr(minute, "call", lambda task, *_: called.append(task))

    minute.tick()

    assert tasks.check_pages in called


def test_only_the_newest_are_kept(bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_checks, "MOST_KEPT", 2)
    for number in range(4):
        page_checks.ask(bob, Submission(url=f"https://bob.example/{number}"))

    kept = PageCheck.objects.order_by("url").values_list("url", flat=True)
    assert list(kept) == ["https://bob.example/2", "https://bob.example/3"]


def test_nobody_reads_the_answers_of_others(bob: User, carol: User, host: Host) -> None:
    url = host.shows("/post", "<p>Nothing")
    checked(bob, url)

    page = f"/button/check?url={quote(url, safe='')}"
    assert "found no button of yours" in signed_in(bob).get(page).content.decode()
    assert "found no button" not in signed_in(carol).get(page).content.decode()
