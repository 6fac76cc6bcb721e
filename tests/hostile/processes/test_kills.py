"""A month goes on while its processes are killed: nothing is lost, nothing is doubled.

Readers click over HTTP and pay by card, months are closed and payouts sent, while
workers, web server and PostgreSQL are killed and started again. At the end the ledger
is that of a bookkeeper who saw none of it.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from accounts.models import User
from accounts.oauth import tokens
from buttons.models import Flattr
from flattr.database import clock
from payouts.close import closing
from payouts.models import Close, Payment, Payout, Renewal, RevenueLine, Split
from tests.hostile.processes.platform import Platform, eventually
from tests.hostile.processes.storm import Click, Clickers, Storm
from tests.hostile.processes.town import (
    Town,
    assert_books,
    is_closed,
    renewals_of_now,
    shown,
)
from tests.hostility import Budget
from tests.world.cards import begin_to_pay
from tests.world.earning import give_revenue
from tests.world.kept_cards import reader_with_card
from tests.world.tracer import Tracer

pytestmark = pytest.mark.all

LIVE, BUDGET = 10, 1_000
# Some never pay by themselves, so that their cards have to be charged.
CHARGED = 2
CREATORS = 4
# However often the web server dies, so many clicks a month are answered with a yes.
CLICKS = 20
# Of ten kills in a month: while people click and pay, in the close, at the payouts.
# The close is hit where it writes to these, and once more just after it.
CLICKING, CLOSING, PAYING = 4, ("reader_month", "close_batch", "split"), 2


def test_whatever_is_killed_nothing_is_lost(
    platform: Platform, seed: int, budget: Budget
) -> None:
    """S1, S5, O1, W2: as the bookkeeper has it, every click that was answered counts."""
    town = Town(seed=seed, readers=60, creators=10, books=Tracer())
    town.goes_to_stripe(platform, CREATORS)
    platform.stripe.top_up(100_000_000)
    live = live_readers(town)
    clickers = Clickers(platform, live, [thing for thing, _ in town.things], seed)
    storm = Storm(platform, random.Random(seed))
    closed: list[int] = []

    clickers.start()
    try:
        while len(storm.told) < budget(20, 200):
            wanted = CLICKS * (len(closed) + 1)
            closed.append(a_month_in(storm, town, clickers, wanted))
    finally:
        clickers.end()
        print(storm.told, clickers.statuses, sep="\n")  # noqa: T201

    eventually(lambda: not town.waits_after_all(), town.waits_after_all)
    assert_clicks(clickers, set(live), at_least=CLICKS * len(closed))
    for reader, thing, creator, period in flattrs_of(set(live)):
        town.books.clicks_on(reader, thing, creator, period)
    town.books_of_cards()
    books = town.books_of_closes(closed)
    town.books_of_stripe()
    assert_books(books)
    for period in closed:
        assert Close.objects.get(period=period).digest == books.digest(period)
        assert not closing.close_month(period)
    assert {(one.reader_id, one.period) for one in Split.objects.all()} == set(
        books.shares
    )
    assert_charged_once()
    assert_sent_once(platform)


# --- A month -------------------------------------------------------------------------


def live_readers(town: Town) -> dict[int, str]:
    """Readers who pay by a card that is kept, and their tokens."""
    found = {}
    for n in range(LIVE):
        reader = reader_with_card(town.platform.stripe, f"live-{n}", BUDGET)
        town.books.gives_monthly(reader.pk, BUDGET, clock.period())
        found[reader.pk] = tokens.make(reader, "phone", ["flattr"])
    return found


def a_month_in(storm: Storm, town: Town, clickers: Clickers, wanted: int) -> int:
    """From its clicks until what was paid out; the month that was closed. It is not
    over before everybody clicked, and so many clicks since the first month had a yes."""
    town.platform.all_run()
    town.click_around()
    gifts(town)
    sessions = [
        str(begin_to_pay(reader, storm.dice.randrange(200, 3_000)).session_id)
        for reader in User.objects.filter(pk__in=clickers.readers[CHARGED:])
    ]
    for _ in range(CLICKING):
        for session in (sessions.pop(), sessions.pop()):
            town.platform.stripe.complete(session)
        storm.strike(clickers.hear_back(), within=1)
    eventually(
        lambda: clickers.statuses[200] >= wanted and all_clicked(clickers.readers),
        "somebody cannot click",
    )

    over = town.month_is_over()
    for table in CLOSING:
        storm.strike_at(table)
    storm.strike(lambda: Close.objects.filter(period=over, state="closed").exists())
    eventually(lambda: is_closed(over), f"{over} is not closed")
    # Written down on the first day, since what is later is left to its reader first.
    eventually(lambda: renewals_of_now().exists(), "nobody's budget is paid for again")

    town.goes_to_day(11)
    town.platform.stripe.chaos("hang", path="/v1/transfers", seconds=0.3)
    for _ in range(PAYING):
        storm.strike(lambda: town.all_are_paid() or is_being_sent(), within=0.4)
    town.platform.stripe.calm()
    eventually(lambda: not town.waits_after_all(), town.waits_after_all)
    return over


def gifts(town: Town) -> None:
    """Something to pay out already this month, out of the operator's pocket."""
    for account in User.objects.exclude(stripe_account=None).order_by("pk"):
        reference = give_revenue(account, 1_500)
        town.books.lines += [
            (reference, "operator", None, -1_500),
            (reference, "revenue", account.pk, 1_500),
        ]


def all_clicked(readers: list[int]) -> bool:
    """In the running month. Then the close takes what the card has to be charged for."""
    clicks = Flattr.objects.filter(reader__in=readers, period=clock.period())
    return clicks.values("reader").distinct().count() == len(readers)


def is_being_sent() -> bool:
    return Payout.objects.filter(state__in=["approved", "unknown"]).exists()


# --- What must be --------------------------------------------------------------------


def assert_clicks(clickers: Clickers, live: set[int], *, at_least: int) -> None:
    """What was acknowledged is there; nothing is that nobody asked for."""
    kept: Counter[Click] = Counter(
        (reader, thing) for reader, thing, _creator, _period in flattrs_of(live)
    )
    lost = clickers.acknowledged - kept
    invented = kept - clickers.acknowledged - clickers.unanswered
    assert not lost, f"lost: {lost}"
    assert not invented, f"nobody clicked: {invented}"
    assert clickers.acknowledged.total() >= at_least, clickers.statuses


def flattrs_of(readers: set[int]) -> set[tuple[int, int, int, int]]:
    """Reader, thing, creator and month of each flattr. In a long storm the first months
    are closed so long ago that who flattred what is deleted (T46); their statements
    have a line for each."""
    columns = ("reader_id", "thing_id", "creator_id", "period")
    return {
        row
        for table in (Flattr, RevenueLine)
        for row in table.objects.filter(reader_id__in=readers).values_list(*columns)
    }


def assert_charged_once() -> None:
    """A renewal is charged once, whoever died while it was."""
    paid = Payment.objects.exclude(renewal=None).exclude(paid_at=None)
    assert paid.exists(), shown(Renewal.objects.all())
    assert max(Counter(paid.values_list("renewal_id", flat=True)).values()) == 1


def assert_sent_once(platform: Platform) -> None:
    groups = Counter(one["transfer_group"] for one in platform.stripe.all("transfer"))
    assert groups == Counter(one.group for one in Payout.objects.filter(state="sent"))
    assert len(groups) >= CREATORS
