"""A creator's page about being paid: what there is, where it goes, asking for it."""

from __future__ import annotations

from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from csp.decorators import csp_update
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from flattr.database import clock
from payouts.earnings import destinations, onboarding, requesting, revenue
from payouts.earnings.views.opening import AWAY, CountryForm
from payouts.gateway import asking
from payouts.models import Lot, StripeAccount

# A form on these pages leads to Stripe's.
TO_STRIPE: dict[str, Any] = {"form-action": settings.STRIPE_PAGES}


class DestinationForm(forms.Form):
    """A bank account. What was typed is kept when it is refused."""

    holder = forms.CharField(
        label="Account holder",
        max_length=140,
        help_text="As your bank writes the name.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label="IBAN",
        max_length=50,
        help_text="With or without blanks. It is stored encrypted.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_iban(self) -> str:
        try:
            return destinations.read_iban(self.cleaned_data["iban"])
        except destinations.BadIban as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


@require_safe
@login_required
@csp_update(TO_STRIPE)
def payouts(request: HttpRequest) -> HttpResponse:
    creator = cast(User, request.user)
    now = clock.now()
    destination = destinations.current(creator)
    return render(
        request,
        "payouts/earnings/payouts.html",
        {
            "purse": revenue.purse(creator),
            "lots": Lot.objects.held(creator),
            "payouts": requesting.payouts_of(creator),
            "destination": destination,
            "waits_until": destination and destinations.waits_until(destination, now),
            "smallest": settings.SMALLEST_PAYOUT,
            "hindrance": requesting.hindrance(creator, now),
            **_stripe(creator),
        },
    )


def _stripe(creator: User) -> dict[str, object]:
    """The creator's account at Stripe, and where it stands in plain words."""
    account = StripeAccount.objects.filter(creator=creator).first()
    if account is None:
        return {"account": None}
    return {
        "account": account,
        "account_told": onboarding.in_words(account),
        "account_wants": onboarding.wants(account),
        "account_pays": onboarding.can_be_paid(account),
        "account_named": destinations.latest_of(account.stripe_id),
    }


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def request_payout(request: HttpRequest) -> HttpResponse:
    try:
        requesting.request_payout(cast(User, request.user), request)
    except requesting.NoPayout as refusal:
        messages.error(request, str(refusal))
    except asking.NoAnswer:
        messages.error(request, AWAY)
    else:
        messages.success(
            request, "Asked for. We look at it and write to you when it is sent."
        )
    return redirect("payouts:payouts")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@csp_update(TO_STRIPE)
def destination(request: HttpRequest) -> HttpResponse:
    creator = cast(User, request.user)
    form = DestinationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = destinations.change(
            request, creator, form.cleaned_data["holder"], form.cleaned_data["iban"]
        )
        messages.success(
            request, f"Payouts go to {changed} from {changed.usable_at:%-d %B %Y} on."
        )
        return redirect("payouts:payouts")
    return render(
        request,
        "payouts/earnings/destination.html",
        {
            "form": form,
            "countries": CountryForm(),
            "destination": destinations.current(creator),
            **_stripe(creator),
        },
        status=400 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_destination(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail that announced a change; works signed out. GET only asks."""
    try:
        found = destinations.by_token(token)
        if request.method == "POST":
            destinations.cancel(request, found)
    except destinations.NotCancelled as refusal:
        return render(
            request,
            "payouts/earnings/cancel_destination.html",
            {"why": refusal, "OPERATOR_EMAIL": settings.OPERATOR_EMAIL},
            status=400,
        )
    return render(
        request,
        "payouts/earnings/cancel_destination.html",
        {"destination": found, "cancelled": request.method == "POST", "why": ""},
    )
