"""Alice pastes what she reads, sees who would get it, and flattrs it."""

from __future__ import annotations

import time
from io import BytesIO
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.signing_in.attempts import Limit
from buttons.anywhere import flattring_many, list_forms, pasting
from buttons.models import Flattr, Pasted, PastedAddress, Promise, Reading, Thing
from buttons.models.programs import Subscription
from flattr import months
from flattr.database import clock
from tests.buttons.anywhere.lists import (
    button,
    form_in,
    look_at_pages,
    opml,
    paste,
    paste_file,
    press,
    read_all,
    row_of,
    rss,
    said,
    show,
    words,
)
from tests.buttons.proofs.pages import Answer, Host
from tests.hostility import Budget
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.people import open_budget, person, thing_of

PROSE = "I read a lot this year.\nAnd I liked all of it."


def test_alice_sees_that_a_blog_is_bobs_before_she_flattrs_it(
    alice: User, bob: User, host: Host, woken: list[str],
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    url = host.shows("/spring", button("bob", host.url("/spring")))
    client = signed_in(alice)

    there = paste(client, f"Read this: {url}!")
    text = show(client, there)
    assert "We are looking at it." in words(text)
    assert f'content="4;url={there}"' in text
    assert read_all() == 1

    text = show(client, there)
    assert "We have looked at it." in words(text)
    assert "The page names bob." in words(text)
    assert 'href="/@bob"' in text
    assert not Thing.objects.exists(), "looking makes nothing"
    form = {"once": row_of(url), "form": form_in(text)}
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"{there}/give", form)
    assert (answer.status_code, answer.headers["Location"]) == (303, there)
    assert woken == ["buttons.check_pages"]
    assert "You promised 1 page a flattr" in words(show(client, there))
    assert Promise.objects.get().thing.url == url

    look_at_pages()

    assert Flattr.objects.get().creator == bob
    assert "flattred" in words(show(client, there))


def test_all_of_an_opml_at_once(alice: User, bob: User, host: Host) -> None:
    """What is proved is flattred, the rest promised; and all of it is taken back."""
    mine = thing_of(bob, "song")
    Thing.objects.filter(pk=mine.pk).update(url=host.url("/song"))
    feeds = [("A song", host.shows("/song", "<title>Song</title>"))]
    feeds += [
        (f"Feed {number}", host.shows(f"/{number}", "<p>")) for number in range(3)
    ]
    client = signed_in(alice)
    there = paste(client, opml(feeds))
    assert "0 of 4 looked at." in words(show(client, there))
    assert 'name="chosen"' not in show(client, there)
    read_all()
    text = words(show(client, there))
    assert "We have looked at all 4." in text
    assert "For 1 there is somebody here who gets it." in text
    assert "For 3 there is nobody yet." in text

    answer = press(client, there)

    assert answer.status_code == 303
    told = words(show(client, there))
    assert "You flattred 1 page. You promised 3 pages a flattr each" in told
    assert Flattr.objects.get().creator == bob
    titles = Promise.objects.order_by("pk").values_list("thing__title", flat=True)
    assert list(titles) == ["Feed 0", "Feed 1", "Feed 2"]

    client.post(f"{there}/back")

    assert "You have taken back what you gave 4 pages." in words(show(client, there))
    assert not Flattr.objects.exists()
    assert not Promise.objects.exists()


def test_what_was_given_before_the_list_stays(alice: User, host: Host) -> None:
    url = host.shows("/post", "<title>x</title>")
    client = signed_in(alice)
    first = paste(client, url)
    read_all()
    press(client, first, once=row_of(url))

    there = paste(client, url)

    text = words(show(client, there))
    assert "promised" in text
    assert "From this list" not in text
    client.post(f"{there}/back")
    assert Promise.objects.exists()
    assert "From this list you flattr 1 page" in words(show(client, first))


def test_every_month_and_taken_back(alice: User, bob: User, host: Host) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(2)]
    client = signed_in(alice)
    there = paste(client, "\n".join(urls))
    read_all()

    press(client, there, "monthly")

    assert "You flattr 2 pages every month" in words(show(client, there))
    assert Subscription.objects.filter(reader=alice).count() == 2
    # One that she had before stays.
    before = Subscription.objects.earliest("pk")
    Subscription.objects.filter(pk=before.pk).update(
        created_at=before.created_at.replace(year=2020)
    )
    press(client, there, once=row_of(before.thing.url))
    client.post(f"{there}/back")
    assert Subscription.objects.get() == before
    assert not Promise.objects.exists()


def test_one_row_by_itself_and_undone(alice: User, host: Host) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(3)]
    client = signed_in(alice)
    there = paste(client, "\n".join(urls))
    read_all()

    press(client, there, once=row_of(urls[1]))

    assert Promise.objects.get().thing.url == urls[1]
    undo = {"thing": Promise.objects.get().thing_id, "next": there}
    assert client.post("/flattr/undo", undo).headers["Location"] == there
    assert not Promise.objects.exists()


