"""My month, where a reader lands."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.mail import notices
from accounts.people.asker import signed_in
from payouts.my_month import month as running
from payouts.my_month.month_words import MonthWords
from payouts.my_month.reader_steps import reader_steps


@login_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """My month: what is in it, what each creator gets now, what happens at its end."""
    reader = signed_in(request)
    found = running.month(reader)
    words = MonthWords(found, is_suspended=reader.suspended_at is not None)
    facts = {
        "month": found,
        "words": words,
        "steps": reader_steps(reader, found),
        "notices": notices.newest(reader),
    }
    return render(request, "payouts/my_month/month.html", facts)
