"""What a reader keeps for renewals, a card or an account, and how often it is charged:
changed from the page about paying, and back to it."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.people.asker import signed_in
from flattr.web.clients import client_ip
from flattr.web.policy import leads_to_stripe
from flattr.web.refusals import Refusal
from payouts.gateway import asking, calls
from payouts.payments import payers
from payouts.payments.forms import IntervalForm
from payouts.payments.views.paying import SILENT, see
from payouts.payments.words import kept_words

# By the months that are paid for at once.
CHOSEN = {
    1: gettext_lazy("From now on you pay for a month at once."),
    3: gettext_lazy("From now on you pay for a quarter at once."),
    12: gettext_lazy("From now on you pay for a year at once."),
}


@login_required
@require_POST
def interval(request: HttpRequest) -> HttpResponse:
    form = IntervalForm(request.POST)
    if form.is_valid():
        chosen = form.cleaned_data["months"]
        payers.choose_interval(signed_in(request), chosen)
        messages.success(request, str(CHOSEN[chosen]))
    else:
        messages.error(request, _("Please choose a month, a quarter or a year."))
    return redirect("payouts:pay")


@leads_to_stripe
@login_required
@require_POST
def change_card(request: HttpRequest) -> HttpResponse:
    """Save another card, on Stripe's page."""
    return _to_stripe(request, payers.open_change)


@leads_to_stripe
@login_required
@require_POST
def allow_debits(request: HttpRequest) -> HttpResponse:
    """Sign a mandate for an account, on Stripe's page; nothing is taken."""
    return _to_stripe(request, payers.open_mandate_checkout)


def _to_stripe(
    request: HttpRequest, open_page: Callable[[User, str], str]
) -> HttpResponse:
    try:
        return see(open_page(signed_in(request), client_ip(request)))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    except (asking.NoAnswer, asking.StripeRefused):
        messages.error(request, str(SILENT))
    return redirect("payouts:pay")


@login_required
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """Where Stripe sends a reader who saved a card or an account; it is fetched from
    Stripe."""
    reader = signed_in(request)
    if _store_kept(reader, request.GET.get("session", "")):
        messages.success(
            request,
            _("Your next payments are made with %(card)s.")
            % {"card": payers.payer(reader).kept},
        )
    else:
        messages.error(
            request,
            _("We could not save that. What was saved before has not changed."),
        )
    return redirect("payouts:pay")


def _store_kept(reader: User, session_id: str) -> bool:
    """Store what a session of the reader's own saved; Stripe is asked about no other."""
    customer = payers.payer(reader).stripe_id
    if not customer or not session_id.startswith("cs_") or len(session_id) > 100:
        return False
    try:
        session = calls.session(session_id)
        return session.customer == customer and payers.store_kept_of_session(session)
    except (asking.NoAnswer, asking.StripeRefused):
        return False


@login_required
@require_POST
def remove_kept(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    try:
        payers.remove_kept(reader)
    except asking.NoAnswer:
        messages.error(
            request, _("Stripe does not answer just now. It is still saved.")
        )
    else:
        messages.success(request, kept_words.removed())
    return redirect("payouts:pay")