def test_only_what_is_chosen(alice: User, host: Host) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(3)]
    client = signed_in(alice)
    there = paste(client, "\n".join(urls))
    read_all()

    press(client, there, chosen=[row_of(urls[2])])

    assert [promise.thing.url for promise in Promise.objects.all()] == [urls[2]]
    assert show(client, f"{there}?choose=none").count(" checked") == 0
    answer = press(client, there, chosen=[])
    assert answer.status_code == 303
    assert "Nothing was chosen." in words(show(client, there))


def test_a_form_works_once(alice: User, host: Host) -> None:
    url = host.shows("/post", "<title>x</title>")
    client = signed_in(alice)
    there = paste(client, url)
    read_all()
    form = {"once": row_of(url), "form": form_in(show(client, there))}
    assert client.post(f"{there}/give", form).status_code == 303
    client.post(f"{there}/back")

    again = client.post(f"{there}/give", form)

    assert again.status_code == 409
    assert "This form was sent before; it works only once." in said(again)
    assert not Promise.objects.exists()


def test_a_form_is_for_one_list_and_person_and_not_made_up(
    alice: User, bob: User, host: Host
) -> None:
    open_budget(bob)
    url = host.shows("/post", "<title>x</title>")
    hers, his = signed_in(alice), signed_in(bob)
    mine, theirs = paste(hers, url), paste(his, url)
    read_all()
    form = form_in(show(his, theirs))

    for sent in (form, "made up", ""):
        row = PastedAddress.objects.get(pasted__person=alice).pk
        answer = hers.post(f"{mine}/give", {"once": row, "form": sent})
        assert answer.status_code == 400
    assert not Promise.objects.exists()


def test_who_proves_it_meanwhile_is_shown_first(
    alice: User, bob: User, host: Host
) -> None:
    url = host.shows("/post", "<title>x</title>")
    client = signed_in(alice)
    there = paste(client, url)
    read_all()
    form = {"once": row_of(url), "form": form_in(show(client, there))}
    thing = thing_of(bob, "post")
    Thing.objects.filter(pk=thing.pk).update(url=url)

    client.post(f"{there}/give", form)

    assert "Of 1 page we learned just now whose it is." in words(show(client, there))
    assert not Flattr.objects.exists()


def test_a_list_is_nobody_elses(alice: User, bob: User, host: Host) -> None:
    there = paste(signed_in(alice), host.shows("/post", "<title>x</title>"))
    others = signed_in(bob)

    assert others.get(there).status_code == 404
    for what in ("give", "back", "forget"):
        assert others.post(f"{there}/{what}").status_code == 404
    assert Client().get(there).headers["Location"].startswith("/account/login/")
    assert Pasted.objects.exists()


def test_forgotten_at_once(alice: User, host: Host) -> None:
    client = signed_in(alice)
    there = paste(client, host.shows("/post", "<title>x</title>"))
    assert there in show(client, "/anywhere")

    answer = client.post(f"{there}/forget", follow=True)

    assert "is forgotten" in said(answer)
    assert there not in answer.content.decode()
    assert client.get(there).status_code == 404
    assert not PastedAddress.objects.exists()
    assert read_all() == 0, "nobody waits for it"


def test_her_own_page_carols_and_one_that_wants_nothing(
    alice: User, carol: User, host: Host
) -> None:
    mine = host.shows("/mine", button("alice", host.url("/mine")))
    hers = host.shows("/hers", button("carol", host.url("/hers")))
    none = host.shows("/none", '<meta name="flattr:id" content="none">')
    client = signed_in(alice)
    there = paste(client, "\n".join([mine, hers, none]))
    read_all()

    text = words(show(client, there))

    assert "This is yours, so you cannot flattr it." in text
    assert "The page names carol." in text
    assert "Its author does not want flattrs" in text
    for url in (mine, hers, none):
        press(client, there, once=row_of(url))
    assert [promise.thing.url for promise in Promise.objects.all()] == [hers]


def test_whoever_is_suspended_is_not_shown(
    alice: User, carol: User, host: Host
) -> None:
    url = host.shows("/hers", button("carol", host.url("/hers")))
    client = signed_in(alice)
    there = paste(client, url)
    read_all()
    User.objects.filter(pk=carol.pk).update(suspended_at=clock.now())

    text = show(client, there)

    assert "Nobody here yet" in words(text)
    assert "/@carol" not in text
    assert "names carol" not in text


