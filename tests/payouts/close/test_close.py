"""A month is closed once, to the cent, whatever happens on the way.

The ledger is compared with a bookkeeper who shares no code with the platform.
"""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from flattr import months
from flattr.database import clock, roles
from flattr.split import rotation, split
from payouts.close import closing
from payouts.ledger import checks, posting
from payouts.models import Close, CloseProblem, Lot, RevenueLine, Split
from payouts.payments import budgeting
from tests.benchmarks import model
from tests.benchmarks import months as bench_months
from tests.benchmarks.bare import BareWrite
from tests.hostility import Budget
from tests.world.bookkeeper import Bookkeeper
from tests.world.crowd import World, agree
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

STATEMENTS_OF_A_CLOSE = 33


def test_a_budget_is_shared_evenly_by_the_creators_flattred() -> None:
    alice, bob, carol = person("alice"), person("bob"), person("carol")
    open_budget(alice, 1_000)
    click(alice, thing_of(bob, "song"))
    click(alice, thing_of(bob, "podcast"))
    click(alice, thing_of(carol, "blog"))
    month = clock.period()
    travel(months.end(month))

    assert closing.close_month(month)

    assert posting.balance(posting.Place("pending", bob.pk)) == 500
    assert posting.balance(posting.Place("pending", carol.pk)) == 500
    assert posting.balance(posting.Place("means", alice.pk)) == 9_000


def test_one_click_and_that_creator_gets_the_whole_budget() -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice, 200, paid=200)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    assert posting.balance(posting.Place("pending", bob.pk)) == 200
    assert Close.objects.get(period=month).spent == 200


def test_a_hundred_creators_get_a_hundredth_each() -> None:
    alice = person("alice")
    open_budget(alice, 200, paid=200)
    makers = [person(f"maker{n}") for n in range(100)]
    for maker in makers:
        click(alice, thing_of(maker, "post"))
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    pending = posting.balances([posting.Place("pending", m.pk) for m in makers])
    assert set(pending.values()) == {2}


def test_the_bookkeeper_agrees_on_a_random_month(
    policy: str, fee_percent: int, budget: Budget
) -> None:
    """S1 to S5, S11, L1, L4: every line and every account, to the cent."""
    books = Bookkeeper(fee_percent=fee_percent, policy=policy)
    world = World(seed=1, readers=budget(100, 300, 300), books=books)
    world.click_around()
    month = world.month_passes()

    assert closing.close_month(month)
    assert not closing.close_month(month)

    world.books.closes(month)
    agree(world.books)
    assert checks.digest(month) == world.books.digest(month)
    assert Close.objects.get(period=month).digest == world.books.digest(month)
    lines = RevenueLine.objects.values_list("period", "reader", "thing", "amount")
    assert {(p, r, t): a for p, r, t, a in lines} == world.books.things
    assert all(not broken for broken in checks.check().values())


def test_the_bookkeeper_agrees_after_ten_months() -> None:
    world = World(seed=2, readers=60, creators=20)
    for _ in range(10):
        world.click_around()
        month = world.month_passes()
        closing.close_month(month)
        world.books.closes(month)
        for reader in world.random.sample(world.reader_ids, 5):
            world.pay(reader, world.random.randrange(200, 5_000))

    agree(world.books)


def test_eight_at_once_close_it_once(own_database: str) -> None:
    """S1, S5: eight workers, one ledger."""
    world = World(seed=3)
    world.click_around()
    month = world.month_passes()

    def work(_: int) -> bool:
        try:
            return closing.close_month(month)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))

    world.books.closes(month)
    agree(world.books)
    assert Close.objects.get(period=month).digest == world.books.digest(month)


def test_a_close_three_days_and_a_hundred_payments_late_is_the_same() -> None:
    """S5, design 6: means are those of the month, whatever the hour of the close."""
    world = World(seed=4, readers=80)
    world.click_around()
    month = world.month_passes()
    travel(clock.now().replace(day=4))
    for _ in range(100):
        world.pay(world.random.choice(world.reader_ids), 5_000)

    closing.close_month(month)

    world.books.closes(month)
    agree(world.books)


