"""The creator's page of their webhook."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people.asker import signed_in
from buttons.hook import hook_settings, hook_words
from buttons.hook.hook_forms import HookForm
from flattr.web.refusals import Refusal

# Looking needs a sign-in only. Whoever changes the address learns what a creator earns.
to_change = reauthentication_required(allow_get=True)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@to_change  # type: ignore[untyped-decorator]
def webhook(request: HttpRequest) -> HttpResponse:
    """Show, make and change it. The secret of a new one is shown on the answer and never
    again."""
    person = signed_in(request)
    if request.method != "POST":
        return _page(request)
    form = HookForm(request.POST)
    if not form.is_valid():
        return _page(request, form=form, status=400)
    told = form.cleaned_data
    if secret := hook_settings.save(request, person, told["url"], told["types"]):
        return _page(request, secret=secret)
    messages.success(request, _("Saved."))
    return redirect("buttons:webhook")


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def secret(request: HttpRequest) -> HttpResponse:
    """Replace the secret; nothing is signed with the old one any more."""
    made = hook_settings.renew_secret(request, signed_in(request))
    return _page(request, secret=made) if made else redirect("buttons:webhook")


@require_POST
@login_required
def send_test(request: HttpRequest) -> HttpResponse:
    try:
        hook_settings.send_test(signed_in(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A test is on its way. Its answer stands below."))
    return redirect("buttons:webhook")


@require_POST
@login_required
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        hook_settings.send_again(signed_in(request), pk)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is on its way. Its answer stands below."))
    return redirect("buttons:webhook")


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    on = request.POST.get("on") == "1"
    hook_settings.switch(signed_in(request), on=on)
    messages.success(
        request, _("The webhook is on.") if on else _("The webhook is off.")
    )
    return redirect("buttons:webhook")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@to_change  # type: ignore[untyped-decorator]
def remove(request: HttpRequest) -> HttpResponse:
    """Ask, and on a yes delete it with what it was told."""
    person = signed_in(request)
    hook = hook_settings.hook_of(person)
    if hook is None:
        return redirect("buttons:webhook")
    if request.method == "POST":
        hook_settings.remove(request, person)
        messages.success(request, _("The webhook is removed."))
        return redirect("buttons:webhook")
    facts = {"hook": hook_words.HookShown(hook)}
    return render(request, "buttons/hook/remove.html", facts)


def _page(
    request: HttpRequest, status: int = 200, form: HookForm | None = None, **facts: Any
) -> HttpResponse:
    hook = hook_settings.hook_of(signed_in(request))
    known: dict[str, Any] = {
        "form": form or HookForm(),
        "hook": None,
        "secret": "",
    }
    if hook is not None:
        known |= {
            "form": form or HookForm(initial={"url": hook.url, "types": hook.types}),
            "hook": hook_words.HookShown(hook),
            "events": hook_words.listed(hook),
        }
    return render(
        request, "buttons/hook/webhook.html", {**known, **facts}, status=status
    )
