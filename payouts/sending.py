"""Who sends payouts: a module with a place in the ledger and a way to send."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from payouts.ledger.posting import Place
from payouts.models import Payout


class Provider(Protocol):
    """What `PAYOUT_PROVIDER` names. `PLACE` is the account the money leaves from."""

    PLACE: Place

    def send(self, payout: Payout, reference: str) -> str:
        """Send it; what the provider calls the transfer. May be asked again."""


def provider() -> Provider:
    return cast(Provider, import_module(settings.PAYOUT_PROVIDER))