WORKER = """
import django, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from payouts.close import closing
print("ready", flush=True)
sys.stdin.readline()
closing.close_month(int(sys.argv[1]))
"""


def test_a_worker_killed_at_random_moments_changes_nothing(
    own_database: str, budget: Budget
) -> None:
    """S5: kill -9, at six moments or with `--all` at twenty; the last one finishes; the
    same digest."""
    seed = random.randrange(10**6)
    chance = random.Random(seed)
    world = World(seed=seed, readers=300)
    world.click_around()
    month = world.month_passes()
    execute("SELECT 1")
    workers = []
    for _ in range(budget(3, 20, 20)):
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, str(month)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        workers.append(worker)
        if len(workers) >= 2:
            kill_later(workers.pop(0), chance.uniform(0.0, 0.12))
    kill_later(workers.pop(), chance.uniform(0.0, 0.12))

    closing.close_month(month)

    world.books.closes(month)
    agree(world.books)
    assert Close.objects.get(period=month).digest == world.books.digest(month), seed


def kill_later(worker: subprocess.Popen[bytes], seconds: float) -> None:
    """Wait until the worker stands at its start, let it go, and kill it on the way."""
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stdout.readline() == b"ready\n"
    worker.stdin.write(b"\n")
    worker.stdin.close()
    time.sleep(seconds)
    worker.kill()
    worker.wait()


def test_a_month_that_is_not_over_is_refused() -> None:
    alice = person("alice")
    open_budget(alice)

    with pytest.raises(closing.MonthRefused, match="not over"):
        closing.close_month(clock.period())


