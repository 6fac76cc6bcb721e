"""Closes, for everybody to see: totals, the rules they were made by, the digest."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from payouts.close.close_words import CloseWords
from payouts.ledger.models import Seal
from payouts.models import Close


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    closes = Close.objects.filter(state="closed").order_by("-period")
    page = Paginator(closes, 36).get_page(request.GET.get("page"))
    seal = Seal.objects.order_by("-day").first()
    return render(request, "payouts/close/closes.html", {"page": page, "seal": seal})


@require_safe
def month(request: HttpRequest, period: int) -> HttpResponse:
    close = get_object_or_404(Close, period=period, state="closed")
    words = CloseWords(close)
    facts = {
        "close": close,
        "words": words,
        "sharing": words.sharing,
        "to_creators": close.spent - close.fee,
    }
    return render(request, "payouts/close/close.html", facts)
