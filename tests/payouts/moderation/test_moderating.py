"""Somebody reports a thing or a person; staff decide; whoever it concerns appeals."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail as sent
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.mail import outbox
from accounts.models import Audit, Outbox, User
from buttons.abuse import reporting
from buttons.models import Flattr, Report, Thing
from payouts.earnings.requesting import request_payout
from payouts.moderation import moderating, suspending
from payouts.moderation.moderating import NotDecided
from tests.world.browsing import signed_in
from tests.world.earning import earn
from tests.world.people import click, person, thing_of

REPORTS = "/admin/buttons/report/"
THEFT = {"reason": "not_theirs", "words": "It is Carol's."}


def staff(name: str) -> User:
    return person(name, is_staff=True, is_superuser=True)


def page(response: Any) -> str:
    """What a person reads, with blanks as on the page."""
    text: str = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def reported(about: Thing | User, **facts: Any) -> Report:
    where: dict[str, Any] = (
        {"thing": about} if isinstance(about, Thing) else {"person": about}
    )
    return Report.objects.create(**where, reason="not_theirs", **facts)


def is_down(thing: Thing) -> bool:
    return Thing.objects.filter(pk=thing.pk, suspended_at__isnull=False).exists()


def html_of(letter: Any) -> str:
    html: str = letter.alternatives[0][0]
    return html


def appeal_path(report: Report) -> str:
    return reporting.appeal_url(report).removeprefix("http://127.0.0.1:8000")


# --- Reporting


def test_anybody_reports_a_thing_without_an_account(bob: User, client: Client) -> None:
    song = thing_of(bob, "song")
    there = reverse("buttons:report", args=[song.pk])
    assert (
        there in client.get(reverse("buttons:thing", args=[song.pk])).content.decode()
    )

    asked = client.get(there)
    assert "What is wrong with “ Song ”?" in page(asked)
    answer = client.post(there, THEFT, follow=True)

    assert "Thank you" in page(answer)
    report = Report.objects.get()
    assert (report.thing, report.reason, report.words) == (
        song,
        "not_theirs",
        "It is Carol's.",
    )
    assert report.reporter is None
    assert report.ip_hash
    assert "127.0.0.1" not in report.ip_hash


def test_a_person_is_reported_by_name(alice: User, bob: User) -> None:
    there = reverse("buttons:report_person", args=["BOB"])
    client = signed_in(alice)
    profile = client.get("/profile/bob").content.decode()
    assert reverse("buttons:report_person", args=["bob"]) in profile

    client.post(there, {"reason": "pretends"})

    report = Report.objects.get()
    assert (report.person, report.reporter, report.owner) == (bob, alice, bob)
    assert client.get("/report/person/nobody").status_code == 404


def test_the_same_said_twice_is_one_report(bob: User, client: Client) -> None:
    there = reverse("buttons:report", args=[thing_of(bob, "song").pk])

    for _ in range(3):
        client.post(there, THEFT)

    assert Report.objects.count() == 1


def test_nobody_sends_thousands(bob: User) -> None:
    """T37: counted in the database, whichever browser, whether signed in or not."""
    there = reverse("buttons:report", args=[thing_of(bob, "song").pk])
    answers = [
        Client().post(there, {**THEFT, "words": f"number {n}"}) for n in range(7)
    ]

    assert [answer.status_code for answer in answers] == [302] * 5 + [429] * 2
    assert Report.objects.count() == 5
    assert "wait a quarter" in page(answers[-1])
    assert "number 6" in answers[-1].content.decode(), "nothing typed is lost"
    elsewhere = Client(REMOTE_ADDR="192.0.2.7").post(there, THEFT)
    assert elsewhere.status_code == 302


def test_only_our_own_form_reports(bob: User) -> None:
    """A report from another site's form is refused (T24)."""
    there = reverse("buttons:report", args=[thing_of(bob, "song").pk])

    with_checks = Client(enforce_csrf_checks=True)
    assert with_checks.post(there, THEFT).status_code == 403
    evil = Client(headers={"Origin": "https://evil.example"})
    assert evil.post(there, THEFT).status_code == 403

    assert not Report.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"reason": "boring"}, {"reason": "other", "words": "x" * 3000}])  # fmt: skip
def test_a_form_that_is_not_filled_in_is_asked_again(
    bob: User, client: Client, typed: dict[str, str]
) -> None:
    there = reverse("buttons:report", args=[thing_of(bob, "song").pk])

    assert client.post(there, typed).status_code == 400
    assert not Report.objects.exists()


def test_where_a_report_came_from_is_forgotten(bob: User) -> None:
    old, new = reported(bob, ip_hash="a" * 40), reported(bob, ip_hash="b" * 40)
    month_ago = timezone.now() - timedelta(days=31)
    Report.objects.filter(pk=old.pk).update(made_at=month_ago)

    assert reporting.forget_sources() == 1

    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.ip_hash, new.ip_hash) == ("", "b" * 40)


