"""Bob's pictures are made: of what he sends, and of what his pages show."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from celery import current_app
from django.test import Client
from PIL import Image

from accounts.models import User
from buttons import tasks
from buttons.models import Look, Picture, Report, Thing, WantedPicture
from buttons.pictures import picture_making, taking_down, wanting
from buttons.pictures.wanting import Standing
from buttons.proofs import looking, queueing
from flattr.database import clock
from flattr.templatetags.flattr import picture_address
from payouts import tasks as minute
from tests.buttons.pictures import files
from tests.buttons.proofs.pages import Answer, Host
from tests.world.people import execute, person, thing_of, travel

PNG = "image/png"


@pytest.fixture(autouse=True)
def no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_app, "send_task", lambda *_words, **_more: None)


def plain(colour: str, width: int = 800, height: int = 500) -> bytes:
    return files.saved(Image.new("RGB", (width, height), colour), "PNG")


def colour_of(picture: Picture) -> str:
    shown = Image.open(io.BytesIO(bytes(picture.body))).convert("RGB")
    found = shown.getpixel((9, 9))
    assert isinstance(found, tuple)
    return ["red", "green", "blue"][found.index(max(found))]


def page(host: Host, head: str = "") -> str:
    """A page of Bob's; its address."""
    bob = User.objects.get(username="bob")
    tag = f'<meta name="flattr:id" content="{bob.public_id}">'
    return host.shows("/post", f"<head>{tag}{head}</head>")


def registered(url: str, owner: User | None = None) -> Thing:
    name = url.partition("//")[2].partition("/")[0]
    return Thing.objects.create(
        url=url, host=name, title="Post", owner=owner, created_at=clock.now()
    )


def look_at(thing: Thing) -> None:
    queueing.ask_again(thing)
    looking.check(Look.objects.get(thing=thing))
    thing.refresh_from_db()


def og(url: str) -> str:
    return f'<meta property="og:image" content="{url}">'


# --- What people send


def test_what_bob_sends_is_his_face_and_nothing_else_is_kept(
    db: None, client: Client, bob: User
) -> None:
    wanting.send_file(bob, files.photograph())
    tasks.make_pictures()
    bob.refresh_from_db()
    assert client.get(picture_address(bob.picture)).status_code == 200
    assert Picture.objects.get().source == ""
    assert not WantedPicture.objects.exists()
    assert wanting.standing(bob) == Standing()


def test_a_file_that_is_refused_is_deleted_and_bob_reads_why(
    db: None, bob: User
) -> None:
    wanting.send_file(bob, files.saved(Image.new("RGB", (300, 300), "red"), "PNG"))
    picture_making.make_due()
    wanting.send_file(bob, files.SVG)
    picture_making.make_due()
    assert "not a picture that we can read" in wanting.standing(bob).sentence
    assert WantedPicture.objects.get().file is None
    # What was there before stays.
    assert colour_of(Picture.objects.get()) == "red"


def test_whoever_waits_comes_before_pages(db: None, bob: User, host: Host) -> None:
    host.pages["/red.png"] = Answer(plain("red"), PNG)
    wanting.read_from(thing_of(bob, "spring"), host.url("/red.png"))
    wanting.send_file(bob, files.photograph())
    first = picture_making.claim()
    assert first is not None
    assert first.person == bob
    assert picture_making.claim(only_files=True) is None
    second = picture_making.claim()
    assert second is not None
    assert second.url
    assert picture_making.claim() is None


def test_pages_being_checked_do_not_hold_up_a_file(db: None, bob: User) -> None:
    wanting.send_file(bob, files.photograph())
    tasks.check_pages()
    assert Picture.objects.exists()


