"""Whatever is sent to the API: it does not break, and nothing of Alice's is told or
changed. The calls are made up from the API's own description, kept and not kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance

from accounts.models import User
from accounts.models.oauth import AccessToken
from buttons.clicks import subscribing
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Promise, Thing
from buttons.models.programs import Subscription
from flattr.database import clock
from flattr.wsgi import application
from tests.hostility import Budget
from tests.rest.asking import Caller
from tests.world.people import open_budget, person, thing_of

CALLERS = ["nobody", "bob", "alice"]
WAYS = [
    schemathesis.GenerationMode.POSITIVE,
    schemathesis.GenerationMode.NEGATIVE,
]
SECRET = "kept-between-us"


@dataclass(frozen=True, slots=True)
class World:
    """Who asks by what header, and what there is to ask for."""

    headers: dict[str, dict[str, str]]
    numbers: list[str]
    addresses: list[str]


@pytest.fixture
def world(own_database: str) -> World:
    """Alice tells nobody what she flattrs; her letter was taken down."""
    alice = person("alice", last_name="Alison")
    bob = person("bob")
    User.objects.filter(pk=alice.pk).update(email=f"{SECRET}@people.example")
    for reader in (alice, bob):
        open_budget(reader)
    diary, letter, song = (
        thing_of(alice, "diary"),
        thing_of(alice, f"letter-{SECRET}"),
        thing_of(bob, "song"),
    )
    flattr_thing(alice, song)
    subscribing.subscribe(alice, song)
    Thing.objects.filter(pk=letter.pk).update(suspended_at=clock.now())
    return World(
        {
            "nobody": {},
            "bob": Caller(bob).headers,
            "alice": Caller(alice).headers,
        },
        [str(thing.pk) for thing in (diary, letter, song)],
        [diary.url, letter.url, song.url, "https://new.example/"],
    )


@pytest.mark.parametrize("who", CALLERS)
def test_nothing_breaks_and_nothing_leaks(
    world: World, who: str, budget: Budget
) -> None:
    """A7, T40, T41: 150 calls in every run, 500 with `--all`, by nobody, a person and another."""
    described = schemathesis.openapi.from_wsgi("/rest/v2/openapi.json", application)
    calls = [one.ok() for one in described.get_all_operations() if isinstance(one, Ok)]
    assert len(calls) > 20
    before = of_alice()
    answered: set[int] = set()

    @settings(
        max_examples=-(-budget(100, 2_000, 500) // len(CALLERS)),
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
        deadline=None,
    )
    @given(data=st.data())
    def ask(data: st.DataObject) -> None:
        case = data.draw(made_of(calls, world))
        answer = case.call(headers=world.headers[who])
        case.validate_response(
            answer, checks=[not_a_server_error, response_schema_conformance]
        )
        answered.add(answer.status_code)
        if who != "alice":
            assert SECRET not in answer.text, case.as_curl_command()
            assert "alice" not in givers(answer.text), case.as_curl_command()

    ask()

    assert answered & {200, 302}, "some of what was asked was understood"
    if who != "alice":
        assert of_alice() == before


def made_of(calls: list[Any], world: World) -> st.SearchStrategy[Any]:
    """A call of any kind, about what there is or about anything."""

    @st.composite
    def strategy(draw: st.DrawFn) -> Any:
        call, way = draw(st.sampled_from(calls)), draw(st.sampled_from(WAYS))
        case = draw(call.as_strategy(generation_mode=way))
        if way is schemathesis.GenerationMode.NEGATIVE:
            return case
        known = {"name": CALLERS, "ids": world.numbers, "url": world.addresses}
        for part in (case.path_parameters, case.query, case.body):
            for name in known.keys() & set(part if isinstance(part, dict) else ()):
                part[name] = draw(st.sampled_from(known[name]))
        return case

    return strategy()


def of_alice() -> list[Any]:
    """Everything that is hers; how often others flattr her things is theirs."""
    kept = ("url", "title", "description", "tags", "language", "category", "hidden")
    person = User.objects.filter(username="alice")
    return [
        list(rows)
        for rows in (
            person.values(),
            Thing.objects.filter(owner__in=person).order_by("pk").values("pk", *kept),
            Flattr.objects.filter(reader__in=person).values_list(),
            Promise.objects.filter(reader__in=person).values_list(),
            Subscription.objects.filter(reader__in=person).values_list(),
            AccessToken.objects.filter(user__in=person).values_list(),
        )
    ]


def givers(text: str) -> set[str]:
    """Whose flattrs an answer shows."""
    try:
        return set(found_givers(json.loads(text)))
    except ValueError:
        return set()


def found_givers(told: Any) -> Iterator[str]:
    if isinstance(told, list):
        for one in told:
            yield from found_givers(one)
    elif isinstance(told, dict):
        if told.get("type") == "flattr":
            yield told["owner"]["username"]
        elif told.get("verb") == "like":
            yield told["actor"]["displayName"]
        else:
            yield from found_givers(list(told.values()))
