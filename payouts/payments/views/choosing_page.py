"""A reader's page about the budget: choosing it, changing it, stopping."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from buttons.clicks import errands
from flattr import money
from flattr.database import clock
from payouts.payments import budgeting, noticing
from payouts.payments.budgeting import Choice
from payouts.payments.choosing import Choosing, chosen_words
from payouts.payments.forms import BudgetForm
from payouts.payments.words import budget_words


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def budget(request: HttpRequest) -> HttpResponse:
    reader = signed_in(request)
    if reader.closing_at is not None:
        return redirect("payouts:close_account")
    errand = errands.of(request)
    if request.method == "POST":
        errands.remember(request, errand)
    if "stop" in request.POST:
        return _chosen(request, reader, budgeting.choose(reader, 0))
    standing = budgets.standing(reader)
    words = budget_words.of(reader, standing, budgeting.free(reader, standing.period))
    page = Choosing(words, clock.now(), hurries=errand is not None)
    form = BudgetForm(request.POST or None, initial=page.proposal, present=page.amount)
    if form.is_valid():
        from_next = page.is_late and form.cleaned_data["begin"] == "next"
        amount = form.cleaned_data["amount"]
        choice = budgeting.choose(reader, amount, from_next=from_next)
        return _chosen(request, reader, choice)
    facts = {
        "form": form,
        "page": page,
        "words": words,
        "errand": errand,
        "notice": noticing.notice(reader),
    }
    return render(request, "payouts/payments/budget.html", facts)


def _chosen(request: HttpRequest, reader: User, choice: Choice) -> HttpResponse:
    """Say from when on the choice counts, and go where it is to be paid, if it is; else
    back to what the reader was about to flattr, if they can now."""
    if choice.missing:
        asked = urlencode({"budget": money.plain(choice.amount)})
        return redirect(f"{reverse('payouts:pay')}?{asked}")
    period = clock.period()
    messages.success(request, chosen_words(choice, period))
    standing = budgets.standing(reader)
    begins = choice.amount and choice.counts_from > period and not standing.amount
    if begins or (standing.amount and not standing.covered):
        return redirect("payouts:pay")
    errand = errands.of(request)
    if errand is not None and standing.open:
        return redirect(errand.path)
    return redirect("payouts:month")
