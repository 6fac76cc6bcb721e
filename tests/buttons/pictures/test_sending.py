"""Bob sends his face, and pictures of what he made; others send nothing in his name."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory

from accounts.models import User
from buttons.models import Picture, Thing, WantedPicture
from buttons.models.picture import MOST_SOURCE_BYTES
from buttons.pictures import keeping, wanting
from buttons.pictures.uploads import MOST_READ_BYTES
from payouts.moderation import moderating
from tests.world.browsing import signed_in
from tests.world.people import person, thing_of

FACE = "/settings/face"
SHOT = b"\x89PNG of Bob"


def file(body: bytes = SHOT, name: str = "bob.png") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, body, "image/png")}


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_bob_sends_his_face(bob: User) -> None:
    """The page shows the pattern, then that it is being made; the file waits."""
    browser = signed_in(bob)
    seen = words(browser.get(FACE))
    assert "This pattern is drawn from your name." in seen
    assert 'accept="image/*"' in seen
    assert 'enctype="multipart/form-data"' in seen
    assert "Show a pattern instead" not in seen
    tabs = seen.partition('<nav class="tabs"')[2].partition("</nav>")[0]
    assert tabs.count("aria-current") == 1

    answer = browser.post(FACE, file(), follow=True)

    assert answer.redirect_chain == [(FACE, 302)]
    assert "Your picture is being made." in words(answer)
    assert f'href="{FACE}">Load again' in words(answer)
    assert bytes(WantedPicture.objects.get(person=bob).file or b"") == SHOT


def test_bob_takes_his_face_away(bob: User) -> None:
    keeping.keep(bob, b"RIFF....WEBP")
    browser = signed_in(bob)
    assert "This is your picture" in words(browser.get(FACE))
    answer = browser.post(FACE, {"pattern": "1"}, follow=True)
    assert "Your pattern is shown again" in words(answer)
    assert "This pattern is drawn from your name." in words(answer)
    assert not Picture.objects.exists()


@pytest.mark.parametrize(
    ("sent", "status", "why"),
    [
        ({}, 400, "Please choose a file."),
        (file(b""), 400, "The file is empty."),
        (file(bytes(MOST_SOURCE_BYTES + 1)), 400, "The file is larger than 5 MB."),
        (file(bytes(20_000_000)), 400, "The file is larger than 5 MB."),
        ({"file": "not a file"}, 400, "Please choose a file."),
    ],
    ids=["none", "empty", "a byte too many", "20 MB", "text"],
)
def test_what_is_no_small_file_is_refused_in_words(
    bob: User, sent: dict[str, Any], status: int, why: str
) -> None:
    """Beside the field, and the form works again."""
    keeping.keep(bob, b"RIFF....WEBP")
    browser = signed_in(bob)
    answer = browser.post(FACE, sent)
    assert answer.status_code == status
    assert why in words(answer)
    assert "This is your picture" in words(answer)
    assert not WantedPicture.objects.exists()
    assert browser.post(FACE, file(bytes(MOST_SOURCE_BYTES))).status_code == 302


def test_nobody_sends_hundreds(bob: User) -> None:
    browser = signed_in(bob)
    codes = [browser.post(FACE, file()).status_code for _ in range(12)]
    assert codes == [302] * 10 + [429] * 2
    assert "many pictures today" in words(browser.post(FACE, file()))


def test_only_our_own_form_sends(bob: User) -> None:
    """A form token is asked for, and read from the same form as the file (T24)."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(bob)
    assert browser.post(FACE, file()).status_code == 403
    browser.get(FACE)
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value
    form = {"csrfmiddlewaretoken": token, **file(bytes(20_000_000))}
    assert browser.post(FACE, form).status_code == 400
    assert browser.post(FACE, {**form, **file()}).status_code == 302
    evil = {"Origin": "https://evil.example"}
    assert browser.post(FACE, form, headers=evil).status_code == 403


