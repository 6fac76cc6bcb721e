"""A reader's pages about paying: paying in, each payment and its receipt.

Cards and accounts are entered on Stripe's pages alone. What a reader comes back with credits nothing:
we fetch the payment from Stripe (P1).
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from buttons.clicks import errands
from flattr import money, months
from flattr.templatetags.flattr import day
from flattr.web.clients import client_ip
from flattr.web.policy import leads_to_stripe
from flattr.web.refusals import Refusal
from payouts import chart
from payouts.gateway import asking, declines
from payouts.ledger import posting
from payouts.models import Dispute, Method, Payer, Payment, Refund
from payouts.payments import budgeting, charging, methods, noticing, payers, paying_in
from payouts.payments.forms import IntervalForm, PayForm
from payouts.payments.pay_ways import Way
from payouts.payments.words import budget_words, kept_words, payment_words
from payouts.payments.words.budget_words import BudgetWords
from payouts.payments.words.pay_words import PayWords
from payouts.payments.words.payment_words import PaymentWords
from payouts.payments.words.stand_words import StandWords

SILENT = _(
    "Stripe, which takes the payments, does not answer just now. Nothing was charged."
    " Please try again in a few minutes."
)


@leads_to_stripe
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest) -> HttpResponse:
    """All about paying: what is to be paid now, how, and what was."""
    reader = signed_in(request)
    errand = errands.of(request)
    standing = budgets.standing(reader)
    free = budgeting.free(reader, standing.period)
    budget = budget_words.of(reader, standing, free)
    asked = request.POST if request.method == "POST" else request.GET
    wish = _wish(asked.get("budget", ""), standing)
    known = payers.payer(reader)
    ways = _ways(budget, wish)
    stand = StandWords(
        budget=budget,
        payer=known,
        notice=noticing.notice(reader),
        balance=posting.balance(chart.means(reader)),
        wish=wish,
        is_suspended=reader.suspended_at is not None,
    )
    words = PayWords(stand, ways)
    proposed = {"months": words.proposed, "method": words.method}
    form = PayForm(_typed(request, ways), ways=ways, initial=proposed)
    status = 200
    if request.method == "POST" and form.is_valid():
        errands.remember(request, errand)
        way = next(way for way in ways if way.months == form.cleaned_data["months"])
        try:
            return _begin(request, reader, way, form.cleaned_data["method"], wish)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
        except (asking.NoAnswer, asking.StripeRefused):
            form.add_error(None, SILENT)
            status = 503
    facts = {
        "form": form,
        "wish": wish,
        "typed_wish": money.plain(wish) if wish else "",
        "verified": paying_in.has_verified_mail(reader),
        "payer": known,
        "errand": errand,
        "words": words,
        **_beside(request, reader, known),
    }
    return render(request, "payouts/payments/pay.html", facts, status=status)


def _beside(request: HttpRequest, reader: User, known: Payer) -> dict[str, Any]:
    """What the page shows beside the payment: renewals and the history."""
    # A payment that was not completed on Stripe's page is not listed.
    ended = Q(paid_at__isnull=False) | Q(failed_at__isnull=False, renewal__isnull=False)
    asked = Q(needs_confirmation=True) | Q(processing_at__isnull=False)
    listed = Payment.objects.filter(ended | asked)
    mine = listed.filter(reader=reader).select_related("gift")
    payments = mine.order_by("-started_at", "-id")
    page = Paginator(payments, 25).get_page(request.GET.get("page"))
    return {
        "interval_form": IntervalForm(
            initial={"months": known.months}, auto_id="interval_%s"
        ),
        "simulated": bool(settings.STRIPE_API_BASE),
        "page": page,
        "payments": [PaymentWords(one) for one in page],
    }


def _wish(typed: str, standing: budgets.Standing) -> int | None:
    """The raise that the payment is for; None for anything that is none."""
    try:
        wish = money.parse(typed)
    except money.NotAnAmount:
        return None
    return wish if standing.amount < wish <= settings.LARGEST_BUDGET else None


def _ways(budget: BudgetWords, wish: int | None) -> list[Way]:
    """What can be chosen: for a raise the difference alone, else a month, a quarter
    or a year; nothing without a budget."""
    standing, free = budget.standing, budget.free
    if wish and standing.credited:
        difference = max(wish - free, paying_in.SMALLEST)
        return [Way(1, difference, standing.period)]
    if wish or standing.amount:
        amount, later = wish or standing.amount, wish or budget.next_amount
        return paying_in.ways(amount, free, standing.period, later)
    if not budget.next_amount:
        return []
    begins = months.following(standing.period)
    return paying_in.ways(budget.next_amount, free, begins, budget.next_amount)


def _typed(request: HttpRequest, ways: list[Way]) -> dict[str, Any] | None:
    """What was posted; where there is one way or method only it need not be chosen."""
    if request.method != "POST":
        return None
    typed: dict[str, Any] = request.POST.dict()
    if len(ways) == 1:
        typed["months"] = str(ways[0].months)
    if len(methods.offered()) == 1:
        typed["method"] = methods.offered()[0].value
    return typed


def _begin(
    request: HttpRequest, reader: User, way: Way, method: Method, wish: int | None
) -> HttpResponse:
    ip = client_ip(request)
    # The difference for a raise says nothing of how often the reader wants to pay.
    standing = budgets.standing(reader)
    interval = None if wish and standing.credited else way.months
    payment = paying_in.begin(reader, way.amount, ip, wish, interval, method=method)
    try:
        return see(charging.open_checkout(payment))
    except (asking.NoAnswer, asking.StripeRefused):
        charging.refused(payment, declines.SILENT)
        paying_in.forgive(reader, ip)
        raise


def see(address: str) -> HttpResponse:
    """Go there by a GET, as after every POST."""
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@leads_to_stripe
@login_required
@require_safe
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Where Stripe sends a reader back to after paying. It credits only what Stripe says
    when we ask."""
    reader = signed_in(request)
    found = get_object_or_404(Payment, pk=pk, reader=reader)
    try:
        found = charging.fetch(found)
    except (asking.NoAnswer, asking.StripeRefused):
        # The page then says what is known; Stripe also sends an event.
        found.refresh_from_db()
    return _show(request, reader, found)


