"""The way to the simulated Stripe without sockets: the library's own transport, whose
requests are answered in this process. What is lost there is an error of the network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from requests.structures import CaseInsensitiveDict

from local.stripe.serving.api import Request
from local.stripe.serving.simulator import Simulator
from payouts.gateway import asking

# The library says nothing of its types here.
lost: Callable[..., Exception] = stripe.APIConnectionError


class InProcess(stripe.HTTPClient):
    """Answers as the simulator does over HTTP, many times faster."""

    name = "in process"

    def __init__(self, simulator: Simulator) -> None:
        super().__init__()
        self._simulator = simulator

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        told = post_data if method.upper() == "POST" else parts.query
        given = {name.lower(): value for name, value in (headers or {}).items()}
        asked = Request(method.upper(), parts.path, told or "", given)
        answer = self._simulator.answer(asked)
        if answer.lost:
            raise lost("The answer was lost.", should_retry=True)
        more = CaseInsensitiveDict({"Request-Id": answer.request_id})
        if answer.retry:
            more["Stripe-Should-Retry"] = answer.retry
        return answer.body, answer.status, more

    def close(self) -> None:
        """There is nothing open."""


def client(simulator: Simulator) -> stripe.StripeClient:
    """What the gateway asks through, as it makes its own."""
    return stripe.StripeClient(
        simulator.api_key,
        stripe_version=asking.VERSION,
        max_network_retries=asking.TRIES_MORE,
        http_client=InProcess(simulator),
        base_addresses={"api": simulator.url},
    )
