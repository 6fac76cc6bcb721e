"""What every part of the simulator works on: the store, the clock, and whose turn it is."""

from __future__ import annotations

import secrets
import string
import time
from dataclasses import dataclass, replace

from local.stripe.wire.errors import Resource, missing
from local.stripe.wire.storage import Store

API_VERSION = "2026-08-26.dahlia"
LETTERS = string.ascii_letters + string.digits
FOREVER = 1 << 60
DAY = 86_400


def new_id(prefix: str, letters: int = 24) -> str:
    return prefix + "".join(secrets.choice(LETTERS) for _ in range(letters))


@dataclass(frozen=True, slots=True)
class World:
    """One account's view of everything; `account` is empty for the platform's own."""

    store: Store
    home: str  # the address of the simulator's own pages, without a slash at the end
    settlement_seconds: int  # until money from a card is available
    debit_seconds: int  # until a bank says what became of a debit
    currency: str = "eur"
    account: str = ""
    request_id: str | None = None
    idempotency_key: str | None = None

    def on(self, account: str) -> World:
        """The same world, seen by that connected account, or by the platform: ""."""
        return replace(self, account=account)

    def now(self) -> int:
        """Seconds since 1970 by the simulator's clock, which only goes forward."""
        return int(time.time()) + int(self.store.fact("offset", "0"))

    # --- Objects

    def add(self, resource: Resource, **hidden: object) -> Resource:
        self.store.insert(resource, self.account, **hidden)
        return resource

    def get(self, kind: str, stripe_id: str, param: str = "id") -> Resource:
        """The object, if it is of that kind and this account's."""
        found = self.store.find(stripe_id, self.account)
        if found is None or found["object"] != kind:
            raise missing(kind, stripe_id, param)
        return found

    def change(self, resource: Resource, event: str = "", **fields: object) -> Resource:
        """Set fields, save, and tell of it by an event that says what they were."""
        before = {
            name: resource.get(name)
            for name, value in fields.items()
            if resource.get(name) != value
        }
        resource |= fields
        self.store.update(resource)
        if event:
            self.emit(event, resource, before)
        return resource

    def emit(
        self, kind: str, resource: Resource, before: Resource | None = None
    ) -> Resource:
        """Record an event with the object as it is now, for whoever listens."""
        data: Resource = {"object": resource}
        if before is not None and kind.endswith((".updated", ".refunded")):
            data["previous_attributes"] = before
        event: Resource = {
            "id": new_id("evt_1"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": self.request_id, "idempotency_key": self.idempotency_key},
            "type": kind,
        }
        if self.account:
            event["account"] = self.account
        event["pending_webhooks"] = self._address(event)
        self.store.insert(event, self.account)
        return event

    def _address(self, event: Resource) -> int:
        """Queue the event for the endpoints that want it; how many there are."""
        wanting = [
            endpoint["id"]
            for endpoint in self.store.select(
                "webhook_endpoint", "", newest_first=False
            )
            if wants(endpoint, event, self.store.hidden(endpoint["id"]))
        ]
        for endpoint_id in wanting:
            self.store.ask(
                "INSERT INTO delivery (event, endpoint, due_at) VALUES (?, ?, ?)",
                *(event["id"], endpoint_id, int(time.time())),
            )
        return len(wanting)

    # --- Time

    def later(self, seconds: int, deed: str, stripe_id: str) -> None:
        self.store.schedule(self.now() + seconds, deed, self.account, stripe_id)


def wants(endpoint: Resource, event: Resource, hidden: Resource) -> bool:
    """Connected accounts' events go to endpoints made with `connect`, others do not."""
    listed = endpoint["enabled_events"]
    return (
        endpoint["status"] == "enabled"
        and bool(hidden.get("connect")) == bool(event.get("account"))
        and ("*" in listed or event["type"] in listed)
    )


def merged(metadata: Resource | None, given: object) -> Resource:
    """Metadata after an update: an empty text takes a key away, or all of them."""
    if given is None:
        return metadata or {}
    if not isinstance(given, dict):
        return {}
    whole = (metadata or {}) | given
    return {key: value for key, value in whole.items() if value != ""}


def fields_of(resource: Resource, given: Resource, names: tuple[str, ...]) -> Resource:
    """The fields among `names` that were given; an empty text means none."""
    fields: Resource = {
        name: None if given[name] == "" else given[name]
        for name in names
        if name in given
    }
    if "metadata" in given:
        fields["metadata"] = merged(resource.get("metadata"), given["metadata"])
    return fields
