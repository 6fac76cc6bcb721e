"""T47: who a person was is gone from every table, and the books are as they were."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from psycopg2 import sql
from psycopg2.extensions import connection as PostgresConnection

from accounts import audit
from accounts.mail import outbox
from accounts.models import Audit, User
from buttons.anywhere import pasting
from buttons.clicks.flattring import flattr_thing
from buttons.models import Look, Promise, Reading, Report, Thing
from buttons.proofs import settling
from buttons.signals.listings import Entry
from flattr.database import clock
from payouts import chart
from payouts.close import statements
from payouts.earnings import destinations, requesting, reviewing
from payouts.leaving import departing
from payouts.ledger import checks as books
from payouts.ledger import posting
from payouts.models import Payer, Payment
from payouts.moderation import moderating, suspending
from payouts.payments import paying_in
from tests.accounts.signing_in.visiting import sign_in
from tests.world import earning
from tests.world.people import click, execute, open_budget, person, travel

IP = "198.51.100.77"
# What is anywhere only because this person was here.
WORDS = [
    "zebrafinch", "zebulon", "quagga", "okapi", IP, "198.51.100", "7319",
    "fp_unicorn",
]  # fmt: skip
A_DAY = timedelta(days=1)


def everything(owner: PostgresConnection) -> dict[str, list[str]]:
    """Every row of every table as text, as a dump would have it."""
    with owner.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE n.nspname = 'public'"
            " AND c.relkind = 'r' ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall()]
        rows = {}
        for table in tables:
            cursor.execute(
                sql.SQL("SELECT t::text FROM {} t").format(sql.Identifier(table))
            )
            rows[table] = [row for (row,) in cursor.fetchall()]
    return rows


def places_of(word: str, rows: dict[str, list[str]]) -> list[str]:
    # Four digits stand by chance within moments, hashes and what is encrypted.
    looked_for = re.escape(word)
    if word.isdigit():
        looked_for = rf"(?<![a-z0-9.]){word}(?![a-z0-9])"
    return [
        f"{table}: {row}"
        for table, found in rows.items()
        for row in found
        if re.search(looked_for, row.lower())
    ]


def leaver() -> User:
    """Somebody who leaves words wherever they can."""
    found = person(
        "zebrafinch",
        first_name="Zebulon",
        last_name="Quagga",
        about="I am Zebulon.",
        links=["https://zebulon.example/"],
        url="https://quagga.example/",
        city="Quaggaville",
        country="Okapia",
        paper_address="Zebulon Quagga\nOkapi Street 1",
        suspension_reason="once for Zebulon's song",
    )
    audit.address_changed(found, "okapi@people.example")
    return found


def page_of(owner: User, slug: str, *, proved: bool = True) -> Thing:
    now = clock.now()
    return Thing.objects.create(
        url=f"https://quagga.example/{slug}",
        host="quagga.example",
        title=f"Quagga {slug}",
        description="By Zebulon",
        tags=["okapi"],
        owner=owner,
        proved_at=now if proved else None,
        proof="by the operator" if proved else "",
        created_at=now,
    )


def pasted(somebody: User, title: str, *urls: str) -> None:
    pasting.paste(somebody, title, [Entry(url, "") for url in urls])


def wrote_about(zebra: User, dora: User, alice: User) -> None:
    """What staff and others wrote down about them."""
    own = zebra.things.order_by("pk").first()
    assert own is not None
    report = Report.objects.create(
        thing=own, reason="other", words="Zebulon copied it", reporter=alice
    )
    moderating.take_down(report, dora, "Zebulon has to show the licence")
    own.refresh_from_db()
    suspending.unsuspend_thing(own, dora, "Zebulon has shown it")
    Report.objects.create(
        person=alice, reason="other", words="signed Zebulon", reporter=zebra
    )
    passed_on = Thing.objects.create(
        url="https://else.example/",
        host="else.example",
        title="Else",
        created_at=clock.now(),
    )
    settling.decide(passed_on, dora, "zebrafinch Zebulon wrote it")
    settling.decide(passed_on, dora, "alice it was not Zebulon")
    Look.objects.create(
        thing=passed_on, due_at=clock.now(), reason="The page names zebrafinch."
    )
    pasted(zebra, "Okapi feeds", "https://okapi.example/")
    pasted(alice, "Feeds", "https://else.example/", "https://other.example/")
    Reading.objects.filter(url="https://else.example/").update(
        due_at=None,
        read_at=clock.now(),
        outcome="page",
        reason="The page names zebrafinch.",
        person=zebra,
    )
    Reading.objects.filter(url="https://other.example/").update(
        due_at=None,
        read_at=clock.now(),
        outcome="page",
        found={"signals": [{"kind": "me", "here": "zebrafinch"}]},
    )
    LogEntry.objects.create(
        user=dora,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(zebra.pk),
        object_repr="zebrafinch",
        action_flag=CHANGE,
        change_message="Zebulon",
    )


def pay_out(zebra: User, dora: User, erik: User) -> None:
    payout = requesting.request_payout(zebra)
    if payout.state == "held":
        reviewing.release(payout, dora, "Zebulon is known")
    for staff in (dora, erik):
        reviewing.approve(payout, staff, "Zebulon Quagga is known")
        payout.refresh_from_db()
    reviewing.send(payout, dora, "SEPA 4711")


@pytest.fixture
def life(own_database: str) -> User:
    """They gave, made, were paid, reported and were reported; then the account is
    closed. Bob shares their bank account, and his payout is held for it."""
    zebra, alice, bob = leaver(), person("alice"), person("bob")
    dora = person("dora", is_staff=True)
    erik = person("erik", is_staff=True)
    client = Client(REMOTE_ADDR=IP)
    sign_in(client, "zebrafinch", "wrong")
    sign_in(client, "zebrafinch", "correct horse")
    Authenticator.objects.create(
        user=zebra, type="totp", data={"secret": "okapisecret"}
    )
    song = page_of(zebra, "song")
    page_of(zebra, "poem", proved=False)
    Look.objects.create(host="quagga.example", person=zebra, due_at=clock.now())
    joined = clock.now() - 90 * A_DAY
    for n in range(8):
        reader = person(f"reader{n}", date_joined=joined)
        open_budget(reader, 1_000)
        click(reader, song)
        other = Thing.objects.create(
            url=f"https://bob.example/{n}", host="bob.example", title=f"Bob {n}",
            owner=bob, proved_at=clock.now(), proof="by the operator", created_at=clock.now(),
        )  # fmt: skip
        click(reader, other)
    open_budget(zebra, 1_000, paid=0)
    paying_in.pay_simulated(zebra, 2_400)
    Payment.objects.update(paid_with="Visa …7319", fingerprint="fp_unicorn")
    Payer.objects.create(reader=zebra, last4="7319", kept_as="Visa")
    click(zebra, Thing.objects.get(title="Bob 0"))
    flattr_thing(alice_with_budget(alice), Thing.objects.get(title="Quagga poem"))
    earning.end_month()
    client.post(
        "/payouts/destination",
        {"holder": "Zebulon Quagga", "iban": "DE89370400440532013000"},
    )
    destinations.change(None, bob, "Bob", "DE89370400440532013000")
    travel(clock.now() + 8 * A_DAY)
    earning.end_hold()
    wrote_about(zebra, dora, alice)
    flagged = requesting.request_payout(bob)
    assert "zebrafinch" in str(flagged.flags)
    reviewing.release(flagged, erik, "looked at")
    reviewing.hold(flagged, dora, "he and zebrafinch are one person?")
    pay_out(zebra, dora, erik)
    outbox.send_due()
    client.post("/settings/close", {"username": "zebrafinch"})
    zebra.refresh_from_db()
    return zebra


def alice_with_budget(alice: User) -> User:
    open_budget(alice, 500)
    return alice


def test_nothing_is_left_of_who_somebody_was(
    life: User, owner_connection: PostgresConnection
) -> None:
    before = everything(owner_connection)
    assert all(places_of(word, before) for word in WORDS)
    assert life.closing_at is not None

    travel(clock.now() + 7 * A_DAY + timedelta(minutes=5))
    execute("DELETE FROM attempt WHERE key LIKE 'login:%%'")
    told = books.digest()
    months = {
        row: books.digest(row)
        for (row,) in execute("SELECT period FROM close WHERE state = 'closed'")
    }
    assert departing.finish() == 1
    outbox.send_due()

    life.refresh_from_db()
    assert life.erased_at is not None
    after = everything(owner_connection)
    assert {word: places_of(word, after) for word in WORDS} == {
        word: [] for word in WORDS
    }
    account = life.destinations.get()
    assert (bytes(account.iban), account.last4, account.fingerprint) == (b"", "", "")
    assert books.digest() == told
    assert {period: books.digest(period) for period in months} == months
    assert not any(books.check().values())


def test_the_pages_of_others_go_on(life: User) -> None:
    """Statements keep their lines and sums; what staff did is still written down."""
    rows = Audit.objects.count()
    reader = User.objects.get(username="reader0")
    travel(clock.now() + 7 * A_DAY + timedelta(minutes=5))
    assert departing.finish() == 1
    outbox.send_due()

    [period] = [
        row for (row,) in execute("SELECT period FROM split GROUP BY 1 LIMIT 1")
    ]
    statement = statements.statement(reader, period)
    assert statement is not None
    assert statement.total == statement.split.spent == 1_000
    client = Client()
    sign_in(client, "reader0", "correct horse")
    shown = f"{period // 100}-{period % 100:02d}"
    for path in (f"/statements/{shown}", f"/statements/{shown}/check", "/month"):
        assert client.get(path).status_code == 200, path
    page = client.get(f"/statements/{shown}").content.decode()
    assert "Somebody who left" in page
    assert "A page of somebody who left" in page
    assert client.get(f"/statements/flattr-statement-{period}.csv").status_code == 200
    staff = Client()
    sign_in(staff, "dora", "correct horse")
    for path in (f"/admin/accounts/user/{life.pk}/change/", "/admin/payouts/payout/"):
        assert staff.get(path).status_code == 200, path
    assert Audit.objects.count() > rows
    assert not Promise.objects.filter(thing__owner=life).exists()
    assert posting.balance(chart.revenue(life)) == 0


def test_the_name_is_never_given_again(life: User) -> None:
    """A name stays taken after its person was erased (A8)."""
    travel(clock.now() + 7 * A_DAY + timedelta(minutes=5))
    departing.finish()

    for name in ("zebrafinch", "ZEBRAFINCH"):
        again = Client().post(
            "/account/signup/",
            {
                "email": "new@people.example",
                "username": name,
                "password1": "a quiet harbour",
            },
        )
        assert b"we give a name only once" in again.content


def test_somebody_who_left_is_not_suspended(life: User) -> None:
    """Not by a fault of the database's, but with a word."""
    dora = User.objects.get(username="dora")
    travel(clock.now() + 7 * A_DAY + timedelta(minutes=5))
    assert departing.finish() == 1

    with pytest.raises(suspending.NotSuspended, match="left"):
        suspending.suspend_person(life, dora, "late by a week")