def test_names_that_were_found_are_text(alice: User, host: Host) -> None:
    """Who was found is never shown as somebody who is here."""
    people = '<podcast:person role="guest">bob</podcast:person>'
    person("bob")
    host.pages["/feed"] = Answer(rss("Tides", "", people).encode(), "text/xml")
    client = signed_in(alice)
    there = paste(client, host.url("/feed"))
    read_all()

    text = show(client, there)

    assert "podcast:person in its feed: bob (guest)" in words(text)
    assert "Nobody here yet" in words(text)
    assert "/@bob" not in text


def test_a_list_at_an_address_adds_what_it_names(alice: User, host: Host) -> None:
    """One level only: a list within a list is a list, and no more."""
    inner = opml([("Deep", host.url("/deep"))])
    host.pages["/inner.opml"] = Answer(inner.encode(), "text/x-opml")
    outer = opml(
        [
            ("Inner", host.url("/inner.opml")),
            ("A", host.shows("/a", "<title>A</title>")),
        ]
    )
    host.pages["/outer.opml"] = Answer(outer.encode(), "text/x-opml")
    client = signed_in(alice)

    there = paste(client, host.url("/outer.opml"))
    read_all()

    urls = PastedAddress.objects.order_by("place").values_list(
        "reading__url", flat=True
    )
    assert list(urls) == [
        host.url(f"/{name}") for name in ("outer.opml", "inner.opml", "a")
    ]
    assert words(show(client, there)).count("It is a list.") == 2
    assert Pasted.objects.get().title == "What I follow"
    # Whoever pastes it next has all of it at once.
    client.post("/anywhere", {"text": host.url("/outer.opml")})
    assert Pasted.objects.latest("pk").addresses.count() == 3


def test_a_file(alice: User, host: Host) -> None:
    url = host.shows("/a", "<title>A</title>")
    client = signed_in(alice)

    for body in (
        opml([("A", url)], title="").encode(),
        opml([("A", url)]).encode("utf-16"),
    ):
        there = paste_file(client, "mine.opml", body)
        assert f"/anywhere/{Pasted.objects.latest('pk').pk}" == there
        assert Pasted.objects.latest("pk").addresses.count() == 1

    assert Pasted.objects.earliest("pk").title == "mine.opml"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Please paste something first."),
        ("nonsense", "That is not a web address."),
        (PROSE, "We found no address in it."),
        ("<opml><body>", "It could not be read."),
        ("http://127.1/", "number where its host should be"),
        ("https://a.example:444/", "a port other than 80 and 443"),
    ],
)
def test_what_is_no_list_is_asked_again(
    alice: User, client: Client, text: str, why: str
) -> None:
    client.force_login(alice)

    answer = client.post("/anywhere", {"text": text})

    assert answer.status_code == 400
    assert why in said(answer)
    assert not Pasted.objects.exists()


def test_a_file_that_is_none(alice: User, client: Client) -> None:
    client.force_login(alice)
    for body, why in (
        (b"\x00\xff\x80 what", "We found no address in it."),
        (b"", "We found no address in it."),
        (b"x" * 1_000_001, "It is larger than 1 MB."),
    ):
        file = {"file": BytesIO(body)}
        answer = client.post("/anywhere", {"text": "", **file})
        assert (answer.status_code, why in said(answer)) == (400, True)


def test_a_text_of_more_than_a_megabyte(alice: User, client: Client) -> None:
    client.force_login(alice)

    long = client.post("/anywhere", {"text": "https://a.example/ " * 50_000})
    longer = client.post("/anywhere", {"text": "https://a.example/ " * 60_000})

    assert (long.status_code, longer.status_code) == (400, 400)
    assert "at most 900000 characters" in said(long)
    assert "We could not read that" in longer.content.decode()
    assert not Pasted.objects.exists()


def test_neither_of_both_fields_is_called_optional(alice: User) -> None:
    page = words(signed_in(alice).get("/anywhere").content.decode())

    assert "Or a file" in page
    assert "(optional)" not in page


def test_signed_out_people_have_the_form_of_one_address(
    client: Client, db: None
) -> None:
    text = client.get("/anywhere").content.decode()

    assert 'action="/share"' in text
    assert "textarea" in text  # the bookmark
    assert 'enctype="multipart/form-data"' not in text
    answer = client.post("/anywhere", {"text": "https://a.example/"})
    assert answer.headers["Location"] == "/account/login/?next=%2Fanywhere"


