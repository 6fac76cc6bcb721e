"""A reader's pages about gifts: giving once, one gift, all of them, taking back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.people.finding import creator_named
from buttons.models import Thing
from flattr.database import clock
from flattr.web.clients import client_ip
from flattr.web.policy import leads_to_stripe
from flattr.web.refusals import Refusal
from payouts.gateway import asking
from payouts.gifts import gift_asking, gift_paying, offering, taking_back
from payouts.gifts.gift_forms import GiftForm
from payouts.gifts.gift_words import GiftWords
from payouts.gifts.giving_words import Giving
from payouts.gifts.offering import Offer
from payouts.models import Gift, GiftState
from payouts.payments import paying_in
from payouts.payments.views.paying import SILENT, see


@leads_to_stripe
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, name: str) -> HttpResponse:
    """Choose how much to give somebody once, and give it."""
    reader, creator = signed_in(request), creator_named(name)
    thing = _thing(request, creator)
    offer = offering.offer(reader, creator, thing)
    if offer.refusal is not None:
        return _page(request, creator, thing, offer, status=offer.refusal.status)
    form = GiftForm(request.POST if request.method == "POST" else None, offer=offer)
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            return see(_given(request, creator, thing, offer, form.cleaned_data))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        except (asking.NoAnswer, asking.StripeRefused):
            form.add_error(None, SILENT)
            status = 503
        offer = offering.offer(reader, creator, thing)
    return _page(request, creator, thing, offer, form, status=status)


def _thing(request: HttpRequest, creator: User) -> Thing | None:
    """For what of theirs it is given; 404 for anything else."""
    number = request.GET.get("thing", "")
    if not number:
        return None
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        raise Http404
    return get_object_or_404(Thing, pk=int(number), owner=creator)


def _given(
    request: HttpRequest,
    creator: User,
    thing: Thing | None,
    offer: Offer,
    wanted: dict[str, Any],
) -> str:
    """Give it; where the reader goes next: the page of the gift, or Stripe's."""
    reader, amount = signed_in(request), wanted["amount"]
    asked = gift_asking.parse(request.POST.get("intent", ""), reader, creator, thing)
    about: dict[str, Any] = {"thing": thing, "key": asked.key}
    if not offer.needs_payment(amount):
        return gift_paying.path(offering.give(reader, creator, amount, **about))
    ip = client_ip(request)
    payment = offering.begin_with_payment(
        reader, creator, amount, ip=ip, method=wanted["method"], **about
    )
    return gift_paying.open_checkout(payment, ip)


def _page(  # noqa: PLR0913 (who, for what, and what was typed)
    request: HttpRequest,
    creator: User,
    thing: Thing | None,
    offer: Offer,
    form: GiftForm | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    reader = signed_in(request)
    facts: dict[str, Any] = {
        "creator": creator,
        "page": Giving(creator, thing, offer, clock.period()),
        "refusal": offer.refusal if form is None else None,
        "form": form,
    }
    if form is not None:
        facts["intent"] = gift_asking.issue(reader, creator, thing)
        facts["verified"] = paying_in.has_verified_mail(reader)
        facts["simulated"] = bool(settings.STRIPE_API_BASE)
    return render(request, "payouts/gifts/give.html", facts, status=status)


@leads_to_stripe
@login_required
@require_safe
def gift(request: HttpRequest, pk: int) -> HttpResponse:
    """One gift: what becomes of it, and until when it can be taken back. Stripe sends a
    reader back to it too; it credits only what Stripe says when we ask."""
    found = _own(request, pk)
    if found.state == GiftState.WAITING and gift_paying.ask_stripe(found):
        found = _own(request, pk)
    facts = {"gift": found, "words": GiftWords(found, clock.now())}
    return render(request, "payouts/gifts/gift.html", facts)


@leads_to_stripe
@login_required
@require_POST
def pay(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to Stripe's page for a gift that waits, or find out that it is paid."""
    found = _own(request, pk)
    try:
        address = gift_paying.again(found)
    except (asking.NoAnswer, asking.StripeRefused):
        messages.error(request, str(SILENT))
        return redirect("payouts:gift", pk)
    return see(address or gift_paying.path(found))


@login_required
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    found = _own(request, pk)
    try:
        taking_back.take_back(found)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You took it back. Nothing was given."))
    return redirect("payouts:gift", pk)


@login_required
@require_safe
def gifts(request: HttpRequest) -> HttpResponse:
    """All that the reader gave once, the latest first."""
    reader, now = signed_in(request), clock.now()
    mine = Gift.objects.filter(reader=reader).select_related("creator", "thing")
    page = Paginator(mine.order_by("-pk"), 25).get_page(request.GET.get("page"))
    facts = {"page": page, "gifts": [GiftWords(one, now) for one in page]}
    return render(request, "payouts/gifts/gifts.html", facts)


def _own(request: HttpRequest, pk: int) -> Gift:
    """The reader's own gift; any other is a 404."""
    known = Gift.objects.select_related("reader", "creator", "thing", "payment")
    return get_object_or_404(known, pk=pk, reader=signed_in(request))
