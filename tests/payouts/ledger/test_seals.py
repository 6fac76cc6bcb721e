"""What somebody mightier than the triggers changes shows: every day has a seal, over what
was posted and over the seal before (L7)."""

from __future__ import annotations

import hashlib
import io
import json
import threading
from datetime import date, timedelta
from typing import Any

import psycopg2
import pytest
from django.core import mail as sent
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from psycopg2.extensions import connection as PostgresConnection

from accounts.mail import outbox
from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock, roles
from payouts.close import closing
from payouts.ledger import seals
from payouts.ledger.models import Entry, Seal, Transaction
from payouts.operations import due
from tests.world.people import (
    click,
    execute,
    open_budget,
    person,
    post_payment,
    thing_of,
    travel,
)

pytestmark = pytest.mark.usefixtures("own_database")

DAY = timedelta(days=1)


def verify(*arguments: str) -> tuple[int, dict[str, Any]]:
    """The command's exit code and what it prints."""
    told = io.StringIO()
    code = 0
    try:
        call_command("verify_seals", *arguments, stdout=told)
    except SystemExit as end:
        code = int(end.code or 0)
    return code, json.loads(told.getvalue())


def next_day(days: int = 1, hour: int = 1) -> None:
    at = clock.now() + days * DAY
    travel(at.replace(hour=hour, minute=0, second=0, microsecond=0))


def seal_all() -> list[Seal]:
    """What ticks seal until no day is left."""
    return list(iter(seals.seal_day, None))


@pytest.fixture
def sealed() -> list[Seal]:
    """Five days: two payments each, and a month closed on one of them."""
    alice, bob = person("alice"), person("bob")
    travel(months.end(clock.period()) - 2.5 * DAY)
    open_budget(alice, 1_000)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    made = []
    for n in range(5):
        post_payment(alice.pk, 300 + n, f"charge:{n}-a")
        post_payment(alice.pk, 500 + n, f"charge:{n}-b")
        if clock.period() != month and not execute("SELECT 1 FROM close"):
            closing.close_month(month)
        next_day()
        made += seal_all()
    return made


def as_superuser(owner: PostgresConnection, *statements: str) -> None:
    with owner.cursor() as cursor:
        for table in ("ledger_transaction", "ledger_entry", "ledger_seal"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)


def test_each_day_is_sealed_once(sealed: list[Seal]) -> None:
    """And a month that was closed with it."""
    days = [seal.day for seal in sealed]

    assert days == [days[0] + n * DAY for n in range(5)]
    assert [seal.transactions for seal in sealed] == [3, 2, 2, 3, 2]
    assert sealed[-1].through_book == execute("SELECT max(period) FROM close")[0][0]
    assert seals.seal_day() is None
    assert verify() == (
        0,
        {
            "ok": True,
            "seals": 5,
            "closes": 1,
            "broken": {},
            "last": f"{days[-1]}",
            "seal": sealed[-1].seal,
        },
    )


def test_anybody_can_compute_a_seal(sealed: list[Seal]) -> None:
    """In a dozen lines, from what the ledger says and what is written about seals."""
    chain = b""

    def add(text: str) -> None:
        nonlocal chain
        chain = hashlib.sha256(chain + text.encode()).digest()

    before, last = sealed[2], sealed[3]
    add(f"seal|{last.day}|{before.seal}|{last.through_id}|{last.through_book}\n")
    covered = [
        row
        for row in Transaction.objects.order_by("book", "id")
        if (row.book == 0 and before.through_id < row.pk <= last.through_id)
        or before.through_book < row.book <= last.through_book
    ]
    for row in covered:
        entries = Entry.objects.filter(transaction=row).select_related("account")
        lines = sorted(
            f"{e.account.kind}|{e.account.owner_id or ''}|{e.currency}|{e.amount}\n".encode()
            for e in entries
        )
        times = [
            f"{at:%Y-%m-%dT%H:%M:%S.%fZ}" for at in (row.occurred_at, row.posted_at)
        ]
        head = [row.book, row.pk, row.reference, row.kind, row.period, row.currency]
        tail = [row.content or "", row.reverses or ""]
        add(
            "|".join(map(str, [*head, *times, *tail])) + "\n" + b"".join(lines).decode()
        )

    assert {row.book for row in covered} == {0, last.through_book}
    assert chain.hex() == last.seal


