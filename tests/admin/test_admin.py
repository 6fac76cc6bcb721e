"""Dora and Erik review payouts in the admin: they look, decide and type only reasons."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from accounts.mail import composing
from accounts.models import Audit, Outbox, User
from buttons.models import Refused, Report, Thing
from buttons.pictures import keeping
from flattr.database import clock
from payouts import chart
from payouts.close import inspecting, verifying
from payouts.earnings import requesting
from payouts.earnings.requesting import request_payout
from payouts.ledger import seals
from payouts.ledger.models import Entry, Transaction
from payouts.ledger.posting import post
from payouts.models import (
    Breaker,
    Close,
    CloseProblem,
    EventWork,
    Movement,
    Payout,
    Reconciliation,
    Split,
    StripeEvent,
)
from payouts.moderation import suspending
from tests.accounts.oauth.apps import app_of
from tests.collisions import collided
from tests.questions import Questions
from tests.world.browsing import signed_in
from tests.world.earning import earn, end_month, flattr_by_readers, iban_of
from tests.world.people import click, execute, open_budget, person, thing_of

PAYOUTS = "/admin/payouts/payout/"


def staff(name: str) -> User:
    return person(name, is_staff=True, is_superuser=True)


def asked_for(name: str = "bob") -> Payout:
    """A payout of somebody whose income looks right."""
    creator = person(name)
    earn(creator, readers=9)
    return request_payout(creator)


def act(client: Client, payout: Payout, name: str, text: str) -> str:
    field = f"text-{payout.pk}" if name == "send" else "text"
    page = client.post(
        f"{PAYOUTS}act/{name}/?ids={payout.pk}", {field: text}, follow=True
    )
    assert page.status_code == 200
    payout.refresh_from_db()
    return page.content.decode()


def shown() -> list[Any]:
    return [model._meta for model in admin.site._registry]


# --- Who gets in, and what nobody can do


def test_only_staff_come_in(own_database: str) -> None:
    assert signed_in(person("bob")).get("/admin/", follow=True).status_code == 403
    answer = Client().get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/account/login/?next=")
    assert signed_in(staff("dora")).get("/admin/").status_code == 200


def test_packages_bring_no_pages_to_edit_people_with() -> None:
    """T42: nobody adds an address or takes off a second factor by hand."""
    labels = {meta.label for meta in shown()}

    assert {label.split(".")[0] for label in labels} == {
        "accounts",
        "buttons",
        "payouts",
        "ledger",
    }
    assert "delete_selected" not in {name for name, _act in admin.site.actions}


def test_a_superuser_can_look_and_not_touch(own_database: str) -> None:
    """T13: not add, not change, not delete, not the selected either."""
    payout = asked_for()
    suspending.suspend_thing(Thing.objects.get(), staff("erik"), "a copy")
    Breaker.objects.create(tripped_at=clock.now(), reason="L4")
    Report.objects.create(person=payout.creator, reason="swindle")
    keeping.keep(payout.creator, b"RIFF....WEBP")
    Refused.objects.create(address="rob.example", proof="by the operator")
    app_of(payout.creator)
    stripe_was_heard()
    seals.seal_day()
    inspecting.inspect(whole=False)
    verifying.verify_all()
    collided(payout.creator)
    client = signed_in(staff("dora"))
    client.get(f"/admin/accounts/user/{payout.creator_id}/change/")

    for meta in shown():
        look_and_try(client, meta, iban_of(payout.creator))

    payout.refresh_from_db()
    assert payout.amount == 9_000


def stripe_was_heard() -> None:
    now = clock.now()
    event = StripeEvent.objects.create(id="evt_1", happened_at=now)
    EventWork.objects.create(event=event, due_at=now)
    Movement.objects.create(
        stripe_id="txn_1", amount=7, fee=0, net=7, currency="EUR", happened_at=now
    )
    Reconciliation.objects.create(kind="nightly", started_at=now)


def look_and_try(client: Client, meta: Any, secret: str) -> None:
    """Open a model's pages, then try to add, change and delete the latest of it."""
    base = f"admin:{meta.app_label}_{meta.model_name}"
    every: Any = admin.site.get_model_admin(meta.model)
    row = every.get_queryset(None).order_by("pk").last()
    changelist, add = reverse(f"{base}_changelist"), reverse(f"{base}_add")

    page = client.get(changelist)
    assert page.status_code == 200, meta
    assert "delete_selected" not in page.content.decode()
    assert client.post(add, {}).status_code == 403
    if row is None:
        kinds = {"gift", "payment", "payer", "renewal", "dispute", "refund", "invoice"}
        assert meta.model_name in kinds
        return
    change = reverse(f"{base}_change", args=[row.pk])
    page = client.get(change)
    assert page.status_code == 200, meta
    assert 'name="_save"' not in page.content.decode()
    assert secret not in page.content.decode()
    assert client.post(change, {"amount": "1"}).status_code == 403
    delete = reverse(f"{base}_delete", args=[row.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": [row.pk]}
    client.post(changelist, {**selected, "post": "yes"})
    assert every.get_queryset(None).filter(pk=row.pk).exists()


def test_the_audit_log_is_only_added_to(own_database: str) -> None:
    """T42, L3: by whatever the application can be."""
    suspending.suspend_person(person("bob"), staff("dora"), "spam")

    for statement in (
        "UPDATE audit SET reason = ''",
        "DELETE FROM audit",
        "TRUNCATE audit",
        "UPDATE django_admin_log SET object_repr = ''",
        "DELETE FROM django_admin_log",
        "UPDATE approval SET reason = ''",
        "DELETE FROM approval",
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            execute(statement)


# --- Reviewing


def test_two_people_review_a_payout_and_one_of_them_pays(own_database: str) -> None:
    """W4, T42: who, what, before, after, why and from where is kept."""
    payout = asked_for()
    dora, erik = signed_in(staff("dora")), signed_in(staff("erik"))

    page = dora.get(f"{PAYOUTS}{payout.pk}/change/").content.decode()
    assert "act/approve/" in page
    assert "act/send/" not in page
    assert f"payout:{payout.pk}:reserve" in page

    act(dora, payout, "approve", "read the blog")
    assert payout.state == "requested"
    assert "Somebody else" in act(dora, payout, "approve", "again")
    assert payout.state == "requested"
    act(erik, payout, "approve", "called bob")
    assert payout.state == "approved"

    page = dora.get(f"{PAYOUTS}act/send/?ids={payout.pk}").content.decode()
    assert iban_of(payout.creator) not in page
    asked = dora.post(f"{PAYOUTS}act/send/?ids={payout.pk}", {"reveal": "1"})
    assert iban_of(payout.creator) in asked.content.decode()
    assert "bank&#x27;s reference" in act(dora, payout, "send", "")
    assert payout.state == "approved"
    page_sent = act(dora, payout, "send", "BANK-77")
    assert payout.state == "sent"
    assert f"payout:{payout.pk}:settle" in page_sent

    assert list(
        Audit.objects.filter(subject=f"payout:{payout.pk}", actor__is_staff=True)
        .order_by("id")
        .values_list("action", "actor__username", "reason", "ip")
    ) == [
        ("payout_approved", "dora", "read the blog", "127.0.0.1"),
        ("payout_approved", "erik", "called bob", "127.0.0.1"),
        ("account_shown", "dora", "", "127.0.0.1"),
        ("payout_sent", "dora", "BANK-77", "127.0.0.1"),
    ]


def test_many_are_held_at_once_with_one_reason(own_database: str) -> None:
    first, second = asked_for("bob"), asked_for("carol")
    dora = signed_in(staff("dora"))

    answer = dora.post(
        PAYOUTS, {"action": "hold", "_selected_action": [first.pk, second.pk]}
    )
    page = dora.get(answer["Location"]).content.decode()
    assert "bob" in page
    assert "carol" in page
    dora.post(answer["Location"], {"text": "a letter from the bank"})

    assert set(Payout.objects.values_list("state", "reason")) == {
        ("held", "a letter from the bank")
    }


def test_nobody_reviews_their_own_payout(own_database: str) -> None:
    """The admin refuses staff who are the payee (W4)."""
    bob = staff("bob")
    earn(bob, readers=9)
    payout = request_payout(bob)

    page = act(signed_in(bob), payout, "approve", "it is mine")

    assert "Somebody else has to review it" in page
    assert payout.approvals.count() == 0


def test_the_list_is_searched_filtered_and_exported(own_database: str) -> None:
    """T33: what a person typed is no formula; the account is four digits."""
    payout, other = asked_for("bob"), asked_for("carol")
    dora = signed_in(staff("dora"))
    act(dora, other, "hold", "=HYPERLINK(1)")

    page = dora.get(PAYOUTS, {"q": "carol"}).content.decode()
    assert "carol" in page
    assert ">bob<" not in page
    page = dora.get(PAYOUTS, {"state__exact": "held"}).content.decode()
    assert f"/payout/{other.pk}/change/" in page
    assert f"/payout/{payout.pk}/change/" not in page

    answer = dora.post(
        PAYOUTS, {"action": "export", "_selected_action": [payout.pk, other.pk]}
    )
    lines = answer.content.decode().splitlines()
    assert lines[0].startswith("id;creator;amount")
    assert "bob;90.00;EUR;requested" in lines[2]
    assert "'=HYPERLINK(1)" in lines[1]
    assert iban_of(payout.creator) not in answer.content.decode()
    assert str(other.destination) in lines[1]


def test_the_audit_log_is_filtered_by_what_was_done(own_database: str) -> None:
    payout = asked_for()
    dora = signed_in(staff("dora"))
    act(dora, payout, "hold", "asked bob")

    page = dora.get("/admin/accounts/audit/", {"action": "payout_held"})
    assert "asked bob" in page.content.decode()
    page = dora.get("/admin/accounts/audit/", {"action": "payout_sent"})
    assert "asked bob" not in page.content.decode()
    page = dora.get("/admin/accounts/audit/", {"q": f"payout:{payout.pk}"})
    assert "asked bob" in page.content.decode()
    page = dora.get("/admin/ledger/account/", {"kind": "transit"})
    assert f"transit:{payout.creator_id}" in page.content.decode()
    assert f"revenue:{payout.creator_id}" not in page.content.decode()


def test_a_payout_that_is_released_goes_on_and_its_mail_says_so(
    own_database: str,
) -> None:
    payout = asked_for()
    dora = signed_in(staff("dora"))
    act(dora, payout, "hold", "asked bob")

    act(dora, payout, "release", "bob answered")

    assert payout.state == "requested"
    told = composing.message_of(Outbox.objects.filter(template="payout").latest("id"))
    assert told.subject == "Your payout of €90.00 goes ahead"


def test_a_held_payout_is_released_and_approved_by_one_act(own_database: str) -> None:
    """W4: with one reason; the second approval is another person's, and never the
    payee's."""
    payout = asked_for()
    bob, dora, erik = payout.creator, staff("dora"), staff("erik")
    bob.is_staff = True
    bob.save()
    act(signed_in(dora), payout, "hold", "asked bob")

    assert "Somebody else has to review" in act(signed_in(bob), payout, "clear", "mine")
    act(signed_in(dora), payout, "clear", " ")
    assert payout.state == "held"
    act(signed_in(dora), payout, "clear", "bob answered")
    assert (payout.state, payout.approvals.count()) == ("requested", 1)
    act(signed_in(dora), payout, "clear", "again")
    assert payout.state == "requested"

    act(signed_in(dora), payout, "hold", "one more thing")
    act(signed_in(dora), payout, "clear", "that too")
    assert (payout.state, payout.approvals.count()) == ("requested", 1)
    act(signed_in(erik), payout, "hold", "wait")
    act(signed_in(erik), payout, "clear", "seen")
    assert (payout.state, payout.approvals.count()) == ("approved", 2)
    assert list(
        Audit.objects.filter(subject=f"payout:{payout.pk}", action="payout_approved")
        .order_by("id")
        .values_list("actor__username", "reason")
    ) == [("dora", "bob answered"), ("erik", "seen")]


def test_moments_are_written_in_one_way_in_fields_and_tables(own_database: str) -> None:
    payout = asked_for()
    dora = signed_in(staff("dora"))
    act(dora, payout, "hold", "asked bob")
    page = dora.get(f"{PAYOUTS}{payout.pk}/change/").content.decode()

    assert f"{payout.requested_at:%Y-%m-%d %H:%M}" in page
    for other in (" a.m.", " p.m.", f"{payout.requested_at:%b. }", "noon", "midnight"):
        assert other not in page
    listed = dora.get("/admin/accounts/audit/").content.decode()
    assert f"{Audit.objects.latest('id').at:%Y-%m-%d %H:%M}" in listed


def test_a_page_on_which_nothing_is_typed_loads_no_script_of_forms(
    own_database: str,
) -> None:
    """Django's need another script that is not there."""
    payout = asked_for()
    page = signed_in(staff("dora")).get(f"{PAYOUTS}{payout.pk}/change/")

    assert "prepopulate" not in page.content.decode()


def test_an_audit_log_without_rows_says_so_in_a_sentence(own_database: str) -> None:
    bob = person("bob")
    page = signed_in(staff("dora")).get(f"/admin/accounts/user/{bob.pk}/change/")

    text = page.content.decode().split("<h2>Audit log</h2>")[1]
    assert "None" not in text.split("</section>")[0]


def test_what_is_owed_to_whom(own_database: str) -> None:
    payout = asked_for("bob")
    carol = person("carol")
    flattr_by_readers(carol, readers=2)
    end_month()
    post("dispute:DP:withdrawn", {chart.debt(carol): -700, chart.SIMULATED: 700})
    dora = signed_in(staff("dora"))

    page = dora.get("/admin/payouts/creator/").content.decode()
    rows = {
        name: page.split(f">{name}<")[1].split("</tr>")[0] for name in ("bob", "carol")
    }
    assert 'field-reserved_">€90.00' in rows["bob"]
    assert 'field-pending_">€20.00' in rows["carol"]
    assert 'field-owed_">€7.00' in rows["carol"]
    of_bob = dora.get(f"/admin/payouts/creator/{payout.creator_id}/change/")
    assert f"/admin/payouts/payout/{payout.pk}/change/" in of_bob.content.decode()


# --- Suspending


def test_suspending_bob_takes_back_this_month_and_holds_his_payouts(
    own_database: str,
) -> None:
    """T42, design 2: older flattrs are split, the payouts held, the readers told."""
    payout = asked_for()
    bob, alice, carol = payout.creator, person("alice"), person("carol")
    open_budget(alice)
    song = bob.things.get()
    click(alice, song)
    click(alice, thing_of(carol, "blog"))
    dora = signed_in(staff("dora"))

    page = dora.post(
        f"/admin/accounts/user/act/suspend/?ids={bob.pk}", {"text": "stolen songs"},
        follow=True,
    )  # fmt: skip

    assert "act/unsuspend/" in page.content.decode()
    bob.refresh_from_db()
    payout.refresh_from_db()
    assert (bob.suspended_at is not None, bob.suspension_reason) == (
        True,
        "stolen songs",
    )
    assert payout.state == "held"
    assert execute("SELECT creator_id FROM flattr WHERE reader_id = %s", alice.pk) == [
        (carol.pk,)
    ]
    mail = Outbox.objects.get(template="taken_back")
    assert (mail.person, mail.facts["things"]) == (alice, [song.title])
    assert "Lift the suspension first" in act(dora, payout, "release", "why not")
    assert payout.state == "held"

    dora.post(
        f"/admin/accounts/user/act/unsuspend/?ids={bob.pk}", {"text": "his own songs"}
    )
    act(dora, payout, "release", "his own songs")
    assert payout.state == "requested"
    acts = Audit.objects.acts().filter(subject=f"person:{bob.pk}").order_by("id")
    assert [row.action for row in acts][-2:] == [
        "person_suspended",
        "person_unsuspended",
    ]


def test_suspending_a_thing_tells_its_readers(own_database: str) -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    song, blog = thing_of(bob, "song"), thing_of(bob, "blog")
    click(alice, song)
    click(alice, blog)
    dora = signed_in(staff("dora"))

    dora.post(f"/admin/buttons/thing/act/suspend/?ids={song.pk}", {"text": "a copy"})

    song.refresh_from_db()
    assert song.suspended_at is not None
    assert execute("SELECT thing_id FROM flattr") == [(blog.pk,)]
    assert Outbox.objects.get(template="taken_back").facts["things"] == [song.title]


def test_nothing_is_suspended_without_a_reason(own_database: str) -> None:
    bob = person("bob")
    dora = signed_in(staff("dora"))

    page = dora.post(
        f"/admin/accounts/user/act/suspend/?ids={bob.pk}", {"text": " "}, follow=True
    )

    assert "Please give a reason" in page.content.decode()
    bob.refresh_from_db()
    assert bob.suspended_at is None


def test_a_reader_set_aside_is_closed_later(own_database: str) -> None:
    """Staff settle the reader who was set aside, under the same reference (S9)."""
    alice, bob, dora = person("alice"), person("bob"), staff("dora")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    suspending.suspend_person(alice, dora, "a stolen card?")
    period = end_month()
    client = signed_in(dora)

    page = client.get(f"/admin/payouts/close/{period}/change/").content.decode()
    assert "Close now" in page
    assert "closed except for 1" in client.get("/admin/payouts/close/").content.decode()
    now = f"/admin/payouts/close/{period}/reader/{alice.pk}/"
    refused = client.post(now, {"text": "it is hers"}, follow=True).content.decode()
    assert "suspended" in refused
    assert not Split.objects.exists()

    suspending.unsuspend_person(alice, dora, "it is hers")
    assert client.get(now).status_code == 200
    client.post(now, {"text": "it is hers"})

    assert Split.objects.get().reader == alice
    assert CloseProblem.objects.get().closed_at is not None
    assert client.post(now, {"text": "again"}).status_code == 404
    assert Audit.objects.get(action="reader_closed").reason == "it is hers"


# --- The ledger


def test_the_ledger_is_read_book_by_book(own_database: str) -> None:
    payout = asked_for()
    period = Close.objects.earliest("period").period
    dora = signed_in(staff("dora"))

    page = dora.get("/admin/ledger/entry/").content.decode()
    assert "payout:" in page
    assert f"close:{period // 100}-" not in page
    page = dora.get("/admin/ledger/entry/", {"book": period}).content.decode()
    assert f"close:{period // 100}-" in page
    found = dora.get("/admin/ledger/transaction/", {"q": f"payout:{payout.pk}:"})
    assert f"payout:{payout.pk}:reserve" in found.content.decode()
    reference = Split.objects.earliest("reader_id").reference
    found = dora.get("/admin/ledger/transaction/", {"q": reference})
    assert reference in found.content.decode()
    reserve = Transaction.objects.get(reference=f"payout:{payout.pk}:reserve")
    page = dora.get(f"/admin/ledger/transaction/{reserve.pk}/change/").content.decode()
    assert page.count("€90.00") == 2  # one debit, one credit


def test_splits_and_frozen_months_are_read_page_by_page(own_database: str) -> None:
    asked_for()
    period = Close.objects.earliest("period").period
    dora = signed_in(staff("dora"))

    for page in ("splits", "months"):
        first = Split.objects.order_by("reader_id")[0]
        address = f"/admin/payouts/close/{period}/{page}/"
        assert first.reader.username in dora.get(address).content.decode()
        rest = dora.get(address, {"after": first.reader_id}).content.decode()
        assert f">{first.reader.username}<" not in rest


# --- How much it asks of the database


def test_lists_make_a_fixed_number_of_queries_and_count_within_limits(
    own_database: str,
) -> None:
    """Whatever their length; and none counts all of a table."""
    bob = person("bob")
    earn(bob, readers=9)
    requesting.request_payout(bob)
    dora = signed_in(staff("dora"))
    dora.get("/admin/")
    lists = [
        reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
        for meta in shown()
    ]
    few = {address: queries(dora, address) for address in lists}

    for n in range(3):
        creator = person(f"creator-{n}")
        flattr_by_readers(creator, readers=3)
        copy = thing_of(creator, "x")
        suspending.suspend_thing(copy, staff(f"d{n}"), "a copy")
        Report.objects.create(thing=copy, reason="not_theirs")
    end_month()
    for creator in User.objects.filter(username__startswith="creator-"):
        destination = bob.destinations.get()
        Payout.objects.create(
            creator=creator,
            destination=destination,
            amount=1_000,
            currency="EUR",
            requested_at=clock.now(),
        )

    assert Entry.objects.count() > 30
    for address in lists:
        asked = queries(dora, address)
        assert len(asked) == len(few[address]), address
        assert len(asked) < 20, address
        for statement in asked:
            assert "DISTINCT" not in statement, statement
            counts = statement.startswith("SELECT COUNT(")
            assert not counts or "LIMIT" in statement, statement


def queries(client: Client, address: str) -> list[str]:
    with Questions() as questions:
        assert client.get(address).status_code == 200
    return questions.asked


def test_staff_see_the_face_and_the_picture_that_they_decide_about(
    own_database: str,
) -> None:
    bob = person("bob")
    song = thing_of(bob, "song")
    face = f"/picture/{keeping.keep(bob, b'a face').digest}.webp"
    cover = f"/picture/{keeping.keep(song, b'a cover').digest}.webp"
    about_bob = Report.objects.create(person=bob, reason="illegal")
    about_song = Report.objects.create(thing=song, reason="illegal")
    dora = signed_in(staff("dora"))

    def page(path: str) -> str:
        return dora.get(f"/admin/{path}").content.decode()

    assert face in page("accounts/user/")
    assert face in page("buttons/thing/")
    assert cover in page("buttons/thing/")
    assert face in page(f"buttons/report/{about_bob.pk}/change/")
    assert cover in page(f"buttons/report/{about_song.pk}/change/")
