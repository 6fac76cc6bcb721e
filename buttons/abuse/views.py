"""The pages on which anybody reports, and on which the owner appeals."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts import mailboxes
from accounts.models import User
from accounts.people.finding import creator_named
from buttons.abuse import reporting
from buttons.abuse.report_pages import AppealPage, ReportPage
from buttons.models import Thing
from buttons.things.forms import AppealForm, ReportForm


@require_http_methods(["GET", "HEAD", "POST"])
def report_thing(request: HttpRequest, thing_id: int) -> HttpResponse:
    thing = get_object_or_404(Thing.objects.with_owner(), pk=thing_id)
    return _report(request, thing)


@require_http_methods(["GET", "HEAD", "POST"])
def report_person(request: HttpRequest, name: str) -> HttpResponse:
    return _report(request, creator_named(name))


@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    return render(request, "buttons/abuse/reported.html")


@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, token: str) -> HttpResponse:
    """Where the mail about it leads; works signed out. Only the form appeals."""
    try:
        decided = reporting.by_token(token)
    except reporting.NotAppealed as refusal:
        return render(
            request, "buttons/abuse/appeal.html", {"why": refusal}, status=400
        )
    form = AppealForm(request.POST if request.method == "POST" else None)
    facts: dict[str, object] = {
        "page": AppealPage(decided, reporting.can_be_appealed(decided)),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        try:
            reporting.appeal(decided, request, form.cleaned_data["words"])
        except reporting.NotAppealed as refusal:
            return render(
                request,
                "buttons/abuse/appeal.html",
                {"why": refusal},
                status=refusal.status,
            )
        return redirect(request.path)
    status = 400 if form.is_bound else 200
    return render(request, "buttons/abuse/appeal.html", facts, status=status)


def _report(request: HttpRequest, about: Thing | User) -> HttpResponse:
    form = ReportForm(
        about,
        request.POST if request.method == "POST" else None,
        knows_whom=request.user.is_authenticated,
    )
    status = 400 if form.is_bound else 200
    refused = None
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        try:
            reporting.report(
                request,
                about,
                typed["reason"],
                typed["words"],
                mailboxes.as_login(typed.get("email", "")),
            )
        except reporting.TooOften as refusal:
            refused, status = refusal, refusal.status
        else:
            return redirect("buttons:reported")
    facts = {"page": ReportPage(about), "form": form, "refused": refused}
    return render(request, "buttons/abuse/report.html", facts, status=status)
