"""What /numbers and its JSON say of no month, of small ones and of large ones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from jsonschema import validate  # type: ignore[import-untyped]

from flattr import months
from flattr.database import clock, roles
from payouts.models import MonthFigures, NightFigures
from payouts.numbers import counting_months
from payouts.numbers.number_words import Numbers
from payouts.numbers.public_figures import KEYS, Month
from payouts.operations import lanes
from tests.questions import Questions
from tests.world.crowd import World
from tests.world.people import execute

AT = datetime(2026, 11, 1, 0, 2, tzinfo=UTC)
FULL: dict[str, Any] = {
    "readers": 803, "creators": 398, "clicks": 7_714, "given": 536_440, "fee": 0,
    "median_click": 62, "ten_percent": 32, "half_percent": 9,
    "stripe_cost": 12_000, "given_back": 3_850,
}  # fmt: skip
AMOUNT = {"type": ["integer", "null"]}
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": [
        "currency", "fewest_people", "counted_at", "readers_at_least", "things_proved",
        "months",
    ],
    "properties": {
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "fewest_people": {"const": 5},
        "counted_at": {"type": ["string", "null"], "pattern": MOMENT},
        "readers_at_least": {"type": ["integer", "null"], "minimum": 5},
        "things_proved": AMOUNT,
        "months": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": list(KEYS),
                "properties": {
                    **dict.fromkeys(KEYS, AMOUNT),
                    "month": {"type": "string", "pattern": r"^\d{4}-\d\d$"},
                    "begun_at": {"type": "string", "pattern": MOMENT},
                    "closed_at": {"type": "string", "pattern": MOMENT},
                    "seconds_taken": {"type": "integer"},
                    "seconds_late": {"type": "integer"},
                },
            },
        },
    },
}  # fmt: skip


def month(period: int = 202610, **facts: Any) -> Month:
    closed_at = months.end(period) + timedelta(minutes=3)
    figures = MonthFigures(period=period, made_at=AT, **facts)
    return Month(figures, closed_at - timedelta(minutes=2), closed_at)


def page(*closed: Month, night: NightFigures | None = None) -> Numbers:
    return Numbers(list(closed), night, 202611)


def test_before_the_first_close_it_says_when_figures_come() -> None:
    empty = page()

    assert empty.heading == "The numbers"
    assert "on 1 December 2026 at the earliest" in empty.why_empty
    assert (list(empty.cards), empty.rows, empty.tonight) == ([], [], "")


def test_small_months_say_why_there_is_nothing() -> None:
    small = page(month())

    assert small.heading == "The numbers"
    assert "fewer than five readers who gave" in small.why_empty
    assert list(small.cards) == []
    (row,) = small.rows
    assert row.cells == [
        "fewer than 5", *["–"] * 6, "fewer than 5", "2 min", "3 min",
    ]  # fmt: skip
    assert small.charts["given"].is_empty


def test_a_full_month_in_words() -> None:
    full = page(month(**FULL), month(202609, **FULL | {"readers": 712, "fee": 0}))

    assert full.heading == "€10,728.80, all of it passed on"
    assert full.why_empty == ""
    assert [(card.label, card.figure, card.note) for card in full.cards] == [
        ("Readers who gave in October", "803", "91 more than in September"),
        ("Creators who got a share in October", "398", "as many as in September"),
        (
            "Kept by us of all months",
            "€0.00",
            "Flattr paid €240.00 for taking payments",
        ),
        ("Given back in October", "€38.50", "refunds and disputes"),
    ]
    assert full.rows[0].cells == [
        "803", "398", "7,714", "€5,364.40", "€0.62", "32 %", "9 %", "€38.50", "2 min",
        "3 min",
    ]  # fmt: skip
    assert full.foot[2:4] == ["15,428", "€10,728.80"]
    assert len(full.foot) == len(full.rows[0].cells)
    assert full.charts["ten"].desc == "Between 32 % and 32 % a month."


def test_what_few_people_got_back_is_not_said() -> None:
    *_, returned = page(month(**{**FULL, "given_back": None})).cards

    assert returned.figure == "–"
    assert returned.note == "to fewer than five people, or to nobody"


def test_a_fee_is_said() -> None:
    full = page(month(**FULL | {"fee": 50_000}))

    assert full.heading == "€5,364.40 given, €4,864.40 of it passed on"


def test_months_are_compared_with_the_month_before_only() -> None:
    full = page(month(**FULL), month(202609), month(202608, **FULL))

    assert next(full.cards).note == ""
    assert [bar.value for bar in full.charts["readers"].drawn] == ["803", "", "803"]


@pytest.mark.parametrize(
    ("now", "then", "note"),
    [(9, 8, "1 more than in September"), (8, 10, "2 fewer than in September")],
)
def test_more_or_fewer(now: int, then: int, note: str) -> None:
    full = page(month(**FULL | {"readers": now}), month(202609, **FULL | {"readers": then}))  # fmt: skip

    assert next(full.cards).note == note


@pytest.mark.parametrize(
    ("readers", "things", "says"),
    [
        (1_230, 512, "at least 1,230 readers had an open budget, and 512 things were"),
        (5, None, "On 1 November 2026 at least 5 readers had an open budget."),
        (None, None, "On 1 November 2026 fewer than five readers had an open budget."),
    ],
)
def test_last_night_in_words(
    readers: int | None, things: int | None, says: str
) -> None:
    night = NightFigures(day=AT.date(), made_at=AT, readers=readers, things=things)

    assert says in page(night=night).tonight


def text(client: Client) -> str:
    return re.sub(r"\s+", " ", client.get("/numbers").content.decode())


def test_the_page_without_a_month(client: Client, db: None) -> None:
    assert "There are no figures yet" in text(client)
    assert client.get("/numbers.json").json()["months"] == []


def test_page_and_json_of_a_town(client: Client, own_database: str) -> None:
    town = World(seed=5, readers=40, creators=20)
    town.click_around()
    town.month_passes()
    list(lanes.run_all())

    answer = client.get("/numbers.json")
    told = answer.json()
    shown = text(client)

    validate(told, SCHEMA)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cache-Control"] == "public, max-age=600"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.get(
        "/numbers.json", headers={"if-none-match": answer.headers["ETag"]}
    ).status_code == 304  # fmt: skip
    (one,) = told["months"]
    assert one["readers"] > 20
    for name in KEYS:
        assert f"<code>{name}</code>" in shown
    assert f"€{one['given'] // 100:,}.{one['given'] % 100:02d}" in shown
    assert told["readers_at_least"] == 40


def test_the_page_asks_as_much_of_many_months_as_of_one(
    client: Client, own_database: str
) -> None:
    counts = []
    for many in (1, 40):
        with roles.as_owner():
            execute("DELETE FROM month_figures")
            execute("DELETE FROM close")
            for n in range(many):
                period = months.shifted(clock.period(), -n - 1)
                execute(
                    "INSERT INTO close (period, state, policy, fee_percent, currency,"
                    " batch_size, begun_at, closed_at, digest) VALUES (%s, 'closed',"
                    " 'creator', 0, 'EUR', 1, now(), now(), 'x')",
                    period,
                )
                counting_months.make(period)
        with Questions() as questions:
            client.get("/numbers")
        counts.append(questions.count)

    assert counts[0] == counts[1] <= 5