def test_without_a_budget_she_is_led_back(client: Client, host: Host, db: None) -> None:
    nina = person("nina")
    client.force_login(nina)
    url = host.shows("/post", "<title>x</title>")
    there = paste(client, url)
    read_all()
    text = show(client, there)
    assert "First decide what you give a month" in words(text)
    assert "Flattr once" not in words(text)
    choose = text.split('href="/budget?link=')[1].split('"')[0]

    budget = show(client, f"/budget?link={choose}")
    assert "You were about to flattr" in budget
    open_budget(nina, 0)
    link = budget.split('name="link" value="')[1].split('"')[0]
    answer = client.post("/budget", {"choice": "500", "amount": "", "link": link})

    assert answer.headers["Location"] == there
    assert "Flattr once" in words(show(client, there))
    press(client, there, once=row_of(url))
    assert Promise.objects.get().reader == nina
    assert "about to flattr" not in show(client, "/budget")


def test_a_thousand_calls_are_limited_with_a_sentence(
    alice: User, client: Client, hour_begins: None, budget: Budget
) -> None:
    client.force_login(alice)
    calls = budget(50, 1_000, 1_000)
    answers = [
        client.post("/anywhere", {"text": f"https://a.example/{number}"})
        for number in range(calls)
    ]

    assert [answer.status_code for answer in answers[:20]] == [302] * 20
    assert {answer.status_code for answer in answers[20:]} == {429}
    assert "You can paste 20 lists an hour." in said(answers[-1])
    last = answers[-1].content.decode()
    assert f"https://a.example/{calls - 1}" in last, "nothing is lost"
    assert Pasted.objects.count() == 20


def test_ten_thousand_entries_are_limited_with_a_sentence(
    alice: User, client: Client
) -> None:
    client.force_login(alice)
    text = "\n".join(f"https://a.example/{number}" for number in range(10_000))

    there = paste(client, text)

    assert PastedAddress.objects.count() == 500
    assert "9500 more addresses are left out" in words(show(client, there))
    paste(client, text.replace("a.example", "b.example"))
    answer = client.post("/anywhere", {"text": "https://c.example/"})
    assert answer.status_code == 429
    assert "You can have 1000 addresses looked at in a day" in said(answer)
    assert Reading.objects.count() == 1_000


def test_a_list_at_an_address_fills_the_day_and_no_more(
    alice: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasting, "ADDRESSES", Limit(burst=3, every=90_000))
    text = opml([(str(number), host.url(f"/{number}")) for number in range(9)])
    host.pages["/my.opml"] = Answer(text.encode(), "text/x-opml")
    client = signed_in(alice)

    there = paste(client, host.url("/my.opml"))
    read_all()

    assert PastedAddress.objects.count() == 3
    assert "7 more addresses are left out" in words(show(client, there))


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    alice: User, bob: User, host: Host
) -> None:
    tag = f'<meta name="flattr:id" content="{bob.public_id}">'
    urls = [host.shows(f"/{number}", tag) for number in range(12)]
    client = signed_in(alice)
    short, long = paste(client, urls[0]), paste(client, "\n".join(urls))
    read_all()
    press(client, long)
    asked: list[int] = []
    for there in (short, long):
        show(client, there)
        with Questions() as questions:
            show(client, there)
        asked.append(questions.count)

    assert asked[0] == asked[1] <= 18


def test_a_page_of_five_hundred_is_drawn_at_once(alice: User, client: Client) -> None:
    """Each row is judged once; judged once for each other it took most of a minute."""
    client.force_login(alice)
    urls = (f"https://blog{number}.example/" for number in range(500))
    there = paste(client, "\n".join(urls))
    read = {"read_at": clock.now(), "outcome": "page", "found": {"title": "A blog"}}
    Reading.objects.update(due_at=None, **read)
    began = time.process_time()

    text = show(client, there)

    assert time.process_time() - began < 5
    assert text.count('name="chosen"') == 500


def test_flattring_many_asks_little_more_than_a_click_for_each(
    alice: User, host: Host, django_assert_max_num_queries: Any
) -> None:
    urls = [host.shows(f"/{number}", "<title>x</title>") for number in range(20)]
    client = signed_in(alice)
    there = paste(client, "\n".join(urls))
    read_all()

    with django_assert_max_num_queries(20 + 45):
        press(client, there)

    assert Promise.objects.count() == 20


def test_a_form_that_lay_around_and_one_of_last_month(
    alice: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = host.shows("/post", "<title>x</title>")
    client = signed_in(alice)
    there = paste(client, url)
    read_all()

    with monkeypatch.context() as later:
        later.setattr(list_forms, "LASTS_SECONDS", -1)
        answer = press(client, there, once=row_of(url))

    assert answer.status_code == 409
    assert "This page had been open for a while." in said(answer)
    last = months.preceding(clock.period())
    form = list_forms.issue(alice, Pasted.objects.get().pk, last, [])

    answer = press(client, there, once=row_of(url), form=form)

    assert answer.status_code == 409
    assert "A new month has begun." in said(answer)
    assert not Promise.objects.exists()


def test_nothing_that_was_given_is_said_too() -> None:
    assert flattring_many.Given().sentences == "Nothing was chosen."