def test_the_tick_wakes_a_worker_when_a_picture_waits(
    db: None, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []
    monkeypatch.setattr(minute, "call", lambda task, *_: called.append(task))
    minute.tick()
    assert tasks.make_pictures not in called
    wanting.send_file(bob, files.photograph())
    minute.tick()
    assert tasks.make_pictures in called


def test_a_file_that_ends_its_worker_is_not_tried_for_ever(db: None, bob: User) -> None:
    wanting.send_file(bob, files.photograph())
    for _death in range(4):
        assert picture_making.claim() is not None
        WantedPicture.objects.update(due_at=clock.now())
    picture_making.make_due()
    assert "went wrong on our side" in wanting.standing(bob).sentence


def test_what_was_asked_anew_meanwhile_wins(db: None, bob: User) -> None:
    wanting.send_file(bob, plain("red"))
    older = picture_making.claim()
    assert older is not None
    wanting.send_file(bob, plain("blue"))
    picture_making.make(older)
    assert not Picture.objects.exists()
    picture_making.make_due()
    assert colour_of(Picture.objects.get()) == "blue"


def test_what_was_sent_for_a_thing_that_is_carols_now_is_not_shown(
    db: None, bob: User, carol: User
) -> None:
    thing = thing_of(bob, "spring")
    wanting.send_file(thing, plain("red"))
    claimed = picture_making.claim()
    assert claimed is not None
    Thing.objects.filter(pk=thing.pk).update(owner=carol)
    picture_making.make(claimed)
    assert not Picture.objects.exists()


@pytest.mark.usefixtures("own_database")
def test_a_picture_that_is_being_made_of_somebody_who_left_is_not_shown() -> None:
    bob = person("bob")
    wanting.send_file(bob, plain("red"))
    claimed = picture_making.claim()
    assert claimed is not None
    execute("UPDATE person SET closing_at = flattr_clock() WHERE id = %s", bob.pk)
    travel(clock.now() + timedelta(days=8))
    execute("SELECT flattr_erase_person(%s)", bob.pk)
    picture_making.make(claimed)
    assert not Picture.objects.exists()


def test_what_staff_took_down_does_not_come_back(db: None, bob: User) -> None:
    wanting.send_file(bob, plain("red"))
    picture_making.make_due()
    hidden = taking_down.hide(bob)
    assert hidden is not None
    Report.objects.create(person=bob, reason="other", picture=hidden.digest)
    wanting.send_file(bob, plain("red"))
    picture_making.make_due()
    assert "taken this picture down" in wanting.standing(bob).sentence
    wanting.send_file(bob, plain("blue"))
    picture_making.make_due()
    assert colour_of(Picture.objects.get(taken_down_at=None)) == "blue"


# --- What pages show


def test_a_proved_page_lends_its_picture_and_its_icon(
    db: None, bob: User, host: Host
) -> None:
    host.pages["/red.png"] = Answer(plain("red"), PNG)
    host.pages["/blue.png"] = Answer(plain("blue", 180, 180), PNG)
    icon = '<link rel="apple-touch-icon" href="blue.png">'
    thing = registered(page(host, og("/red.png") + icon))
    look_at(thing)
    assert [path for path, _ in host.asked] == ["/post"]
    picture_making.make_due()
    thing.refresh_from_db()
    bob.refresh_from_db()
    of_thing = Picture.objects.get(thing=thing)
    of_bob = Picture.objects.get(person=bob)
    assert thing.picture == of_thing.digest
    assert colour_of(of_thing) == "red"
    assert of_thing.source == host.url("/red.png")
    assert colour_of(of_bob) == "blue"


def test_a_page_that_names_nobody_shows_nothing(db: None, host: Host) -> None:
    look_at(registered(host.shows("/post", og("/red.png"))))
    assert not WantedPicture.objects.exists()


def test_the_picture_follows_the_page(db: None, bob: User, host: Host) -> None:
    for colour in ("red", "blue"):
        host.pages[f"/{colour}.png"] = Answer(plain(colour), PNG)
    thing = registered(page(host, og("/red.png")))
    for head, expected in [
        (og("/red.png"), "red"),
        (og("/blue.png"), "blue"),
        ("", ""),
        (og("/red.png"), "red"),
        # What is not there is not shown, and neither is what the page named before.
        (og("/gone.png"), ""),
    ]:
        page(host, head)
        look_at(thing)
        picture_making.make_due()
        found = Picture.objects.filter(thing=thing).first()
        assert (colour_of(found) if found else "") == expected
    assert "could not be loaded" in wanting.standing(thing).sentence


def test_what_bob_sent_stays_whatever_the_page_shows(
    db: None, bob: User, host: Host
) -> None:
    host.pages["/red.png"] = Answer(plain("red"), PNG)
    thing = registered(page(host, og("/red.png")))
    look_at(thing)
    wanting.send_file(thing, plain("blue"))
    picture_making.make_due()
    for head in (og("/red.png"), ""):
        page(host, head)
        look_at(thing)
        picture_making.make_due()
        assert colour_of(Picture.objects.get(thing=thing)) == "blue"


def test_a_page_in_trouble_keeps_its_picture(db: None, bob: User, host: Host) -> None:
    host.pages["/red.png"] = Answer(plain("red"), PNG)
    thing = registered(page(host, og("/red.png")))
    look_at(thing)
    picture_making.make_due()
    host.pages["/post"] = Answer(status=500)
    look_at(thing)
    host.pages["/red.png"] = Answer(status=500)
    page(host, og("/red.png"))
    look_at(thing)
    picture_making.make_due()
    assert colour_of(Picture.objects.get(thing=thing)) == "red"


def test_what_is_in_trouble_is_tried_again_and_then_given_up(
    db: None, bob: User, host: Host
) -> None:
    host.pages["/red.png"] = Answer(status=503)
    thing = thing_of(bob, "spring")
    wanting.read_from(thing, host.url("/red.png"))
    waits = []
    for _try in range(4):
        now = clock.now()
        assert "is being read" in wanting.standing(thing).sentence
        assert picture_making.make_due() == 1
        due_at = WantedPicture.objects.get().due_at
        if due_at is not None:
            waits.append(round((due_at - now) / timedelta(hours=1)))
            assert "try again within a day" in wanting.standing(thing).sentence
            WantedPicture.objects.update(due_at=clock.now())
    assert waits == [1, 6, 24]
    assert "could not be loaded" in wanting.standing(thing).sentence


def test_what_the_host_proves_is_read_for_its_picture(
    db: None, bob: User, host: Host
) -> None:
    """The page is not read for the proof: the picture's worker reads it."""
    host.pages["/.well-known/flattr"] = Answer(bob.public_id.encode(), "text/plain")
    host.pages["/red.png"] = Answer(plain("red"), PNG)
    host.pages["/favicon.ico"] = Answer(plain("blue", 64, 64), "image/x-icon")
    thing = registered(host.shows("/post", og("/red.png")))
    looking.check(queueing.ask_host(bob, host.name))
    look_at(thing)
    assert thing.proved
    picture_making.make_due()
    assert colour_of(Picture.objects.get(thing=thing)) == "red"
    assert colour_of(Picture.objects.get(person=bob)) == "blue"
    host.shows("/post", "no more")
    look_at(thing)
    picture_making.make_due()
    assert not Picture.objects.filter(thing=thing).exists()


@pytest.mark.parametrize("wish", ["face", "pattern", "refused"])
def test_a_page_lends_a_face_only_to_who_never_had_one(
    db: None, bob: User, host: Host, wish: str
) -> None:
    if wish == "face":
        wanting.send_file(bob, plain("red"))
        picture_making.make_due()
    elif wish == "pattern":
        wanting.prefer_pattern(bob)
    else:
        wanting.send_file(bob, files.SVG)
        picture_making.make_due()
    host.pages["/favicon.ico"] = Answer(plain("blue", 64, 64), PNG)
    look_at(registered(page(host)))
    picture_making.make_due()
    faces = Picture.objects.filter(person=bob)
    assert [colour_of(face) for face in faces] == ["red"] * (wish == "face")


def test_the_icon_of_a_host_of_many_is_nobodys_face(
    db: None, bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("buttons.proofs.hosts.SHARED_BY_PATH", {host.name})
    look_at(registered(page(host)))
    assert not WantedPicture.objects.filter(person=bob).exists()


def test_an_icon_that_is_none_is_not_told_of(db: None, bob: User, host: Host) -> None:
    """Bob never asked for it."""
    host.pages["/favicon.ico"] = Answer(plain("blue", 16, 16), PNG)
    look_at(registered(page(host)))
    picture_making.make_due()
    assert wanting.standing(bob) == Standing()
    assert not WantedPicture.objects.exists()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"<p>sorry", "text/html"), "not a picture"),
        (Answer(plain("red"), "video/mp4"), "not a picture"),
        (Answer(files.SVG, "image/svg+xml"), "not a picture"),
        (Answer(b"", PNG, endless=True), "larger than 5 MB"),
        (
            Answer(b"", PNG, 301, {"Location": "http://169.254.169.254/"}),
            "try again within a day",
        ),
        (
            Answer(b"", PNG, 301, {"Location": "file:///etc/passwd"}),
            "try again within a day",
        ),
        (
            Answer(b"", PNG, 301, {"Location": "data:image/png;base64,"}),
            "try again within a day",
        ),
        (Answer(plain("red", 120, 80), PNG), "too small"),
    ],
)
def test_a_host_that_sends_something_else(
    db: None, bob: User, host: Host, answer: Answer, said: str
) -> None:
    """Reading pictures leads nowhere private, never takes long or much (T30)."""
    host.pages["/x.png"] = answer
    thing = thing_of(bob, "spring")
    wanting.read_from(thing, host.url("/x.png"))
    picture_making.make_due()
    assert not Picture.objects.exists()
    assert said in wanting.standing(thing).sentence