def test_months_close_in_order() -> None:
    """None while an earlier one is open."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    first = clock.period()
    travel(months.end(months.following(first)))

    with pytest.raises(closing.MonthRefused, match="out of order"):
        closing.close_month(months.following(first))
    assert closing.due() == first


def test_nothing_in_the_account_means_nothing_is_spent() -> None:
    alice, bob = person("alice"), person("bob")
    open_budget(alice, 1_000, paid=1_000)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month))
    closing.close_month(month)
    click(alice, Split.objects.get().reader.statement_lines.get().thing)
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    assert Split.objects.count() == 1
    assert Close.objects.get(period=month).spent == 0


def test_nobody_flattred_and_all_of_it_stays() -> None:
    alice = person("alice")
    open_budget(alice, 1_000, paid=1_000)
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    assert posting.balance(posting.Place("means", alice.pk)) == 1_000
    assert not Split.objects.exists()


def test_more_creators_than_cents_leaves_some_without_an_entry() -> None:
    """S4: as many creators as there are cents get one; the split says how many not."""
    alice = person("alice")
    open_budget(alice, 200, paid=200)
    for n in range(205):
        click(alice, thing_of(person(f"maker{n}"), "post"))
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    made = Split.objects.get()
    assert (made.creators, made.without) == (205, 5)
    assert RevenueLine.objects.filter(amount=0).count() == 5
    assert Close.objects.get(period=month).shares == 200


def test_a_suspended_reader_is_set_aside_and_closed_later() -> None:
    """S9: the others are closed; later the same reference, in book 0, once."""
    alice, mallory, bob = person("alice"), person("mallory"), person("bob")
    song = thing_of(bob, "song")
    for reader in (alice, mallory):
        open_budget(reader, 1_000)
        click(reader, song)
    mallory.suspended_at = clock.now()
    mallory.save()
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    assert posting.balance(posting.Place("pending", bob.pk)) == 1_000
    problem = CloseProblem.objects.get()
    assert (problem.reader_id, problem.reason) == (mallory.pk, "suspended by staff")
    with pytest.raises(closing.MonthRefused, match="suspended"):
        closing.close_reader(month, mallory.pk)

    mallory.suspended_at = None
    mallory.save()
    assert closing.close_reader(month, mallory.pk) == "closed"
    assert closing.close_reader(month, mallory.pk) == "nothing to do"

    assert posting.balance(posting.Place("pending", bob.pk)) == 2_000
    late = Lot.objects.get(reader=mallory)
    assert (late.amount, late.creator) == (1_000, bob)
    assert checks.digest(month) == Close.objects.get(period=month).digest
    assert all(not broken for broken in checks.check().values())


def test_a_reader_set_aside_is_set_aside_until_the_earlier_month_is_done() -> None:
    mallory, bob = person("mallory"), person("bob")
    song = thing_of(bob, "song")
    open_budget(mallory, 1_000, paid=1_500)
    click(mallory, song)
    mallory.suspended_at = clock.now()
    mallory.save()
    first = clock.period()
    travel(months.end(first))
    closing.close_month(first)
    mallory.suspended_at = None
    mallory.save()
    click(mallory, song)
    second = clock.period()
    travel(months.end(second))
    closing.close_month(second)

    assert CloseProblem.objects.filter(closed_at=None).count() == 2
    with pytest.raises(closing.MonthRefused, match="earlier month"):
        closing.close_reader(second, mallory.pk)
    closing.close_reader(first, mallory.pk)
    closing.close_reader(second, mallory.pk)

    spent = dict(Split.objects.values_list("period", "spent"))
    assert spent == {first: 1_000, second: 500}


def test_trust_is_three_paid_months_and_sixty_days() -> None:
    """Design 2: lots of readers who are known mature after 7 days, new ones after 30."""
    alice, bob = person("alice"), person("bob")
    song = thing_of(bob, "song")
    open_budget(alice, 200, paid=10_000)
    for _ in range(4):
        click(alice, song)
        month = clock.period()
        travel(months.end(month))
        closing.close_month(month)

    kinds = list(Lot.objects.order_by("period").values_list("hold", flat=True))
    assert kinds == ["new", "new", "new", "trusted"]
    holds = [
        lot.matures_at - lot.counted_from for lot in Lot.objects.order_by("period")
    ]
    assert [hold.days for hold in holds] == [30, 30, 30, 7]


def test_the_creator_at_the_click_gets_the_share() -> None:
    """S12: a later change of owner changes nothing."""
    alice, bob, carol = person("alice"), person("bob"), person("carol")
    open_budget(alice)
    song = thing_of(bob, "song")
    click(alice, song)
    song.owner = carol
    song.save()
    month = clock.period()
    travel(months.end(month))

    closing.close_month(month)

    assert posting.balance(posting.Place("pending", bob.pk)) == 1_000
    assert posting.balance(posting.Place("pending", carol.pk)) == 0


@pytest.mark.parametrize("readers", [30, 600])
def test_no_statement_is_sent_per_reader(readers: int) -> None:
    """As many statements for thirty readers as for six hundred, in one batch; and no
    row of the split comes to Python, only the digest's lines."""
    month = bench_months.make(readers)
    statements: list[str] = []
    most_rows = 0

    def watch(run: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal most_rows
        result = run(sql, *rest)
        statements.append(sql)
        most_rows = max(most_rows, rest[-1]["cursor"].rowcount)
        return result

    with connection.execute_wrapper(watch):
        closing.close_month(month)

    assert Split.objects.count() == readers
    assert len(statements) == STATEMENTS_OF_A_CLOSE, statements
    assert most_rows <= 1


def test_a_digest_that_cannot_be_read_fails_as_any_query(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that whoever calls it knows what to try again."""
    monkeypatch.setattr(checks, "LINES", "SELECT gone AS line FROM ledger_entry")

    with pytest.raises(DatabaseError, match="gone"):
        checks.digest()


def test_a_month_of_many_is_closed_as_it_follows_from_the_flattrs(
    policy: str, fee_percent: int
) -> None:
    """The benchmarks' month, computed again reader by reader; and the bare write, which
    they compare with, writes the very same rows."""
    month = bench_months.make(200, earlier=1)

    closing.close_month(month)

    assert model.verify(month) == 200
    bare = BareWrite(month)
    bare.in_bulk()
    bare.row_by_row()
    with roles.as_owner():
        for table in ("split", "revenue_line"):
            assert execute(
                f"SELECT count(*) FROM (SELECT * FROM {table} WHERE period = %s"
                f" EXCEPT SELECT * FROM bare.{table}) AS other",
                month,
            ) == [(0,)]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("ledger_entry", "1 transactions of [0-9]+ do not sum to zero"),
        ("revenue_line", "Lines and entries of 1 creators differ"),
    ],
)
def test_a_month_that_does_not_add_up_is_not_built(table: str, told: str) -> None:
    """L1, S4: whatever went wrong in the tables that no trigger looks at."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month))
    closing.begin(month)
    for lo, hi, _ in closing.batches(month):
        closing.fill(month, lo, hi)
    with roles.as_owner():
        execute(f"UPDATE {table}_{month} SET amount = amount + 1 WHERE amount > 0")

    with pytest.raises(IntegrityError, match=told):
        closing.build(month)

    assert Close.objects.get(period=month).state == "closing"


def test_a_month_that_was_built_before_splits_were_written_is_finished() -> None:
    world = World(seed=8, readers=20, creators=6)
    world.click_around()
    month = world.month_passes()
    closing.begin(month)
    for lo, hi, _ in closing.batches(month):
        closing.fill(month, lo, hi)
    closing.build(month)
    with roles.as_owner():
        execute(f"DROP TABLE split_{month}, close_sum_{month}, close_part_{month}")

    closing.finish(month)

    world.books.closes(month)
    agree(world.books)
    assert Split.objects.count() == Close.objects.get(period=month).readers > 0
    assert all(not broken for broken in checks.check().values())


@given(
    st.integers(1, 2**62), st.integers(202601, 203012), st.integers(0, 10**9),
    st.integers(1, 3_000),
)  # fmt: skip
def test_sql_and_python_compute_the_same_integers(
    reader: int, period: int, pot: int, n: int
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT split_rotation(%s, %s, %s),"
            " array(SELECT split_share(%s, %s, rank, split_rotation(%s, %s, %s))"
            " FROM generate_series(0, %s - 1) AS rank)",
            [reader, period, n, pot, n, reader, period, n, n],
        )
        offset, shares = cursor.fetchone()

    assert offset == rotation(reader, period, n)
    assert shares == list(split(pot, range(n), offset=offset).values())


def test_a_click_while_the_month_closes_is_of_one_month() -> None:
    """S6: a click that holds the month's lock is waited for; later ones are refused."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice, 1_000)
    song = thing_of(bob, "song")
    click(alice, song)
    month = clock.period()
    travel(months.end(month))
    closing.begin(month)

    refused = threading.Event()
    with pytest.raises(Exception, match=r"closing or closed|received now"):
        execute(
            "INSERT INTO flattr SELECT %s, %s, %s, %s, flattr_month_start(%s)",
            month, alice.pk, thing_of(bob, "late").pk, bob.pk, month,
        )  # fmt: skip
    refused.set()
    closing.close_month(month)

    assert RevenueLine.objects.count() == 1
    pay_in(alice, 200)
    assert Split.objects.get().spent == 1_000


def test_everybody_with_money_and_a_flattr_is_split_or_set_aside() -> None:
    """S7: nobody falls between."""
    world = World(seed=6, readers=60, creators=12)
    world.click_around()
    suspended = world.reader_ids[:3]
    User.objects.filter(pk__in=suspended).update(suspended_at=clock.now())
    month = world.month_passes()
    flattred = {r for r, clicked in world.books.clicks[month].items() if clicked}
    with_money = {r for r in flattred if world.books.means(r, month) > 0}

    closing.close_month(month)

    split_up = set(Split.objects.values_list("reader_id", flat=True))
    aside = set(CloseProblem.objects.values_list("reader_id", flat=True))
    assert split_up | aside == with_money
    assert aside == with_money & set(suspended)
    assert not split_up & aside


def test_the_budget_of_the_month_counts_whatever_is_chosen_after_it() -> None:
    """T12: raised, lowered or stopped before the close of a month that is over."""
    alice, bob = person("alice"), person("bob")
    open_budget(alice, 1_000)
    click(alice, thing_of(bob, "song"))
    month = clock.period()
    travel(months.end(month))
    budgeting.choose(alice, 5_000)
    budgeting.choose(alice, 0)

    closing.close_month(month)

    assert Split.objects.get().spent == 1_000
