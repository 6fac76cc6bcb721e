"""The ledger is looked at every ten minutes, around closes and before payouts; what is
found wrong stops payouts and closes and nothing else, and says so (O3)."""

from __future__ import annotations

import io
import json
import threading
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import Audit, Outbox, User
from buttons.clicks import flattring
from flattr import months
from flattr.database import clock, roles
from payouts import chart
from payouts.close import breaker, closing, inspecting
from payouts.earnings import requesting
from payouts.ledger import checks, posting, seals
from payouts.models import Close, Inspection, Tick
from payouts.operations import due, lanes
from tests.world.browsing import signed_in
from tests.world.people import (
    click,
    execute,
    open_budget,
    pay_in,
    person,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")


def by_hand(*statements: str) -> None:
    """What somebody with the owner's password did past all guards."""
    with roles.as_owner():
        for table in ("ledger_transaction", "ledger_entry"):
            execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            execute(statement)
        for table in ("ledger_transaction", "ledger_entry"):
            execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            for trigger in guards(table):
                execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {trigger}")


def guards(table: str) -> list[str]:
    rows = execute(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal",
        table,
    )
    return [name for (name,) in rows]


def ten_minutes_pass() -> None:
    execute(
        "UPDATE inspection SET started_at = started_at - interval '10 minutes',"
        " finished_at = finished_at - interval '10 minutes'"
    )


def next_day() -> None:
    travel((clock.now() + timedelta(days=1)).replace(hour=1))


@pytest.fixture
def month() -> int:
    """A month that is over, in which Alice flattred Bob; Dora and Erik are staff."""
    alice, bob = person("alice"), person("bob")
    person("dora", is_staff=True, is_superuser=True)
    person("erik", is_staff=True)
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    over = clock.period()
    travel(months.end(over).replace(hour=3))
    return over


def test_every_ten_minutes_one_worker_looks() -> None:
    """However many tick at once."""

    def tick() -> None:
        try:
            due.check_ledger()
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Inspection.objects.filter(whole=True, finished_at__isnull=False).count() == 1

    ten_minutes_pass()
    due.check_ledger()
    due.check_ledger()

    assert Inspection.objects.filter(whole=True, broken={}).count() == 2


def test_it_stops_payouts_and_closes_and_nothing_else(month: int) -> None:
    """And whoever has to know is told, once."""
    alice, bob = User.objects.get(username="alice"), User.objects.get(username="bob")
    by_hand("UPDATE ledger_balance SET amount = amount + 1")

    told = [*lanes.run_all()]
    told += lanes.run_all()

    wrong = "An account's balance is not the sum of its entries (L4): means of person"
    assert any(f"payouts and closes are stopped: {wrong}" in line for line in told)
    assert not Close.objects.exists()
    with pytest.raises(requesting.NoPayout, match="stopped while we check"):
        requesting.request_payout(bob)
    flattring.flattr_thing(alice, thing_of(bob, "another-song"))
    pay_in(alice, 500)
    browser = signed_in(alice)
    assert browser.get("/month").status_code == 200
    assert browser.get("/healthz").json() == {"database": "ok", "ledger": "stopped"}
    staff = signed_in(User.objects.get(username="dora"))
    page = unescape(staff.get("/admin/").content.decode())
    assert f"Payouts and closes are stopped: {wrong}" in page
    mails = Outbox.objects.filter(template="stopped")
    assert sorted(
        mail.facts.get("to", mail.person and mail.person.email) for mail in mails
    ) == [
        "dora@people.example",
        "erik@people.example",
        "hello@localhost",
    ]
    assert Audit.objects.filter(action="breaker_tripped").count() == 1


def test_it_goes_on_when_a_whole_look_finds_all_in_order(month: int) -> None:
    by_hand("UPDATE ledger_balance SET amount = amount + 1")
    due.check_ledger()
    by_hand("UPDATE ledger_balance SET amount = amount - 1")
    assert not inspecting.adds_up()
    assert breaker.tripped()
    ten_minutes_pass()

    told = [*lanes.run_all()]

    assert f"closed {months.show(month)}" in told
    assert breaker.tripped() == ""
    assert Outbox.objects.filter(template="resumed").count() == 3
    assert Tick.objects.get().ended_at > timezone.now() - timedelta(minutes=1)


def test_a_close_stands_between_two_looks(month: int) -> None:
    list(inspecting.close_steps(month))

    looks = Inspection.objects.order_by("id")
    done = Close.objects.get(period=month)
    assert [(look.whole, look.broken) for look in looks] == [(False, {}), (True, {})]
    assert done.state == "closed"
    assert list(inspecting.close_steps(month)) == []


def test_no_close_begins_on_a_ledger_that_does_not_add_up(month: int) -> None:
    by_hand("UPDATE ledger_entry SET amount = amount + 1 WHERE amount > 0")

    with pytest.raises(CommandError, match="does not add up"):
        call_command("close_month", months.show(month), stdout=io.StringIO())

    assert not Close.objects.exists()
    assert "L1" in breaker.tripped()


def test_what_goes_wrong_in_a_close_stops_the_payouts_after_it(month: int) -> None:
    steps = inspecting.close_steps(month)
    for step in steps:
        if step.name == "sealed":
            by_hand("UPDATE ledger_balance SET amount = amount + 1")

    assert "L4" in breaker.tripped()


LATE = "(SELECT max(id) FROM ledger_transaction WHERE book = 0)"
# What a look at the last days has to see, by how the sentence about it begins.
WRONGS = {
    "A transaction does not add up": f"DELETE FROM ledger_entry WHERE transaction_id = {LATE} AND amount > 0",
    "The entries of a currency": f"UPDATE ledger_entry SET amount = 7 WHERE transaction_id = {LATE} AND amount > 0",
    "An entry has another currency": f"UPDATE ledger_entry SET account_id = 99 WHERE transaction_id = {LATE} AND amount > 0",
    "An account's balance": "UPDATE ledger_balance SET amount = 3 WHERE amount > 0",
    "An account that may not be below zero": "DELETE FROM ledger_balance",
    "A reference was used": """INSERT INTO ledger_transaction (book, reference, kind, period, currency,
             occurred_at, posted_at, xid, content)
             SELECT book, 'charge:first', kind, period, currency, occurred_at, posted_at,
             '1', 'x' FROM ledger_transaction WHERE reference = 'charge:last'""",
    "A table of the ledger lacks": "ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_stays",
    "The application's role": "GRANT UPDATE ON ledger_entry TO app",
}  # fmt: skip


@pytest.mark.parametrize("whole", [True, False])
def test_each_promise_that_is_broken_is_named(whole: bool) -> None:
    """By a whole look, and by one at what was posted since the last seal."""
    alice = person("alice")
    amounts = {chart.SIMULATED: -700, chart.means(alice): 700}
    posting.post("charge:first", amounts)
    next_day()
    seal = seals.seal_day()
    posting.post("charge:last", amounts)
    since = None if whole else seal
    assert not any(checks.check(since).values())

    for name, deed in WRONGS.items():
        with roles.as_owner(), transaction.atomic():
            for table in ("ledger_transaction", "ledger_entry"):
                execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            for constraint, table in (
                ("entry_of_an_account", "ledger_entry"),
                ("ledger_transaction_reference_is_unique", "ledger_transaction"),
            ):
                execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
            execute(deed)
            broken = [key for key, rows in checks.check(since).items() if rows]
            transaction.set_rollback(True)

        assert any(key.startswith(name) for key in broken), (name, broken)


def test_a_close_that_is_seen_in_the_midst_of_a_look_is_no_fault(
    month: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which tables there are is known when a look is planned, what is in them when it
    runs; here the month becomes visible in between."""
    with roles.as_owner():
        execute(
            "CREATE FUNCTION waits() RETURNS boolean LANGUAGE plpgsql IMMUTABLE"
            " SET lock_timeout = '1min' AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock_shared(7); RETURN false; END'"
        )
        execute("GRANT EXECUTE ON FUNCTION waits() TO app")
    # Planned after all others, since the planner has to know what it gives.
    last = checks.Check("", "", "", "SELECT 'never' FROM ledger_seal WHERE waits()")
    monkeypatch.setattr(checks, "CHECKS", [*checks.CHECKS, last])
    found: list[dict[str, list[str]]] = []

    def look() -> None:
        found.append(checks.check())
        connection.close()

    execute("SELECT pg_advisory_lock(7)")
    looking = threading.Thread(target=look)
    looking.start()
    while not execute(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    ):
        assert looking.is_alive()
    closing.close_month(month)
    execute("SELECT pg_advisory_unlock(7)")
    looking.join()

    assert not any(found[0].values()), found


def test_older_days_are_left_to_whole_looks(month: int) -> None:
    """And those take at most a twentieth of the time."""
    seals.seal_day()
    by_hand("UPDATE ledger_entry SET amount = amount * 2 WHERE amount <> 0")

    assert inspecting.adds_up()
    due.check_ledger()
    assert inspecting.adds_up()
    ten_minutes_pass()
    due.check_ledger()
    assert not inspecting.adds_up()


def test_a_whole_look_that_takes_long_is_taken_less_often() -> None:
    now = timezone.now()
    Inspection.objects.create(
        whole=True,
        started_at=now - timedelta(minutes=15),
        finished_at=now - timedelta(minutes=14),
    )
    due.check_ledger()
    ten_minutes_pass()
    due.check_ledger()

    assert [*Inspection.objects.order_by("id").values_list("whole", flat=True)] == [
        True, False, True,
    ]  # fmt: skip


def test_the_command_says_what_is_wrong_what_it_means_and_where(month: int) -> None:
    told = io.StringIO()
    call_command("check_ledger", stdout=told)
    assert "The ledger is in order: 12 of 12 checks passed." in told.getvalue()
    by_hand("UPDATE ledger_balance SET amount = amount + 1 WHERE amount > 0")

    with pytest.raises(SystemExit):
        call_command("check_ledger", stdout=told)

    said = told.getvalue()
    assert (
        "The ledger is not in order: 1 of 12 checks failed. Payouts and closes" in said
    )
    assert "An account's balance is not the sum of its entries (L4).\n" in said
    assert "What it means: The balance or an entry was changed without" in said
    assert f"Where: means of person {User.objects.earliest('pk').pk}" in said


def test_the_command_says_it_for_programs(month: int) -> None:
    by_hand("UPDATE ledger_balance SET amount = amount + 1")
    told = io.StringIO()

    with pytest.raises(SystemExit):
        call_command("check_ledger", "--json", stdout=told)

    answer = json.loads(told.getvalue())
    assert answer["ok"] is False
    assert answer["checks"] == len(checks.CHECKS) + 1
    assert [wrong[-4:] for wrong in answer["broken"]] == ["(L4)"]
    assert breaker.tripped()
