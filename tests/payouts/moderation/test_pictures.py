"""Staff take Bob's picture down, and nothing else of his; he appeals."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.test import Client
from django.urls import reverse

from accounts.mail import outbox
from accounts.models import Audit, User
from buttons.abuse import reporting
from buttons.models import Flattr, Picture, Report, Thing, WantedPicture
from buttons.pictures import keeping, taking_down
from flattr.database import clock
from flattr.templatetags.flattr import picture_address
from payouts.moderation import moderating, suspending
from payouts.moderation.moderating import NotDecided
from tests.payouts.moderation.test_moderating import appeal_path, page, staff
from tests.world.browsing import signed_in
from tests.world.people import click, person, thing_of

REPORTS = "/admin/buttons/report/"
BODY = b"RIFF....WEBP of Bob"


@pytest.fixture
def dora(db: None) -> User:
    return staff("dora")


@pytest.fixture
def face(bob: User) -> Picture:
    return keeping.keep(bob, BODY)


def status(picture: Picture) -> int:
    return Client().get(picture_address(picture.digest)).status_code


def shown(whose: User | Thing) -> str:
    whose.refresh_from_db()
    return whose.picture


def test_a_picture_is_reported_where_there_is_one(
    bob: User, client: Client, db: None
) -> None:
    there = reverse("buttons:report_person", args=["bob"])
    assert "Only the picture is wrong" not in page(client.get(there))
    assert client.post(there, {"reason": "picture"}).status_code == 400
    keeping.keep(bob, BODY)
    assert "Only the picture is wrong" in page(client.get(there))
    assert client.post(there, {"reason": "picture"}).status_code == 302
    assert Report.objects.get().reason == "picture"


def test_dora_takes_a_face_down_and_nothing_else(
    alice: User, bob: User, face: Picture, dora: User
) -> None:
    """The report and the picture stand on one page, Bob reads why, and what he made is
    flattred as before."""
    song = thing_of(bob, "song")
    click(alice, song)
    report = Report.objects.create(person=bob, reason="picture", reporter=alice)
    same = Report.objects.create(person=bob, reason="picture")
    other = Report.objects.create(person=bob, reason="swindle")
    browser = signed_in(dora)
    seen = browser.get(f"{REPORTS}{report.pk}/change/").content.decode()
    body = reverse("admin:buttons_picture_body", args=[face.pk])
    assert f'src="{body}" alt="as it is shown" width="128"' in seen
    assert browser.get(body).content == BODY

    answer = browser.post(
        f"{REPORTS}act/take_picture_down/?ids={report.pk}",
        {"text": "It is Carol's face", "also": "Well seen."},
        follow=True,
    )

    assert "Take the picture down" in page(answer)
    assert 'alt="taken down"' in answer.content.decode()
    assert (shown(bob), status(face), bob.suspended_at) == ("", 404, None)
    assert Flattr.objects.get().thing == song
    assert browser.get(body).content == BODY
    assert set(
        Report.objects.filter(pk__in=[report.pk, same.pk]).values_list(
            "decision", flat=True
        )
    ) == {"picture_taken_down"}
    assert Report.objects.open().get() == other
    row = Audit.objects.get(action="picture_hidden")
    assert (row.subject, row.reason) == (f"person:{bob.pk}", "It is Carol's face")
    outbox.send_due()
    letters = {letter.to[0]: letter.body for letter in sent.outbox}
    assert "Our staff have taken down your picture" in letters[bob.email]
    assert "It is Carol's face" in letters[bob.email]
    [token] = re.findall(r"/appeal/(\S+)", str(letters[bob.email]))
    assert reporting.by_token(token) == report
    assert "We have taken the picture down" in letters[alice.email]
    assert "Well seen." in letters[alice.email]


def test_the_same_picture_does_not_come_back(bob: User, dora: User) -> None:
    """Nor does any that a page names, until its owner sends another (T57)."""
    thing = thing_of(bob, "song")
    keeping.keep(thing, BODY, "https://bob.example/song.png")
    moderating.hide_picture(thing, dora, "It hurts people")
    assert shown(thing) == ""
    wanted = WantedPicture.objects.get(thing=thing)
    assert (wanted.refused, wanted.pattern_at is not None) == ("taken_down", True)
    with pytest.raises(keeping.WasTakenDown):
        keeping.keep(thing, BODY)
    another = keeping.keep(thing, BODY + b", another")
    assert shown(thing) == another.digest
    with pytest.raises(keeping.WasTakenDown):
        keeping.keep(thing, BODY)


def test_only_staff_take_down_and_only_what_is_shown(bob: User, dora: User) -> None:
    with pytest.raises(NotDecided, match="shows no picture"):
        moderating.hide_picture(bob, dora, "Seen")
    keeping.keep(bob, BODY)
    for by, why in ((bob, "Mine"), (dora, " ")):
        with pytest.raises(NotDecided):
            moderating.hide_picture(bob, by, why)
    assert shown(bob)
    assert not Report.objects.exists()


@pytest.mark.parametrize("restored", [True, False])
def test_bob_appeals_and_another_decides(
    bob: User, face: Picture, dora: User, restored: bool
) -> None:
    moderating.hide_picture(bob, dora, "It is Carol's face")
    report = Report.objects.get()
    there = appeal_path(report)
    assert "Your picture was taken down, bob" in page(Client().get(there))
    Client().post(there, {"words": "It is mine"})
    assert "We are reviewing your picture again" in page(Client().get(there))

    report.refresh_from_db()
    decide = moderating.restore if restored else moderating.uphold
    with pytest.raises(NotDecided):
        decide(report, dora, "No")
    decide(report, staff("ada"), "We looked again")

    after: dict[bool, tuple[str, int, str]] = {
        True: (face.digest, 200, "Your picture is back, bob"),
        False: ("", 404, "came to the same decision"),
    }
    assert (shown(bob), status(face)) == after[restored][:2]
    assert after[restored][2] in page(Client().get(there))
    outbox.send_due()
    said = {True: "the picture is back", False: "the picture stays taken down"}
    assert said[restored] in sent.outbox[-1].body
    assert Picture.objects.exists() is restored
    if restored:
        assert keeping.keep(bob, BODY).digest == face.digest
        assert not WantedPicture.objects.filter(pattern_at__isnull=False).exists()


def test_what_was_sent_since_stays_when_the_first_is_restored(
    bob: User, face: Picture, dora: User
) -> None:
    moderating.hide_picture(bob, dora, "It is Carol's face")
    newer = keeping.keep(bob, BODY + b", newer")
    report = Report.objects.get()
    reporting.appeal(report, bob, "It is mine")
    report.refresh_from_db()
    moderating.restore(report, staff("ada"), "It is")
    assert shown(bob) == newer.digest


def test_suspended_people_and_things_show_no_picture(
    bob: User, face: Picture, dora: User
) -> None:
    """Neither on pages nor at their address, also one that came meanwhile; afterwards as
    before (T57)."""
    song, blog = thing_of(bob, "song"), thing_of(bob, "blog")
    of_song, of_blog = keeping.keep(song, BODY), keeping.keep(blog, BODY)
    suspending.suspend_thing(blog, dora, "Spam")
    assert [status(one) for one in (face, of_song, of_blog)] == [200, 200, 404]

    suspending.suspend_person(bob, dora, "Spam")
    of_song = keeping.keep(song, BODY + b", newer")
    face = keeping.keep(bob, BODY + b", newer")
    assert [status(one) for one in (face, of_song, of_blog)] == [404] * 3
    assert [shown(one) for one in (bob, song, blog)] == [""] * 3

    suspending.unsuspend_person(bob, dora, "Not spam")
    assert [status(one) for one in (face, of_song, of_blog)] == [200, 200, 404]
    suspending.unsuspend_thing(blog, dora, "Not spam")
    assert [shown(one) for one in (bob, song, blog)] == [
        face.digest,
        of_song.digest,
        of_blog.digest,
    ]


def test_what_nobody_appeals_for_is_forgotten(
    bob: User, carol: User, dora: User
) -> None:
    """After half a year, but for one whose appeal waits; never what is shown."""
    pictures = {who: keeping.keep(who, BODY) for who in (bob, carol, dora)}
    for who in (bob, carol):
        moderating.hide_picture(who, dora, "It hurts people")
    reporting.appeal(Report.objects.get(person=carol), carol, "It is mine")
    assert taking_down.forget_old() == 0
    long_ago = clock.now() - reporting.APPEALED_WITHIN - timedelta(days=1)
    Picture.objects.update(made_at=long_ago)
    Picture.objects.exclude(taken_down_at=None).update(taken_down_at=long_ago)

    assert taking_down.forget_old() == 1

    assert set(Picture.objects.all()) == {pictures[carol], pictures[dora]}


def test_a_hidden_picture_goes_with_the_proof(bob: User, dora: User) -> None:
    thing = thing_of(bob, "song")
    keeping.keep(thing, BODY)
    moderating.hide_picture(thing, dora, "It hurts people")
    Thing.objects.filter(pk=thing.pk).update(owner=person("carol"))
    assert not Picture.objects.exists()


def test_staff_look_through_the_pictures(bob: User, face: Picture, dora: User) -> None:
    browser = signed_in(dora)
    listed = browser.get("/admin/buttons/picture/").content.decode()
    assert "a file that its owner sent" in listed
    changed = browser.get(f"/admin/buttons/picture/{face.pk}/change/")
    assert "Take the picture down" in changed.content.decode()
    for about in (f"accounts/user/{bob.pk}", f"buttons/picture/{face.pk}"):
        assert "picture" in browser.get(f"/admin/{about}/change/").content.decode()
    browser.post(
        f"/admin/buttons/picture/act/hide/?ids={face.pk}", {"text": "It is Carol's"}
    )
    assert status(face) == 404


def test_only_staff_see_what_is_hidden(bob: User, face: Picture) -> None:
    body = reverse("admin:buttons_picture_body", args=[face.pk])
    answers: list[Any] = [Client().get(body), signed_in(bob).get(body)]
    assert all(answer.status_code != 200 for answer in answers)
