"""A creator's invoices: all of them with what they are made out to, one to print, and a
table for spreadsheets."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people.asker import signed_in
from accounts.settings.forms import Billing
from payouts.close import spreadsheets
from payouts.invoices import papers
from payouts.invoices.invoice_words import InvoiceWords
from payouts.invoices.papers import Papers


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    creator = signed_in(request)
    form = Billing(request.POST or None, instance=creator)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved. The next invoices are made out to that."))
        return redirect("payouts:invoices")
    facts = {"papers": Papers(creator), "form": form}
    return render(request, "payouts/invoices/invoices.html", facts)


@login_required
@require_safe
def invoice(request: HttpRequest, name: str) -> HttpResponse:
    """One of the creator's own, as it was written."""
    year, number = map(int, name.split("-"))
    found = get_object_or_404(papers.of(signed_in(request)), year=year, number=number)
    lines = list(found.lines.order_by("period", "kind"))
    facts = {"invoice": found, "words": InvoiceWords(found, lines)}
    return render(request, "payouts/invoices/invoice.html", facts)


@login_required
@require_safe
def table(request: HttpRequest) -> HttpResponse:
    rows = papers.rows(papers.of(signed_in(request)).order_by("id"))
    return spreadsheets.answer("flattr-invoices.csv", papers.HEADER, rows)
