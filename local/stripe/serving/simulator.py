"""The simulator as one object: its state, its API, and its powers as methods."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from local.stripe.objects import webhooks
from local.stripe.pages import deeds, site
from local.stripe.pages.layout import Page
from local.stripe.serving.api import Answer, Api, Request
from local.stripe.wire import delivering
from local.stripe.wire.chaos import ALL, Chaos, Mishap
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.storage import Store
from local.stripe.wire.world import DAY, World

SETTLEMENT_SECONDS = 3 * DAY
DEBIT_SECONDS = 5 * DAY


class Simulator:
    """Stripe on this machine. Test powers are named for deeds: see `deeds`."""

    def __init__(  # noqa: PLR0913 (as the command is asked for)
        self,
        home: str,
        *,
        path: str = ":memory:",
        api_key: str = "",
        settlement_seconds: int = SETTLEMENT_SECONDS,
        debit_seconds: int = DEBIT_SECONDS,
        currency: str = "eur",
    ) -> None:
        self.url = home
        self.store = Store(path)
        self.world = World(
            self.store, home, settlement_seconds, debit_seconds, currency
        )
        self.api_key = api_key or f"sk_test_{secrets.token_hex(12)}"
        self.api = Api(self.world, self.api_key)

    def answer(self, request: Request) -> Answer:
        with self.store.transaction():
            deeds.catch_up(self.world)
        return self.api.answer(request)

    def do(self, deed: str, **given: Any) -> Any:
        """A power by its name; one that is refused raises `Refused`.

        Beside the deeds these are `chaos`, with a list of `mishaps`, and `calm`.
        """
        if deed == "chaos":
            self.chaos(*given.pop("mishaps", ()), **given)
            return None
        if deed == "calm":
            return self.calm()
        refusal = None
        with self.store.transaction():
            deeds.catch_up(self.world)
            try:
                return deeds.DEEDS[deed](self.world, **given)
            except Refused as refused:  # a declined card leaves its traces
                refusal = refused
        raise refusal

    def page(self, method: str, path: str, body: str = "") -> Page:
        """What a person sees there."""
        with self.store.transaction():
            deeds.catch_up(self.world)
            return site.answer(self.world, method, path, body)

    # --- What was asked

    @property
    def requests(self) -> list[Request]:
        return list(self.api.requests)

    def calls(self, method: str, path: str) -> list[Request]:
        """The requests of a method whose path begins so."""
        return [
            asked
            for asked in self.requests
            if asked.method == method and asked.path.startswith(path)
        ]

    # --- What goes wrong

    def chaos(self, *mishaps: Mishap, **rule: Any) -> Chaos:
        """From now on, until `calm`; what happened is in its `happened`."""
        made = Chaos(mishaps or ALL, **rule)
        self.api.chaos.append(made)
        return made

    def calm(self) -> None:
        self.api.chaos.clear()

    # --- What there is

    def get(self, stripe_id: str) -> Resource:
        """An object as it is now, whoever's it is."""
        found = self.store.find(stripe_id)
        assert found is not None, f"there is no {stripe_id}"
        return found

    def all(self, kind: str, account: str | None = None) -> list[Resource]:
        """Every object of a kind, the oldest first."""
        return self.store.select(kind, account, newest_first=False)

    def events(self, since: str = "", kind: str = "") -> list[Resource]:
        """Events, the oldest first: those after `since`, those of a type."""
        found = self.all("event")
        if since:
            ids = [event["id"] for event in found]
            found = found[ids.index(since) + 1 :]
        return [event for event in found if kind in {"", event["type"]}]

    def subscribe(
        self,
        url: str,
        secret: str,
        *,
        connect: bool = False,
        events: Sequence[str] = ("*",),
    ) -> Resource:
        """Register an endpoint, once: the second time it only gets the secret."""
        with self.store.transaction():
            for known in self.store.select("webhook_endpoint", ""):
                hidden = self.store.hidden(known["id"])
                if known["url"] == url and bool(hidden["connect"]) == connect:
                    self.store.hide(known["id"], secrets=[secret])
                    return known
            return webhooks.make(
                self.world, url, events, connect=connect, secret=secret
            )

    def deliver_due(self) -> int:
        """Send what is due to the endpoints; the number of deliveries."""
        with self.store.transaction():
            deeds.catch_up(self.world)
            held = self.store.fact("held")
            due = [] if held else delivering.due(self.world)
        for number, event, endpoint, keys, tries in due:
            status = delivering.send(endpoint["url"], event, keys)
            with self.store.transaction():
                delivering.record(self.world, number, status, tries)
        return len(due)

    def move_to(self, home: str) -> None:
        """Its pages are at another address from now on."""
        self.url = home
        self.world = replace(self.world, home=home)
        self.api.world = self.world