def _show(
    request: HttpRequest, reader: User, found: Payment, trouble: str = ""
) -> HttpResponse:
    standing = budgets.standing(reader)
    free = budgeting.free(reader, standing.period)
    disputes = list(Dispute.objects.standing().filter(payment=found))
    budget = budget_words.of(reader, standing, free)
    offer = kept_words.offer(found, payers.payer(reader), gives=_gives(reader, budget))
    facts = {
        "payment": found,
        "words": PaymentWords(found, disputes),
        "standing": standing,
        "budget": budget,
        "errand": errands.of(request) if standing.open else None,
        "balance": posting.balance(chart.means(reader)),
        "simulated": bool(settings.STRIPE_API_BASE),
        "trouble": trouble,
        "offer": offer,
        "onward": kept_words.onward(offer),
    }
    status = 503 if trouble else 200
    return render(request, "payouts/payments/payment.html", facts, status=status)


def _gives(reader: User, budget: BudgetWords) -> bool:
    """There will be another payment."""
    stays = reader.suspended_at is None and reader.closing_at is None
    return stays and budget.next_amount > 0


@leads_to_stripe
@login_required
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The reader's bank wants a confirmation: go there, or find out that it is done."""
    reader = signed_in(request)
    found = get_object_or_404(Payment, pk=pk, reader=reader)
    try:
        address = charging.confirm(found)
    except asking.NoAnswer:
        return _show(request, reader, found, str(SILENT))
    return see(address) if address else redirect("payouts:payment", pk)


@login_required
@require_safe
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """A payment that arrived, to be printed."""
    reader = signed_in(request)
    found = get_object_or_404(Payment, pk=pk, reader=reader, paid_at__isnull=False)
    refunds = Refund.objects.filter(payment=found, done_at__isnull=False)
    disputes = Dispute.objects.filter(payment=found, withdrawn_at__isnull=False)
    facts = {
        "payment": found,
        "refunds": refunds.order_by("done_at", "id"),
        "taken_back": [
            (day(one.opened_at), payment_words.taken_back(one))
            for one in disputes.order_by("opened_at")
        ],
        "reader": reader,
        "simulated": paying_in.is_simulated(found),
    }
    return render(request, "payouts/payments/receipt.html", facts)
