"""Seals and digests are looked at each night, without anybody asking (L7)."""

from __future__ import annotations

import io
import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.models import Outbox, User
from flattr import months
from flattr.database import clock, roles
from payouts import chart
from payouts.close import breaker, closing, verifying
from payouts.ledger import checks, posting
from payouts.models import Close, CloseProblem, Split, Verification
from payouts.operations import due
from tests.world.browsing import signed_in
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


@pytest.fixture
def alice() -> User:
    """A reader who gives to Bob; Dora is staff."""
    person("dora", is_staff=True, is_superuser=True)
    reader = person("alice")
    open_budget(reader, 200)
    return reader


def month_passes(reader: User) -> int:
    """Alice gives, and the month is closed; which it was."""
    bob = User.objects.filter(username="bob").first() or person("bob")
    click(reader, thing_of(bob, f"{clock.period()}"))
    over = clock.period()
    travel(months.end(over).replace(hour=3))
    closing.close_month(over)
    return over


def night_falls() -> Verification:
    """The next day has begun: it is sealed, and looked at."""
    travel((clock.now() + DAY).replace(hour=1))
    due.seal_days()
    assert due.verify_seals() == "verified seals and digests"
    assert due.verify_seals() == "", "once a night"
    return Verification.objects.latest("id")


def by_hand(statement: str, table: str = "ledger_entry") -> None:
    """What somebody does who may switch triggers off, and on again."""
    with roles.as_owner():
        execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        execute(statement)
        execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for (name,) in execute(
            "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass"
            " AND NOT tgisinternal", table,
        ):  # fmt: skip
            execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")


def balance() -> None:
    with roles.as_owner():
        execute(
            "UPDATE ledger_balance b SET amount = (SELECT coalesce(sum(amount), 0)"
            " FROM ledger_entry e WHERE e.account_id = b.account_id)"
        )


def swap(month: int) -> str:
    """What Bob was given goes to Dora: every sum is as it was, also the balances."""
    dora = posting.accounts_of(
        [chart.pending(User.objects.get(username="dora"))], "EUR"
    )
    [(bob,)] = execute(
        "SELECT DISTINCT account_id FROM ledger_entry WHERE book = %s AND amount > 0",
        month,
    )
    by_hand(
        f"UPDATE ledger_entry SET account_id = {next(iter(dora.values()))}"
        f" WHERE book = {month} AND account_id = {bob}"
    )
    balance()
    return f"UPDATE ledger_entry SET account_id = {bob} WHERE book = {month} AND amount > 0"


def test_nights_in_which_nobody_changed_anything(alice: User) -> None:
    month_passes(alice)
    looks = [night_falls() for _ in range(3)]

    assert [look.broken for look in looks] == [{}, {}, {}]
    assert [look.through for look in looks] == [look.night for look in looks]
    assert not breaker.tripped()


def test_a_close_that_was_changed_stops_payouts_the_next_night(alice: User) -> None:
    """Also where everything adds up; and no check of the ledger lets them go on."""
    month = month_passes(alice)
    night_falls()
    back = swap(month)
    assert not any(checks.check().values())

    look = night_falls()

    assert months.show(month) in look.broken
    assert f"{months.show(month)}: the entries of this close were" in breaker.tripped()
    assert Outbox.objects.filter(template="stopped").exists()
    told = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_ledger", "--json", stdout=told)
    assert json.loads(told.getvalue())["broken"].keys() == {verifying.CHECK}
    assert months.show(month) in night_falls().broken
    page = signed_in(User.objects.get(username="dora")).get(
        "/admin/payouts/verification/"
    )
    assert "the entries of this close were changed" in page.content.decode()

    by_hand(back)
    balance()
    assert breaker.tripped()
    night_falls()
    call_command("check_ledger", stdout=io.StringIO())
    assert not breaker.tripped()


def test_a_posting_that_was_changed_names_its_day(alice: User) -> None:
    """Also where it was looked at the night before; then until it is as it was."""
    post_payment(alice.pk, 900, "charge:on-this-day")
    day = clock.now().date()
    night_falls()
    change = "UPDATE ledger_transaction SET occurred_at = occurred_at {} interval '1 s'"
    by_hand(
        f"{change.format('-')} WHERE reference = 'charge:on-this-day'",
        "ledger_transaction",
    )

    for _ in range(9):
        assert list(night_falls().broken) == [f"{day}"]
        assert f"{day}" in breaker.tripped()

    by_hand(
        f"{change.format('+')} WHERE reference = 'charge:on-this-day'",
        "ledger_transaction",
    )
    call_command("verify_seals", stdout=io.StringIO())
    call_command("check_ledger", stdout=io.StringIO())
    assert not breaker.tripped()


def test_older_closes_have_their_turn(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest three each night, and of the others one after the other."""
    closed = [month_passes(alice) for _ in range(5)]
    looked: list[int] = []

    def noted(period: int) -> bool:
        looked.append(period)
        return True

    monkeypatch.setattr(closing, "verify", noted)
    nights = []
    for _ in range(3):
        looked.clear()
        night_falls()
        nights.append([*looked])

    newest = closed[2:]
    assert nights == [
        [closed[0], *newest], [closed[1], *newest], [closed[0], *newest],
    ]  # fmt: skip


def test_a_look_that_broke_off_is_taken_again(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    month_passes(alice)
    travel((clock.now() + DAY).replace(hour=1))
    due.seal_days()

    def dies(period: int) -> bool:
        raise KeyboardInterrupt(period)

    with monkeypatch.context() as patched:
        patched.setattr(closing, "verify", dies)
        with pytest.raises(KeyboardInterrupt):
            verifying.verify_if_due()
    assert not verifying.verify_if_due(), "somebody may still be at it"
    execute("UPDATE verification SET started_at = started_at - interval '61 minutes'")

    assert verifying.verify_if_due()
    assert Verification.objects.latest("id").broken == {}


# --- A late close and its digest


def set_aside(reader: User) -> int:
    """Alice's month is set aside, since staff had suspended her; then it may be closed."""
    User.objects.filter(pk=reader.pk).update(suspended_at=clock.now())
    over = month_passes(reader)
    assert CloseProblem.objects.filter(reader=reader, closed_at=None).exists()
    User.objects.filter(pk=reader.pk).update(suspended_at=None)
    return over


def test_a_late_close_that_dies_before_its_digest_was_none(
    alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both or neither: else the nightly look would find a difference that is none."""
    month = set_aside(alice)
    before = Close.objects.get(period=month).digest

    def dies(period: int) -> str:
        raise KeyboardInterrupt(period)

    with monkeypatch.context() as patched:
        patched.setattr(checks, "digest", dies)
        with pytest.raises(KeyboardInterrupt):
            closing.close_reader(month, alice.pk)
    assert not Split.objects.exists()
    assert Close.objects.get(period=month).digest == before == checks.digest(month)

    assert closing.close_reader(month, alice.pk) == "closed"
    assert Close.objects.get(period=month).digest == checks.digest(month) != before
    assert night_falls().broken == {}