def test_the_database_keeps_what_a_report_is(bob: User) -> None:
    for wrong in (
        {},
        {"thing": thing_of(bob, "song"), "person": bob},
        {"person": bob, "decided_at": timezone.now()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.create(reason="other", **wrong)


# --- Deciding


def test_dora_takes_a_stolen_song_down(alice: User, bob: User, carol: User) -> None:
    """The running month's flattrs are taken back, the reader and Bob are told."""
    song, blog = thing_of(bob, "song"), thing_of(carol, "blog")
    click(alice, song)
    click(alice, blog)
    report, same = reported(song, words="It is Carol's."), reported(song)
    dora = signed_in(staff("dora"))

    assert page(dora.get("/admin/")).count("Report: ") == 2
    assert "It is Carol&#x27;s." in dora.get(f"{REPORTS}{report.pk}/change/").content.decode()  # fmt: skip
    answer = dora.post(
        f"{REPORTS}act/take_down/?ids={report.pk}", {"text": "Carol wrote it"},
        follow=True,
    )  # fmt: skip

    assert "taken down, 1 flattr taken back" in page(answer)
    song.refresh_from_db()
    assert song.suspended_at is not None
    assert [flattr.thing for flattr in Flattr.objects.all()] == [blog]
    assert set(Report.objects.values_list("decision", "decided_by__username")) == {
        ("taken_down", "dora")
    }
    assert set(
        Audit.objects.filter(action="report_taken_down").values_list(
            "subject", flat=True
        )
    ) == {f"report:{report.pk}", f"report:{same.pk}"}
    assert not Report.objects.open().exists()
    outbox.send_due()
    told = {letter.to[0]: letter for letter in sent.outbox}
    assert "“Song” was taken down" in told[bob.email].subject
    assert "Carol wrote it" in told[bob.email].body
    assert "/appeal/" in told[bob.email].body
    assert "Carol wrote it" in html_of(told[bob.email])
    assert "taken back" in told[alice.email].subject


def test_after_the_month_staff_only_hold_payouts(own_database: str) -> None:
    """What was flattred in a month that is over stays; the money waits."""
    bob, dora = person("bob"), staff("dora")
    earn(bob, readers=9)
    payout = request_payout(bob)
    song = bob.things.get()
    given = Flattr.objects.filter(thing=song).count()
    assert given

    told = moderating.take_down(reported(song), dora, "a copy")

    assert told == "taken down, 0 flattrs taken back"
    assert Flattr.objects.filter(thing=song).count() == given
    payout.refresh_from_db()
    assert payout.state == "held"


def test_payouts_are_held_and_the_thing_stays(own_database: str) -> None:
    bob = person("bob")
    earn(bob, readers=9)
    payout = request_payout(bob)
    song = bob.things.get()

    assert moderating.hold_payouts(reported(song), staff("dora"), "?") == (
        "1 payout held"
    )

    payout.refresh_from_db()
    song.refresh_from_db()
    assert (payout.state, song.suspended_at) == ("held", None)


def test_a_report_is_dismissed_with_a_reason(bob: User) -> None:
    report, dora = reported(bob), staff("dora")

    with pytest.raises(NotDecided, match="reason"):
        moderating.dismiss(report, dora, " ")
    moderating.dismiss(report, dora, "a quarrel")

    assert not Report.objects.open().exists()
    assert not Outbox.objects.exists()
    assert Audit.objects.get(action="report_dismissed").reason == "a quarrel"
    with pytest.raises(NotDecided, match="already"):
        moderating.take_down(report, dora, "after all")


def test_nobody_decides_about_themselves(alice: User, bob: User) -> None:
    dora, erik = staff("dora"), staff("erik")
    about_dora = reported(thing_of(dora, "blog"), reporter=erik)

    for somebody in (alice, dora, erik):
        with pytest.raises(NotDecided):
            moderating.dismiss(about_dora, somebody, "nothing")


# --- Appeals


def test_bob_appeals_and_somebody_else_decides(bob: User, client: Client) -> None:
    song, dora, erik = thing_of(bob, "song"), staff("dora"), staff("erik")
    report = reported(song)
    moderating.take_down(report, dora, "a copy")
    there = appeal_path(report)
    assert there.split("/")[1] == "appeal"
    seen = signed_in(bob).get(reverse("buttons:thing", args=[song.pk]))
    assert "/appeal/" in seen.content.decode()
    assert "/appeal/" not in client.get(f"/thing/{song.pk}").content.decode()

    asked = client.get(there)
    assert "a copy" in page(asked)
    assert asked.headers["Referrer-Policy"] == "same-origin"
    assert client.post(there, {"words": " "}).status_code == 400
    answer = client.post(there, {"words": "I wrote it in 2019."}, follow=True)

    assert "We received your appeal" in page(answer)
    report.refresh_from_db()
    assert Report.objects.open().get() == report
    assert is_down(song), "it stays down until somebody decides"
    for decide in (moderating.restore, moderating.uphold):
        with pytest.raises(NotDecided, match="You took it down"):
            decide(report, dora, "again")
    with pytest.raises(NotDecided):
        moderating.take_down(report, erik, "again")

    client_of_erik = signed_in(erik)
    shown = client_of_erik.get(f"{REPORTS}{report.pk}/change/").content.decode()
    assert "I wrote it in 2019." in shown
    assert "act/dismiss/" not in shown
    client_of_erik.post(
        f"{REPORTS}act/restore/?ids={report.pk}", {"text": "so you did"}
    )

    assert not is_down(song)
    assert "is back" in page(client.get(there))
    outbox.send_due()
    last = sent.outbox[-1]
    assert last.to == [bob.email]
    assert "You were right" in last.body
    assert "so you did" in last.body
    assert client.post(there, {"words": "again"}).status_code == 403


def test_an_appeal_that_is_not_right_is_the_last(bob: User, client: Client) -> None:
    report = reported(bob)
    moderating.take_down(report, staff("dora"), "a swindle")
    client.post(appeal_path(report), {"words": "no"})

    moderating.uphold(report, staff("erik"), "it is")

    bob.refresh_from_db()
    assert bob.suspended_at is not None
    assert "came to the same decision" in page(client.get(appeal_path(report)))
    assert client.post(appeal_path(report), {"words": "no"}).status_code == 403
    assert reporting.taken_down(bob) is None
    outbox.send_due()
    assert "came to the same decision" in sent.outbox[-1].body


def test_a_lone_operator_may_decide_both(
    bob: User, client: Client, settings: Settings
) -> None:
    settings.SECOND_APPROVAL = False
    report, dora = reported(bob), staff("dora")
    moderating.take_down(report, dora, "spam")
    client.post(appeal_path(report), {"words": "it was not"})

    moderating.restore(report, dora, "it was not")

    bob.refresh_from_db()
    assert bob.suspended_at is None


def test_an_appeal_needs_our_link_and_comes_in_time(bob: User, client: Client) -> None:
    report = reported(bob)
    moderating.take_down(report, staff("dora"), "spam")
    there = appeal_path(report)

    assert client.get(there[:-2]).status_code == 400
    assert client.get("/appeal/1").status_code == 400
    Report.objects.update(decided_at=timezone.now() - timedelta(days=200))
    assert "are over" in page(client.get(there))
    assert client.post(there, {"words": "late"}).status_code == 403
    report.refresh_from_db()
    assert report.appealed_at is None


def test_what_is_suspended_already_is_only_told(bob: User) -> None:
    song, dora = thing_of(bob, "song"), staff("dora")
    suspending.suspend_thing(song, dora, "a copy")

    told = moderating.take_down(reported(Thing.objects.get(pk=song.pk)), dora, "a copy")

    assert told == "taken down, 0 flattrs taken back"
    assert Outbox.objects.get(template="taken_down").person == bob


def test_what_staff_saw_themselves_can_be_appealed(bob: User, client: Client) -> None:
    song = thing_of(bob, "song")
    dora = signed_in(staff("dora"))
    assert "Seen by our staff" not in client.get(f"/report/thing/{song.pk}").content.decode()  # fmt: skip

    dora.post(f"/admin/buttons/thing/act/suspend/?ids={song.pk}", {"text": "a copy"})
    dora.post(f"/admin/accounts/user/act/suspend/?ids={bob.pk}", {"text": "spam"})
    again = dora.post(
        f"/admin/accounts/user/act/suspend/?ids={bob.pk}", {"text": "x"}, follow=True
    )

    assert "suspended already" in page(again)
    assert Report.objects.filter(decision="taken_down").count() == 2
    outbox.send_due()
    of_thing, of_person = (letter.body for letter in sent.outbox)
    assert "a copy" in of_thing
    assert "suspended your account" in of_person
    assert "What was reported" not in of_thing
    assert client.get(appeal_path(Report.objects.get(thing=song))).status_code == 200


def test_what_is_back_needs_no_appeal(bob: User, client: Client) -> None:
    report, dora = reported(thing_of(bob, "song")), staff("dora")
    moderating.take_down(report, dora, "a copy")
    suspending.unsuspend_thing(Thing.objects.get(), dora, "it is not")

    assert "back already" in page(client.get(appeal_path(report)))
    assert client.post(appeal_path(report), {"words": "no"}).status_code == 403


def test_what_is_taken_down_is_not_deleted_and_made_anew(bob: User) -> None:
    song = thing_of(bob, "song")
    suspending.suspend_thing(song, staff("dora"), "a copy")

    signed_in(bob).post(reverse("buttons:delete", args=[song.pk]))

    assert Thing.objects.filter(pk=song.pk).exists()
