"""A reader's pages about giving: my month and the budget."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from flattr import money, months
from flattr.database import clock
from flattr.templatetags.flattr import money as shown
from flattr.templatetags.flattr import month_name
from payouts.close import month as running
from payouts.payments import budgeting, noticing
from payouts.payments.budgeting import Choice
from payouts.payments.forms import BudgetForm


@login_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """My month: what is in it, what each creator gets now, what happens at its end."""
    return render(
        request,
        "payouts/close/month.html",
        {"month": running.month(signed_in(request))},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    if reader.closing_at is not None:
        return redirect("payouts:close_account")
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
        "notice": noticing.notice(reader),
    }
    return render(request, "payouts/close/budget.html", facts)


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
