"""A reader's budget: choosing it, changing it, stopping."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.people import budgets
from accounts.people.asker import signed_in
from flattr import money
from flattr.database import clock
from flattr.templatetags.flattr import money as shown
from flattr.templatetags.flattr import month_name
from payouts.payments import budget_words, budgeting, noticing
from payouts.payments.budgeting import Choice
from payouts.payments.forms import BudgetForm


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
    free = budgeting.free(reader, standing.period)
    facts = {
        "form": form,
        "standing": standing,
        "words": budget_words.of(reader, standing, free),
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
    facts = {
        "now": month_name(period),
        "next": month_name(choice.counts_from),
        "amount": shown(choice.amount),
    }
    if choice.counts_from == period:
        if choice.amount:
            return _("You give %(amount)s a month. It counts from %(now)s on.") % facts
        return _("You give nothing in %(now)s, and nothing after it.") % facts
    kept = _("You have flattred in %(now)s, so %(now)s stays as it is.") % facts
    if choice.amount:
        change = _("From %(next)s on you give %(amount)s a month.") % facts
    else:
        change = _("From %(next)s on you give nothing.") % facts
    return f"{kept} {change}"