def test_who_is_signed_out_signs_in_first(client: Client, db: None) -> None:
    answer: Any = client.post(FACE, file())
    assert answer.status_code == 302
    assert "/login/" in answer.url


# --- Pictures of things


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def test_bob_sends_the_picture_of_a_song(bob: User, song: Thing) -> None:
    browser = signed_in(bob)
    there = f"/things/{song.pk}/picture"
    assert there in words(browser.get(f"/thing/{song.pk}"))
    assert "drawn from the address of the page" in words(browser.get(there))
    browser.post(there, file())
    assert "Your picture is being made." in words(browser.get(there))

    keeping.keep(song, b"RIFF....WEBP")
    WantedPicture.objects.all().delete()
    assert "This picture is shown wherever" in words(browser.get(there))
    browser.post(there, {"pattern": "1"})
    assert not Picture.objects.exists()
    assert WantedPicture.objects.get().pattern_at is not None


def test_bob_takes_the_picture_that_his_page_names(bob: User, song: Thing) -> None:
    """What he sent or chose goes, and the page is read at once."""
    keeping.keep(song, b"RIFF....WEBP")
    wanting.prefer_pattern(song)
    there = f"/things/{song.pk}/picture"
    answer = signed_in(bob).post(there, {"page": "1"}, follow=True)
    assert "The picture that the page names is being read." in words(answer)
    assert not Picture.objects.exists()
    assert WantedPicture.objects.get().url == song.url


def test_others_have_no_such_page(bob: User, carol: User, song: Thing) -> None:
    """Nor has who is named for a thing and has not proved it (A7)."""
    there = f"/things/{song.pk}/picture"
    for sent in (file(), {"pattern": "1"}, {"page": "1"}):
        assert signed_in(carol).post(there, sent).status_code == 404
    Thing.objects.filter(pk=song.pk).update(proved_at=None, proof="")
    assert signed_in(bob).post(there, file()).status_code == 404
    assert "/picture" not in words(signed_in(bob).get(f"/thing/{song.pk}"))
    assert not WantedPicture.objects.exists()


# --- What became of it


def test_the_page_says_why_not(bob: User) -> None:
    signed_in(bob).post(FACE, file())
    WantedPicture.objects.update(file=None, due_at=None, refused="small")
    assert "The picture is too small." in words(signed_in(bob).get(FACE))


def test_the_page_leads_to_the_appeal(bob: User) -> None:
    keeping.keep(bob, b"RIFF....WEBP")
    dora = person("dora", is_staff=True, is_superuser=True)
    moderating.hide_picture(bob, dora, "It is Carol's face")
    seen = words(signed_in(bob).get(FACE))
    assert "Our staff have taken this picture down." in seen
    assert "Why, and how to appeal" in seen
    assert "Delete the picture for good" in seen
    signed_in(bob).post(FACE, file())
    assert "Why, and how to appeal" not in words(signed_in(bob).get(FACE))


def test_who_is_suspended_reads_why_nothing_is_shown(bob: User) -> None:
    keeping.keep(bob, b"RIFF....WEBP")
    User.objects.filter(pk=bob.pk).update(suspended_at=bob.date_joined)
    assert "only the pattern is shown" in words(signed_in(bob).get(FACE))


# --- How files are read, on every page


def test_files_together_are_kept_small(rf: RequestFactory) -> None:
    """A hundred files of one request take no more memory than one may."""
    half = bytes(MOST_SOURCE_BYTES // 2)
    sent = {f"file{n}": SimpleUploadedFile(f"{n}.png", half) for n in range(4)}
    files: Any = rf.post("/", sent).FILES
    read = [len(file.read()) for file in files.values()]
    assert read == [len(half), len(half), 0, 0]
    assert {file.size for file in files.values()} == {len(half)}


def test_what_is_far_too_large_is_not_read(bob: User) -> None:
    browser = signed_in(bob)
    answer = browser.post(FACE, file(), CONTENT_LENGTH=str(MOST_READ_BYTES + 1))
    assert answer.status_code == 400
    assert not WantedPicture.objects.exists()
