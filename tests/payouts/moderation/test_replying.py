"""Whoever reported something reads what was decided, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.mail import notices, outbox
from accounts.models import Outbox, User
from buttons.abuse import reporting
from buttons.models import Report, Thing
from payouts.moderation import moderating, suspending
from tests.payouts.moderation.test_moderating import REPORTS, page, reported, staff
from tests.world.browsing import signed_in
from tests.world.people import thing_of

ADDRESS = "zoe@elsewhere.example"


@pytest.fixture
def song(bob: User) -> Thing:
    return thing_of(bob, "song")


def mails() -> dict[str, Any]:
    sent.outbox.clear()
    outbox.send_due()
    return {
        letter.to[0]: letter
        for letter in sent.outbox
        if "your report" in letter.subject
    }


def test_who_reported_is_told_what_was_decided(
    alice: User, bob: User, song: Thing, client: Client
) -> None:
    """With an account or by the address that they left; the words for the owner stay
    with the owner, and the address goes once the mail is sent."""
    there = reverse("buttons:report", args=[song.pk])
    assert 'name="email"' in client.get(there).content.decode()
    client.post(there, {"reason": "not_theirs", "email": "Zoe@Elsewhere.example"})
    reader = signed_in(alice)
    assert 'name="email"' not in reader.get(there).content.decode()
    reader.post(there, {"reason": "not_theirs", "email": ADDRESS})
    assert sorted(Report.objects.values_list("email", "reporter")) == [
        ("", alice.pk),
        (ADDRESS, None),
    ]
    report, _other = Report.objects.order_by("pk")
    dora = signed_in(staff("dora"))
    act = f"{REPORTS}act/take_down/?ids={report.pk}"
    assert 'name="also"' in dora.get(act).content.decode()

    dora.post(act, {"text": "Carol wrote it", "also": "You were right."})

    shown = page(dora.get(f"{REPORTS}{report.pk}/change/"))
    assert "; the mail waits to be sent" in shown
    told = mails()
    assert set(told) == {ADDRESS, alice.email}
    for letter in told.values():
        assert "We have taken it down." in letter.body
        assert "You were right." in letter.body
        assert "Carol" not in letter.body
        assert bob.username not in letter.body
    shown = page(dora.get(f"{REPORTS}{report.pk}/change/"))
    assert "; the mail is sent" in shown
    assert "You were right." in shown
    notice = page(reader.get("/month"))
    assert "You reported “ Song ”. We have taken it down." in notice
    for kept in Outbox.objects.filter(template="report_decided"):
        assert not {"to", "about", "answer"} & set(kept.facts)


def test_who_left_no_address_is_not_written_to(song: Thing) -> None:
    report = reported(song)

    moderating.dismiss(report, staff("dora"), "a quarrel", "Thank you.")

    report.refresh_from_db()
    assert report.answered_at is None
    assert not Outbox.objects.exists()


def test_who_reported_twice_is_told_once(alice: User, song: Thing) -> None:
    first = reported(song, reporter=alice)
    second = reported(song, reporter=alice, words="once more")
    dora = staff("dora")

    moderating.take_down(first, dora, "Carol wrote it")

    assert Outbox.objects.filter(template="report_decided").count() == 1
    second.refresh_from_db()
    assert second.answered_at is not None
    shown = page(signed_in(dora).get(f"{REPORTS}{second.pk}/change/"))
    assert "with another report of theirs" in shown


@pytest.mark.parametrize(
    ("decide", "told"),
    [(moderating.restore, ["so it is back"]), (moderating.uphold, [])],
)
def test_after_an_appeal_only_what_changes_is_told(
    song: Thing, decide: Any, told: list[str]
) -> None:
    report = reported(song, email=ADDRESS)
    moderating.take_down(report, staff("dora"), "Carol wrote it")
    assert set(mails()) == {ADDRESS}
    report.refresh_from_db()
    reporting.appeal(report, None, "I wrote it")
    report.refresh_from_db()

    decide(report, staff("erik"), "So you did.")

    bodies = [letter.body for letter in mails().values()]
    assert [words in body for words, body in zip(told, bodies, strict=True)] == [
        True for _ in told
    ]


def test_that_payouts_are_held_is_between_us_and_the_owner(song: Thing) -> None:
    moderating.hold_payouts(reported(song, email=ADDRESS), staff("dora"), "Who is it?")

    [letter] = mails().values()
    assert "It stays where it is for now." in letter.body
    assert "payout" not in letter.body.lower()


def test_an_address_is_forgotten(song: Thing) -> None:
    """A month after the answer, and after half a year in any case."""
    now = timezone.now()
    answered = reported(song, email=ADDRESS, answered_at=now - timedelta(days=31))
    lately = reported(song, email=ADDRESS, answered_at=now - timedelta(days=29))
    old, new = reported(song, email=ADDRESS), reported(song, email=ADDRESS)
    Report.objects.filter(pk=old.pk).update(made_at=now - timedelta(days=184))

    assert reporting.forget_addresses() == 2

    kept = Report.objects.filter(email=ADDRESS)
    assert set(kept.values_list("pk", flat=True)) == {lately.pk, new.pk}
    assert answered.pk not in kept.values_list("pk", flat=True)


def test_who_has_an_account_leaves_no_address(alice: User, song: Thing) -> None:
    with pytest.raises(IntegrityError, match="address_or_an_account"):  # noqa: SIM117
        with transaction.atomic():
            reported(song, reporter=alice, email=ADDRESS)


def test_a_mail_that_is_given_up_keeps_no_address(song: Thing) -> None:
    moderating.dismiss(reported(song, email=ADDRESS), staff("dora"), "a quarrel")
    Outbox.objects.update(tries=outbox.MOST_TRIES)

    outbox.forget_addresses()

    assert "to" not in Outbox.objects.get().facts


def test_what_is_back_is_told_in_place_of_what_was_down(bob: User, song: Thing) -> None:
    """Without an appeal too: staff may have been wrong, or it was cleared up."""
    dora = staff("dora")
    moderating.suspend(song, dora, "Whose is it?")
    assert [notice.words.is_good for notice in notices.newest(bob)] == [False]
    song.refresh_from_db()

    suspending.unsuspend_thing(song, staff("erik"), "his after all")

    [notice] = notices.newest(bob)
    assert "is back and can be flattred again." in notice.words.text
    assert Outbox.objects.get(template="restored").person == bob