ON_THE_SECOND_DAY = "(SELECT id FROM ledger_transaction WHERE reference = 'charge:1-a')"


# Nothing that sums are good for shows any of these but the first.
DEEDS = [
    f"UPDATE ledger_entry SET amount = amount + 1 WHERE amount > 0 AND transaction_id = {ON_THE_SECOND_DAY}",
    f"UPDATE ledger_entry SET amount = amount * 2 WHERE transaction_id = {ON_THE_SECOND_DAY}",
    f"DELETE FROM ledger_entry WHERE transaction_id = {ON_THE_SECOND_DAY}",
    f"""INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)
        SELECT 0, {ON_THE_SECOND_DAY}, id, 'EUR', CASE kind WHEN 'means' THEN 7 ELSE -7 END
        FROM ledger_account WHERE kind IN ('means', 'simulated')""",
    f"""UPDATE ledger_entry SET account_id = (SELECT min(id) FROM ledger_account
        WHERE kind = 'pending') WHERE amount > 0 AND transaction_id = {ON_THE_SECOND_DAY}""",
    "UPDATE ledger_transaction SET occurred_at = occurred_at - interval '1 s' WHERE reference = 'charge:1-a'",
    "UPDATE ledger_transaction SET posted_at = posted_at - interval '1 us' WHERE reference = 'charge:1-a'",
    "UPDATE ledger_transaction SET reference = 'charge:1-c' WHERE reference = 'charge:1-a'",
    "UPDATE ledger_transaction SET period = period - 1 WHERE reference = 'charge:1-a'",
    "UPDATE ledger_transaction SET content = repeat('0', 64) WHERE reference = 'charge:1-a'",
    "UPDATE ledger_transaction SET reverses = 1 WHERE reference = 'charge:1-a'",
]  # fmt: skip


def test_what_a_superuser_changed_shows_as_its_day(sealed: list[Seal]) -> None:
    """Each deed alone, and all the other days are as they were."""
    for deed in DEEDS:
        with roles.as_owner(), transaction.atomic():
            for table in ("ledger_transaction", "ledger_entry"):
                execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            execute(deed)

            code, told = verify()

            assert code == 1, deed
            assert told["first"] == f"{sealed[1].day}", deed
            assert list(told["broken"]) == [f"{sealed[1].day}"], deed
            assert verify("--from", f"{sealed[2].day}")[0] == 0
            transaction.set_rollback(True)


def test_a_closes_book_is_sealed_with_the_day_it_came(
    sealed: list[Seal], owner_connection: PostgresConnection
) -> None:
    as_superuser(
        owner_connection,
        "UPDATE ledger_entry SET amount = amount * 2 WHERE book <> 0",
    )

    month = months.show(sealed[3].through_book)
    assert list(verify()[1]["broken"]) == [f"{sealed[3].day}", month]


@pytest.mark.parametrize("wanted", [2**63 - 2, -5])
def test_nobody_gets_past_the_seals_with_an_id_of_their_own(
    sealed: list[Seal], wanted: int
) -> None:
    """By one ahead of all others later seals covered nothing, one behind made a seal
    that was right differ for ever."""
    accounts = execute(
        "SELECT id FROM ledger_account WHERE kind IN ('means', 'simulated') ORDER BY kind"
    )
    with transaction.atomic():
        [(txn,)] = execute(
            "INSERT INTO ledger_transaction (book, id, reference, kind, period, currency,"
            " occurred_at, posted_at, xid, content) VALUES (0, %s, 'charge:own', 'charge',"
            " 202001, 'EUR', now(), '2020-01-01', '1', 'x') RETURNING id", wanted,
        )  # fmt: skip
        for (account,), amount in zip(accounts, (1, -1), strict=True):
            execute(
                "INSERT INTO ledger_entry (book, transaction_id, account_id, currency,"
                " amount) VALUES (0, %s, %s, 'EUR', %s)", txn, account, amount,
            )  # fmt: skip
    post_payment(User.objects.get(username="alice").pk, 700, "charge:with it")
    next_day()
    seal_all()
    post_payment(User.objects.get(username="alice").pk, 700, "charge:after it")
    next_day()
    seal_all()

    made = Seal.objects.order_by("-day").values_list("transactions", flat=True)
    assert [*made[:2]] == [1, 2]
    assert verify()[0] == 0


