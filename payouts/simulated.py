"""Simulated payments: the one provider of local mode. It takes no money, and says so
on its page, where a person decides what it answers."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from payouts.models import Payment

name = "simulated"


def start(payment: Payment, return_url: str) -> str:  # noqa: ARG001 (the page knows where to return)
    return reverse("payouts:simulated", args=[payment.key])


def is_chosen() -> bool:
    """It is what this deployment uses, which can only be so in local mode."""
    provider: str = settings.PAYMENT_PROVIDER
    return provider == __name__
