"""Stripe, simulated in the tests' own process and reached over real HTTP."""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import pytest
from django.test import Client
from stripe import HTTPClient

from local.stripe.serving.api import Request
from local.stripe.serving.server import Server
from local.stripe.wire import delivering
from local.stripe.wire.chaos import Chaos, Mishap
from local.stripe.wire.errors import Resource
from payouts.gateway import asking
from tests.world.bank_money import BankMoney

VISA = "4242424242424242"
PATHS = ("/webhooks/stripe", "/webhooks/stripe-connect")


class Simulator(BankMoney):
    """What people, banks and Stripe do, beyond what the platform asks over HTTP.

    Every deed answers the object that it changed, as Stripe would show it.
    """

    webhook_secret = "whsec_tests"
    connect_secret = "whsec_tests_connect"

    def __init__(self, server: Server) -> None:
        self.server = server
        self.core = server.simulator
        self.url = self.core.url
        self.api_key = self.core.api_key
        self._delivered = ""

    # --- A person on the hosted pages

    def complete(
        self, session: str, card: str = VISA, *, authenticates: bool = True
    ) -> Resource:
        """Pay, or save the card; a declined card raises `Refused`."""
        return self._do(
            "complete", session=session, card=card, authenticates=authenticates
        )

    def abandon(self, session: str) -> Resource:
        """The Checkout session's time is over."""
        return self._do("abandon", session=session)

    def authenticate(self, intent: str, ok: bool = True) -> Resource:
        """Confirm a payment or setup intent at the bank, or refuse."""
        return self._do("authenticate", intent=intent, ok=ok)

    def onboard(
        self, account: str, iban: str = "", name: str = "Jenny Rosen"
    ) -> Resource:
        """Everything is told; the bank account is nobody else's, or that one."""
        return self._do("onboard", account=account, iban=iban, name=name)

    def change_bank(self, account: str, iban: str) -> Resource:
        """The creator gives Stripe another bank account."""
        return self._do("change_bank", account=account, iban=iban)

    # --- Banks

    def dispute(
        self,
        payment_intent: str,
        amount: int | None = None,
        reason: str = "",
        *,
        inquiry: bool = False,
    ) -> Resource:
        """The reader's bank takes a payment back and Stripe withdraws 20.00 more (15.00
        for a debit, see `return_debit`); an inquiry only asks, and moves no money."""
        return self._do(
            "dispute",
            payment_intent=payment_intent,
            amount=amount,
            reason=reason,
            inquiry=inquiry,
        )

    def close_dispute(
        self,
        dispute: str,
        outcome: str,
        *,
        return_fee: bool = False,
        amount: int | None = None,
    ) -> Resource:
        """`outcome` is "won" or "lost", also after the other; won may return a part."""
        return self._do(
            "close_dispute",
            dispute=dispute,
            outcome=outcome,
            return_fee=return_fee,
            amount=amount,
        )

    def move_dispute(self, dispute: str, amount: int, fee: int = 0) -> Resource:
        """Stripe takes more (below 0) or brings something, whatever was decided."""
        return self._do("move_dispute", dispute=dispute, amount=amount, fee=fee)

    def appeal_dispute(self, dispute: str) -> Resource:
        """A decision is looked at again."""
        return self._do("appeal_dispute", dispute=dispute)

    def escalate_dispute(self, dispute: str) -> Resource:
        """The bank that only asked takes the money."""
        return self._do("escalate_dispute", dispute=dispute)

    def change_card(self, payment_method: str, card: str) -> Resource:
        """A saved card behaves as that test card from now on."""
        return self._do("change_card", payment_method=payment_method, card=card)

    def replace_card(self, payment_method: str, card: str) -> Resource:
        """Its bank replaces a saved card by that test card, and Stripe tells of it."""
        return self._do("replace_card", payment_method=payment_method, card=card)

    def fail_refund(self, refund: str) -> Resource:
        """The bank sends a refund back."""
        return self._do("fail_refund", refund=refund)

    def finish_refund(self, refund: str) -> Resource:
        """A pending refund has arrived."""
        return self._do("finish_refund", refund=refund)

    # --- Stripe and the operator

    def restrict(
        self,
        account: str,
        due: Sequence[str] | None = None,
        reason: str = "requirements.past_due",
    ) -> Resource:
        """Stripe asks for more before it pays out, or rejects: "rejected.fraud"."""
        return self._do("restrict", account=account, due=due, reason=reason)

    def settle(self) -> None:
        """All pending money becomes available."""
        self.core.do("settle")

    def top_up(self, amount: int) -> Resource:
        """The operator's money arrives, available at once."""
        return self._do("top_up", amount=amount)

    def pay_out_to_bank(self, amount: int, account: str = "") -> Resource:
        """From the platform's balance, or a connected account's, to its bank."""
        return self._do("pay_out_to_bank", amount=amount, account=account)

    def fail_payout(self, payout: str, code: str = "account_closed") -> Resource:
        """The bank sends a payout back."""
        return self._do("fail_payout", payout=payout, code=code)

    def book_late(self, late: bool = True) -> None:
        """A payment's balance transaction comes five seconds after it from now on."""
        self.core.do("book_late", late=late)

    def advance(self, seconds: int) -> None:
        """Let Stripe's clock go on: money settles, keys older than a day are gone."""
        self.core.do("advance", seconds=seconds)

    def prune_keys(self) -> None:
        """Forget every idempotency key."""
        self.core.do("prune_keys")

    # --- What there is, and what was asked

    def get(self, stripe_id: str) -> Resource:
        """The object as it is now, whoever's it is."""
        return self.core.get(stripe_id)

    def all(self, kind: str, account: str | None = "") -> list[Resource]:
        """The platform's objects of a kind ("transfer"), the oldest first."""
        return self.core.all(kind, account)

    def balance(self) -> tuple[int, int]:
        """What is available, and what is pending."""
        by_status = {"available": 0, "pending": 0}
        for transaction in self.all("balance_transaction"):
            by_status[transaction["status"]] += transaction["net"]
        return by_status["available"], by_status["pending"]

    @property
    def requests(self) -> list[Request]:
        """Every request of the API, in order: `method`, `path`, `form`, `headers`."""
        return self.core.requests

    def calls(self, method: str, path: str) -> list[Request]:
        """Those of a method whose path begins so: `calls("POST", "/v1/transfers")`."""
        return self.core.calls(method, path)

    def chaos(self, *mishaps: Mishap, **rule: Any) -> Chaos:
        """What goes wrong from now on; see `local.stripe.wire.chaos.Chaos`."""
        return self.core.chaos(*mishaps, **rule)

    def calm(self) -> None:
        """Nothing goes wrong any more."""
        self.core.calm()

    # --- Webhooks

    def events(self, since: str = "", kind: str = "") -> list[Resource]:
        """Events after the one with that id, of a type; the oldest first."""
        return self.core.events(since, kind)

    def post(
        self, target: Client | str, event: Resource, *, secret: str | None = None
    ) -> int:
        """Send one event, signed, to the endpoint it belongs to; the status."""
        connected = "account" in event
        path = PATHS[connected]
        if secret is None:
            secret = self.connect_secret if connected else self.webhook_secret
        if isinstance(target, str):
            return delivering.send(target.rstrip("/") + path, event, [secret])
        body = delivering.body_of(event)
        answer = target.post(
            path,
            body,
            content_type="application/json",
            headers={"Stripe-Signature": delivering.signature(body, [secret])},
        )
        return int(answer.status_code)

    def deliver(
        self,
        target: Client | str,
        events: Sequence[Resource] | None = None,
        *,
        repeat: int = 1,
        seed: int | None = None,
        drop: Collection[str] = (),
    ) -> list[int]:
        """Post events to a test client or to a site's address; the statuses.

        By default those that were not delivered yet. Each is sent `repeat` times, all
        in an order made from `seed` if there is one; types in `drop` never arrive.
        """
        chosen = self.events(self._delivered) if events is None else list(events)
        if events is None and chosen:
            self._delivered = chosen[-1]["id"]
        sent = [event for event in chosen if event["type"] not in drop] * repeat
        if seed is not None:
            random.Random(seed).shuffle(sent)
        return [self.post(target, event) for event in sent]

    def subscribe(self, site: str) -> None:
        """Deliver every event to a running site by itself from now on."""
        for path, secret in zip(
            PATHS, (self.webhook_secret, self.connect_secret), strict=True
        ):
            self.core.subscribe(
                site.rstrip("/") + path, secret, connect=path.endswith("connect")
            )
        self.server.deliver()

    def hold(self) -> None:
        """Deliver nothing to subscribers until `release`."""
        self.core.do("hold")

    def release(self, *, reverse: bool = False) -> None:
        """Deliver what was held, in order or the last first."""
        self.core.do("release", reverse=reverse)

    def repeat(self, event: str = "") -> None:
        """Deliver an event to the subscribers again, or all of them."""
        self.core.do("repeat", event=event)

    def drop(self, kind: str = "") -> None:
        """Forget the deliveries that wait, of one type of event or of all."""
        self.core.do("drop", kind=kind)

    def _do(self, deed: str, **given: Any) -> Resource:
        done: Resource = self.core.do(deed, **given)
        return done


@pytest.fixture
def stripe(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """A fresh Stripe, which the gateway and the test's child processes reach. Here, who
    asks again does so at once."""
    monkeypatch.setattr(HTTPClient, "INITIAL_DELAY", 0.0)
    monkeypatch.setattr(HTTPClient, "MAX_DELAY", 0.0)
    server = Server(0)
    simulator = Simulator(server)
    server.start()
    own = {
        "STRIPE_API_BASE": simulator.url,
        "STRIPE_API_KEY": simulator.api_key,
        "STRIPE_WEBHOOK_SECRET": simulator.webhook_secret,
        "STRIPE_CONNECT_WEBHOOK_SECRET": simulator.connect_secret,
    }
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    settings.STRIPE_API_BASE = simulator.url
    settings.STRIPE_API_KEY = simulator.api_key
    settings.STRIPE_PAGES = [simulator.url]
    settings.STRIPE_WEBHOOK_SECRETS = [simulator.webhook_secret]
    settings.STRIPE_CONNECT_WEBHOOK_SECRETS = [simulator.connect_secret]
    asking.client.cache_clear()
    yield simulator
    asking.client.cache_clear()
    server.stop()