def test_a_chain_that_was_written_anew_is_not_the_one_in_the_mails(
    sealed: list[Seal], owner_connection: PostgresConnection
) -> None:
    """Whoever may do anything can seal again; the operator has the seals of before."""
    mailed = sealed[3].seal
    assert verify("--seal", f" {mailed.upper()[:32]} {mailed[32:]}\n")[1]["sealed"] == (
        f"{sealed[3].day}"
    )

    as_superuser(
        owner_connection,
        "UPDATE ledger_entry SET amount = amount * 2 WHERE book = 0",
        "DELETE FROM ledger_seal",
    )
    seal_all()

    assert verify()[0] == 0
    code, told = verify("--seal", mailed)
    assert (code, told["sealed"]) == (1, None)
    assert "written anew" in told["broken"][mailed]


def test_a_seal_that_was_taken_out_is_missed(
    sealed: list[Seal], owner_connection: PostgresConnection
) -> None:
    as_superuser(
        owner_connection, f"DELETE FROM ledger_seal WHERE day = '{sealed[1].day}'"
    )

    assert list(verify()[1]["broken"]) == [f"{sealed[2].day}"]


def test_a_payment_that_is_late_is_waited_for(
    owner_connection: PostgresConnection,
) -> None:
    """Posted before midnight, committed after it: no seal without it, and none that
    keeps anybody waiting."""
    alice, bob = person("alice"), person("bob")
    post_payment(alice.pk, 300, "charge:first")
    name = connection.settings_dict["NAME"]
    late = psycopg2.connect(**{**connection.get_connection_params(), "dbname": name})
    with late.cursor() as cursor:
        cursor.execute(
            "WITH t AS (INSERT INTO ledger_transaction (book, reference, kind, period,"
            " currency, posted_at, xid, content) VALUES (0, 'charge:late', 'charge', 1,"
            " 'EUR', now(), pg_current_xact_id(), 'x') RETURNING id) SELECT id FROM t"
        )
        key = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO ledger_entry (book, transaction_id, account_id, currency, amount)"
            " SELECT 0, %s, id, 'EUR', CASE kind WHEN 'means' THEN 7 ELSE -7 END"
            " FROM ledger_account WHERE kind IN ('means', 'simulated')",
            [key],
        )
    next_day()

    early = seals.seal_day()
    post_payment(bob.pk, 400, "charge:second")
    late.commit()
    late.close()
    made = seal_all()

    assert early is None
    assert [seal.transactions for seal in made] == [2]
    assert verify()[0] == 0


def test_a_clock_that_goes_back_harms_nothing() -> None:
    """By ids it is decided which seal covers what: all is in exactly one."""
    alice = person("alice")
    now = clock.now()
    post_payment(alice.pk, 300, "charge:today")
    next_day(3)
    post_payment(alice.pk, 300, "charge:in-three-days")
    assert len(seal_all()) == 1
    travel(now)
    post_payment(alice.pk, 300, "charge:today-again")
    assert seal_all() == []

    next_day(5)
    seal_all()

    assert [*Seal.objects.order_by("day").values_list("transactions", flat=True)] == [
        1, 2, 0,
    ]  # fmt: skip
    assert verify()[0] == 0


