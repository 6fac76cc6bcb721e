"""A reader's pages about money: my month, the budget, paying in."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts import budgets
from accounts.clients import client_ip
from accounts.models import User
from flattr import clock, money, months
from flattr.refusals import Refusal
from flattr.templatetags.flattr import money as shown
from flattr.templatetags.flattr import month_name
from payouts import budgeting, chart, paying_in, providers, simulated
from payouts import month as running
from payouts.budgeting import Choice
from payouts.fields import BudgetForm, PayForm
from payouts.ledger import posting
from payouts.models import Payment
from payouts.people import signed_in


@login_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """My month: what is in it, what each creator gets now, what happens at its end."""
    return render(
        request, "payouts/month.html", {"month": running.month(signed_in(request))}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    if "stop" in request.POST:
        return _chosen(request, reader, budgeting.choose(reader, 0))
    standing = budgets.standing(reader)
    typed = request.POST if request.method == "POST" else None
    form = BudgetForm(typed, initial={"amount": standing.amount or None})
    if form.is_valid():
        choice = budgeting.choose(reader, form.cleaned_data["amount"])
        return _chosen(request, reader, choice)
    following = months.following(standing.period)
    facts = {
        "form": form,
        "standing": standing,
        "following": following,
        "next_amount": budgets.amount_in(reader, following),
        "flattred": budgeting.flattred(reader, standing.period),
        "free": budgeting.free(reader, standing.period),
    }
    return render(request, "payouts/budget.html", facts)


def _chosen(request: HttpRequest, reader: User, choice: Choice) -> HttpResponse:
    """Say from when on the choice counts, and go where it is to be paid, if it is."""
    if choice.missing:
        asked = urlencode({"budget": money.plain(choice.amount)})
        return redirect(f"{reverse('payouts:pay')}?{asked}")
    messages.success(request, _words(choice, clock.period()))
    standing = budgets.standing(reader)
    if standing.amount and not standing.covered:
        return redirect("payouts:pay")
    return redirect("payouts:month")


def _words(choice: Choice, period: int) -> str:
    counts_from, now = month_name(choice.counts_from), month_name(period)
    if choice.counts_from == period:
        if choice.amount:
            return f"You give {shown(choice.amount)} a month. It counts from {now} on."
        return f"You give nothing in {now}, and nothing after it."
    kept = f"You have flattred in {now}, so {now} stays as it is."
    if choice.amount:
        return f"{kept} From {counts_from} on you give {shown(choice.amount)} a month."
    return f"{kept} From {counts_from} on you give nothing."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pay(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    standing = budgets.standing(reader)
    free = budgeting.free(reader, standing.period)
    asked = request.POST if request.method == "POST" else request.GET
    wish = _wish(asked.get("budget", ""), standing)
    proposed = paying_in.proposed(wish or standing.amount, free)
    form = PayForm(
        request.POST if request.method == "POST" else None,
        initial={"amount": proposed},
        missing=wish - free if wish else 0,
    )
    status = 200
    if form.is_valid():
        try:
            return _begin(request, reader, form.cleaned_data["amount"], wish)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            status = refusal.status
    payments = Payment.objects.filter(reader=reader).order_by("-started_at", "-id")
    facts = {
        "form": form,
        "standing": standing,
        "wish": wish,
        "typed_wish": money.plain(wish) if wish else "",
        "free": free,
        "balance": posting.balance(chart.means(reader)),
        "verified": paying_in.has_verified_mail(reader),
        "open": bool(settings.PAYMENT_PROVIDER),
        "simulated": simulated.is_chosen(),
        "page": Paginator(payments, 25).get_page(request.GET.get("page")),
    }
    return render(request, "payouts/pay.html", facts, status=status)


def _wish(typed: str, standing: budgets.Standing) -> int | None:
    """The raise that the payment is for; None for anything that is none."""
    try:
        wish = money.parse(typed)
    except money.NotAnAmount:
        return None
    return wish if standing.amount < wish <= settings.LARGEST_BUDGET else None


def _begin(
    request: HttpRequest, reader: User, amount: int, wish: int | None
) -> HttpResponse:
    provider = providers.chosen()
    payment = paying_in.start(reader, amount, client_ip(request), wish)
    back = reverse("payouts:payment", args=[payment.pk])
    return _see(provider.start(payment, f"{settings.SITE_URL}{back}"))


def _see(address: str) -> HttpResponse:
    answer = HttpResponseRedirect(address)
    answer.status_code = 303
    return answer


@login_required
@require_safe
def payment(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a reader comes back to from paying. It tells, and credits nothing."""
    reader = signed_in(request)
    facts = {
        "payment": get_object_or_404(Payment, pk=pk, reader=reader),
        "standing": budgets.standing(reader),
        "balance": posting.balance(chart.means(reader)),
    }
    return render(request, "payouts/payment.html", facts)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def simulated_payment(request: HttpRequest, key: str) -> HttpResponse:
    """The provider's own page in local mode: it takes no money."""
    if not simulated.is_chosen():
        raise Http404
    payment = get_object_or_404(Payment, key=key, reader=signed_in(request))
    if request.method == "POST" and not payment.failed_at:
        if "pay" in request.POST:
            paying_in.arrived(key, {chart.SIMULATED: -payment.amount})
        else:
            paying_in.failed(key)
        return _see(reverse("payouts:payment", args=[payment.pk]))
    return render(request, "payouts/simulated.html", {"payment": payment})
