"""Providers of payments: whoever takes a reader's money and tells us so.

A provider is a module or object with the two names below; which one is used is the
setting `PAYMENT_PROVIDER`. It calls `payouts.paying_in.arrived` when the money is
there and `failed` when it will not come. The page that a reader comes back to
credits nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from django.conf import settings

from flattr.refusals import Refusal
from payouts.models import Payment


class Provider(Protocol):
    name: str

    def start(self, payment: Payment, return_url: str) -> str:
        """The address where the reader pays; from there they come to `return_url`."""


class NoProvider(Refusal):
    """Paying in is not open on this site yet."""

    code = "no_provider"
    status = 503


def chosen() -> Provider:
    """The provider of this deployment; without one `NoProvider`."""
    if not settings.PAYMENT_PROVIDER:
        raise NoProvider
    return cast(Provider, import_module(settings.PAYMENT_PROVIDER))
