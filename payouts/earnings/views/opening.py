"""A creator's way to Stripe's pages and back."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from babel import Locale
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.people.asker import signed_in
from flattr.templatetags.flattr import day
from flattr.web import locales
from flattr.web.refusals import Refusal
from payouts.earnings import onboarding, standing
from payouts.gateway import asking
from payouts.models import StripeAccount

AWAY = gettext_lazy(
    "Stripe is not answering right now. Please try again in a few minutes."
)
NO_COUNTRY = gettext_lazy("Please choose the country you live in.")

# Where Stripe opens accounts that money can be transferred to from Europe.
COUNTRIES = (
    "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB",
    "GI", "GR", "HR", "HU", "IE", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO",
    "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip


def countries() -> list[tuple[str, str]]:
    """Codes and names in the reader's language, by name."""
    names = Locale.parse(locales.current()).territories
    return [
        ("", _("Choose a country")),
        *sorted(((code, names[code]) for code in COUNTRIES), key=lambda one: one[1]),
    ]


class CountryForm(forms.Form):
    """In which country Stripe opens a creator's account."""

    country = forms.ChoiceField(
        label=gettext_lazy("Country"),
        choices=countries,
        help_text=gettext_lazy("Where you live, or where your company is registered."),
        widget=forms.Select(attrs={"autocomplete": "country"}),
        error_messages={"required": NO_COUNTRY},
    )


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def start(request: HttpRequest) -> HttpResponse:
    """To Stripe's page, with an account there that is opened if there is none."""
    creator = signed_in(request)
    known = StripeAccount.objects.filter(creator=creator).first()
    form = CountryForm(request.POST if "country" in request.POST else None)
    if not form.is_valid() and (known is None or form.is_bound):
        messages.error(request, NO_COUNTRY)
        return redirect("payouts:destination")
    country = form.cleaned_data["country"] if form.is_bound else known and known.country
    try:
        account = onboarding.begin(request, creator, country or "")
        return HttpResponseRedirect(onboarding.url_of(account))
    except (Refusal, asking.NoAnswer) as failure:
        return _not_now(request, failure)


@require_safe
@login_required
def come_back(request: HttpRequest, state: str) -> HttpResponse:
    """From Stripe's page, done or not."""
    creator = signed_in(request)
    try:
        account = onboarding.came_back(request, creator, state)
    except (Refusal, asking.NoAnswer) as failure:
        return _not_now(request, failure)
    level = messages.SUCCESS if standing.can_be_paid(account) else messages.INFO
    messages.add_message(request, level, standing.in_words(account))
    return redirect("payouts:payouts")


@require_safe
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """The link to Stripe's page was used or too old."""
    messages.info(
        request, _("The link to Stripe's page has expired. Please continue here.")
    )
    return redirect("payouts:destination")


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def dashboard(request: HttpRequest) -> HttpResponse:
    """To Stripe's page where the bank account is changed."""
    try:
        return HttpResponseRedirect(onboarding.dashboard_of(signed_in(request)))
    except (Refusal, asking.NoAnswer) as failure:
        return _not_now(request, failure)


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def choose(request: HttpRequest) -> HttpResponse:
    """Through Stripe again, after a bank account paid by hand or a change taken back."""
    account = get_object_or_404(StripeAccount, creator=signed_in(request))
    try:
        chosen = onboarding.choose(request, account)
    except (Refusal, asking.NoAnswer) as failure:
        return _not_now(request, failure)
    if chosen:
        messages.success(
            request,
            _("Payouts go through Stripe to %(account)s from %(day)s on.")
            % {"account": chosen, "day": day(chosen.usable_at)},
        )
    return redirect("payouts:payouts")


def _not_now(request: HttpRequest, failure: Exception) -> HttpResponse:
    told = str(failure) if isinstance(failure, Refusal) else str(AWAY)
    messages.error(request, told)
    return redirect("payouts:payouts")
