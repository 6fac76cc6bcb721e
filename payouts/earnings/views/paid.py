"""A creator's page about being paid: what there is, where it goes, asking for it."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.people.asker import signed_in
from flattr.templatetags.flattr import day
from flattr.web.policy import leads_to_stripe
from payouts.earnings import destinations, requesting
from payouts.earnings.pages.payouts_page import payouts_page
from payouts.earnings.views.opening import AWAY, CountryForm
from payouts.earnings.ways import ways_of
from payouts.gateway import asking


class DestinationForm(forms.Form):
    """A bank account. What was typed is kept when it is refused."""

    holder = forms.CharField(
        label=gettext_lazy("Account holder"),
        max_length=140,
        help_text=gettext_lazy("As your bank writes the name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=gettext_lazy("IBAN"),
        max_length=50,
        help_text=gettext_lazy("With or without spaces. We store it encrypted."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_iban(self) -> str:
        try:
            return destinations.read_iban(self.cleaned_data["iban"])
        except destinations.BadIban as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


@require_safe
@login_required
@leads_to_stripe
def payouts(request: HttpRequest) -> HttpResponse:
    page = payouts_page(signed_in(request))
    return render(request, "payouts/earnings/payouts.html", {"page": page})


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def request_payout(request: HttpRequest) -> HttpResponse:
    try:
        requesting.request_payout(signed_in(request), request)
    except requesting.NoPayout as refusal:
        messages.error(request, str(refusal))
    except asking.NoAnswer:
        messages.error(request, AWAY)
    else:
        messages.success(
            request, _("Requested. We review it and write to you when it is sent.")
        )
    return redirect("payouts:payouts")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
@leads_to_stripe
def destination(request: HttpRequest) -> HttpResponse:
    creator = signed_in(request)
    form = DestinationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = destinations.change(
            request, creator, form.cleaned_data["holder"], form.cleaned_data["iban"]
        )
        messages.success(
            request,
            _("Payouts go to %(account)s from %(day)s on.")
            % {"account": changed, "day": day(changed.usable_at)},
        )
        return redirect("payouts:payouts")
    return render(
        request,
        "payouts/earnings/destination.html",
        {
            "form": form,
            "countries": CountryForm(),
            "ways": ways_of(creator),
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
        facts = {"why": refusal, "OPERATOR_EMAIL": settings.OPERATOR_EMAIL}
        template = "payouts/earnings/destination_not_cancelled.html"
        return render(request, template, facts, status=400)
    is_done = request.method == "POST"
    name = "destination_cancelled" if is_done else "cancel_destination"
    return render(request, f"payouts/earnings/{name}.html", {"destination": found})
