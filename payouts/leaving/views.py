"""Closing one's account, keeping it after all, and taking one's data along."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.people.asker import signed_in
from accounts.signing_in import attempts
from accounts.signing_in.attempts import Limit
from flattr import months
from flattr.database import clock
from flattr.templatetags.flattr import money
from payouts.earnings import requesting, revenue
from payouts.leaving import by_hand, departing, exporting, leftovers
from payouts.leaving.leaving_words import ClosedWords, ClosingWords
from payouts.payments import budgeting

# Making one reads everything of a person.
EXPORTS = Limit(burst=3, every=3600)


class ClosingForm(forms.Form):
    """The username, typed: nobody closes an account by a slip of the hand."""

    username = forms.CharField(
        label=gettext_lazy("Your username"),
        max_length=30,
        help_text=gettext_lazy("Type it to show that you mean it."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, person: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person

    def clean_username(self) -> str:
        typed: str = self.cleaned_data["username"]
        if typed.strip().lower() != self.person.username.lower():
            raise forms.ValidationError(_("This is not your username."))
        return typed


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def close_account(request: HttpRequest) -> HttpResponse:
    """What closing would do, in figures, and the form that does it; closed, what is
    still under way."""
    person = signed_in(request)
    if person.closing_at is not None:
        return _closed(request, person)
    form = ClosingForm(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            departing.close(person, request)
        except departing.NotClosed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your account is closed."))
            return redirect("payouts:close_account")
    return render(
        request,
        "payouts/leaving/close_account.html",
        {"form": form, **_figures(person)},
        status=400 if form.errors else 200,
    )


def _figures(person: User) -> dict[str, object]:
    now = clock.now()
    period = months.period_of(now)
    left, purse = leftovers.left(person, period), revenue.purse(person)
    words = ClosingWords(
        left=left,
        over=budgeting.unclosed(person, period),
        period=period,
        flattred=budgeting.flattred(person, period),
        purse=purse,
        hindrance=requesting.hindrance(person, now),
        smallest=settings.SMALLEST_PAYOUT,
    )
    return {
        "left": left,
        "purse": purse,
        "words": words,
        "receives": leftovers.receives_in(person, period),
        "wait_days": departing.WAIT.days,
    }


def _closed(request: HttpRequest, person: User) -> HttpResponse:
    now = clock.now()
    until = departing.keepable_until(person)
    assert person.closing_at is not None, person.pk
    facts = {
        "words": ClosedWords(person.closing_at, until, over=now >= until),
        "under_way": leftovers.under_way(person, now),
        "leftover": by_hand.leftover(person, now),
    }
    return render(request, "payouts/leaving/closed_account.html", facts)


@require_POST
@login_required
def cancel_closing(request: HttpRequest) -> HttpResponse:
    """From the page of an account that is closed."""
    try:
        departing.cancel_closing(signed_in(request), request)
    except departing.NotKept as refusal:
        messages.error(request, str(refusal))
        return redirect("payouts:close_account")
    messages.success(request, _("Your account stays. Choose a budget to go on giving."))
    return redirect("payouts:month")


@require_http_methods(["GET", "HEAD", "POST"])
def keep_account(request: HttpRequest, token: str) -> HttpResponse:
    """From the mail; works signed out. GET only asks."""
    try:
        person = departing.by_token(token)
        if request.method == "POST":
            departing.cancel_closing(person, request)
    except departing.NotKept as refusal:
        return render(
            request, "payouts/leaving/not_kept.html", {"why": refusal}, status=400
        )
    if request.method == "POST":
        return render(request, "payouts/leaving/account_kept.html")
    return render(request, "payouts/leaving/keep_account.html", {"person": person})


@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def give_up(request: HttpRequest) -> HttpResponse:
    try:
        amount = by_hand.give_up(signed_in(request), request)
    except by_hand.NothingLeft as refusal:
        messages.error(request, str(refusal))
    else:
        text = _("You have given up %(amount)s. Thank you.")
        messages.success(request, text % {"amount": money(amount)})
    return redirect("payouts:close_account")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def export(request: HttpRequest) -> HttpResponseBase:
    """Everything that we keep of somebody, as one archive; a few times a day."""
    person = signed_in(request)
    facts = {"files": exporting.described(), "year": clock.period() // 100}
    if request.method != "POST":
        return render(request, "payouts/leaving/export.html", facts)
    try:
        attempts.count({f"export:{person.pk}": EXPORTS})
    except attempts.TooMany:
        return render(
            request,
            "payouts/leaving/export.html",
            {**facts, "too_many": True},
            status=429,
        )
    return FileResponse(
        exporting.archive(person),
        as_attachment=True,
        filename=f"flattr-{person.username}.zip",
        content_type="application/zip",
    )
