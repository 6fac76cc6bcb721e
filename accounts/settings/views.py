"""Settings: what a person decides about themselves."""

from __future__ import annotations

from typing import cast

from allauth.mfa.totp import views as totp_views
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.mail import outbox
from accounts.models import User
from accounts.people.asker import signed_in
from accounts.signing_in import invitations, sessions
from accounts.signing_in.forms import Mails, Profile


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = Profile(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("settings")
    return render(request, "accounts/settings/settings.html", {"form": form})


@login_required
def mails(request: HttpRequest) -> HttpResponse:
    form = Mails(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Saved.")
        return redirect("settings_mail")
    return render(request, "accounts/settings/mails.html", {"form": form})


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, and where the person is signed in."""
    user = signed_in(request)
    others = [
        {"client": session.client, "seen_on": sessions.seen_on(session)}
        for session in sessions.others(request, user)
    ]
    return render(
        request,
        "accounts/settings/security.html",
        {
            "others": others,
            "client": request.session.get(sessions.CLIENT, ""),
            "has_second_factor": is_mfa_enabled(user),
        },
    )


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """allauth's page; for staff, only with another admin's link."""
    if not invitations.may_set(request, signed_in(request)):
        return render(
            request, "accounts/settings/not_invited.html", {"opened": False}, status=403
        )
    return cast("HttpResponse", totp_views.activate_totp(request))


@login_required
def second_factor_link(request: HttpRequest, token: str) -> HttpResponse:
    if invitations.open_link(request, token):
        return redirect("mfa_activate_totp")
    return render(
        request, "accounts/settings/not_invited.html", {"opened": True}, status=404
    )


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_others(request, signed_in(request))
    messages.success(
        request, f"Signed out in {ended} other browser{'' if ended == 1 else 's'}."
    )
    return redirect("settings_security")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one kind of mail off from inside such a mail, signed in or not.

    Mail programs post here by themselves (RFC 8058), so there is no form token; the
    signed address is the proof, and it can do nothing else.
    """
    try:
        person_id, switch = outbox.read_off(token)
    except signing.BadSignature as forged:
        raise Http404 from forged
    if request.method == "POST" and switch in outbox.SWITCHES.values():
        User.objects.filter(pk=person_id).update(**{switch: False})
    label = Mails.Meta.labels[switch]
    done = request.method == "POST"
    return render(
        request, "accounts/settings/mail_off.html", {"label": label, "done": done}
    )
