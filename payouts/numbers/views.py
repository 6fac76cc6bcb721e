"""How the platform is doing, for everybody to see."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from flattr.database import clock, replica
from flattr.web import everybody
from payouts.numbers import public_figures
from payouts.numbers.number_words import Numbers

# Figures change once a night and once a month.
LASTS_SECONDS = 600


@require_safe
@replica.public
def numbers(request: HttpRequest) -> HttpResponse:
    page = Numbers(
        public_figures.closed_months(), public_figures.last_night(), clock.period()
    )
    return render(request, "payouts/numbers/numbers.html", {"numbers": page})


@require_safe
@replica.public
def numbers_json(request: HttpRequest) -> HttpResponse:
    told = public_figures.as_json(
        public_figures.closed_months(), public_figures.last_night()
    )
    return everybody.answer(request, JsonResponse(told), LASTS_SECONDS)