def test_a_long_absence_is_made_up_for_day_by_day() -> None:
    """A day on which nothing happened is sealed too."""
    alice = person("alice")
    post_payment(alice.pk, 300, "charge:a")
    next_day()
    seal_all()
    for n in range(3):
        post_payment(alice.pk, 300, f"charge:b{n}")
        next_day(10)

    made = seal_all()

    assert len(made) == 30
    assert [seal.transactions for seal in made if seal.transactions] == [1, 1, 1]
    assert len({seal.seal for seal in made}) == 30


def test_two_ticks_at_once_make_one_seal() -> None:
    alice = person("alice")
    post_payment(alice.pk, 300, "charge:a")
    next_day()
    made: list[Seal | None] = []

    def tick() -> None:
        try:
            made.append(seals.seal_day())
        finally:
            connection.close()

    threads = [threading.Thread(target=tick) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [seal.transactions for seal in made if seal] == [1]
    assert Seal.objects.count() == 1


def test_nobody_writes_or_takes_a_seal_away(
    sealed: list[Seal], owner_connection: PostgresConnection
) -> None:
    """The application's role may not write the table of seals (L3)."""
    for statement in (
        "INSERT INTO ledger_seal SELECT day + 9, made_at, 1, 1, 1, 1, repeat('0', 64) FROM ledger_seal",
        "UPDATE ledger_seal SET seal = repeat('0', 64)",
        "DELETE FROM ledger_seal",
        "TRUNCATE ledger_seal",
    ):
        with (
            pytest.raises(Exception, match="permission denied"),
            transaction.atomic(),
        ):
            execute(statement)
        if not statement.startswith("INSERT"):
            with (
                owner_connection.cursor() as cursor,
                pytest.raises(psycopg2.IntegrityError, match="only ever added"),
            ):
                cursor.execute(statement)


def test_without_a_seal_there_is_nothing_to_differ() -> None:
    assert verify() == (0, {"ok": True, "seals": 0, "closes": 0, "broken": {}})
    with pytest.raises(CommandError, match="not a day"):
        verify("--from", "yesterday")


def test_months_that_are_closed_late_are_sealed_when_they_are() -> None:
    """A close that was begun before midnight and finished after it."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month).replace(hour=23))
    steps = closing.steps(month)
    next(steps)
    next(steps)
    next_day()
    before = seals.seal_day()
    list(steps)
    next_day()
    after = seals.seal_day()

    assert before is not None
    assert after is not None
    assert (before.through_book, after.through_book) == (0, month)
    assert after.day == before.day + DAY
    assert verify()[0] == 0
    assert isinstance(after.day, date)


def test_the_operator_has_each_seal_by_mail() -> None:
    """Once, with those of the week before, for days on which anything was posted; and
    not before there is anybody."""
    alice = person("alice")
    post_payment(alice.pk, 300, "charge:a")
    next_day()
    assert due.seal_days() == "sealed 1 days"
    assert not Outbox.objects.filter(template="seal").exists()
    person("dora", is_staff=True, is_superuser=True)
    due.seal_days()
    next_day(5)
    due.seal_days()
    post_payment(alice.pk, 300, "charge:b")
    next_day(5)
    due.seal_days()
    due.seal_days()

    outbox.send_due()

    first, second = sent.outbox
    assert Seal.objects.filter(transactions=0).count() == 9
    latest = Seal.objects.get(day=Seal.objects.latest("day").day - 4 * DAY)
    assert first.to == second.to == ["hello@localhost"]
    assert "1 transaction with 2 entries" in first.body
    assert second.subject == f"The ledger's seal of {latest.day}"
    assert f"verify_seals --seal {latest.seal}" in second.body
    before = Seal.objects.filter(day__lte=latest.day).order_by("-day")
    week = [*before.values_list("seal", flat=True)[:8]]
    assert all(seal in second.body for seal in week)
    assert verify("--seal", latest.seal)[1]["sealed"] == f"{latest.day}"


def test_everybody_sees_the_last_seal_beside_the_closes(sealed: list[Seal]) -> None:
    assert sealed[-1].seal in Client().get("/closes").content.decode()
