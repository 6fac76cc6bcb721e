"""Settings that people choose for themselves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from allauth.mfa.totp import views as totp_views
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as passkey_views
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from accounts.mail import composing, notices
from accounts.models import User
from accounts.people.asker import signed_in
from accounts.settings.forms import Mails, Profile
from accounts.signing_in import invitations, passkeys, sessions
from flattr.web.way_back import is_our_path


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """The card about it on the page of security."""

    is_on: bool

    @property
    def sentence(self) -> str:
        if self.is_on:
            return _(
                "On. After your password we ask for a code from your app, or for a"
                " passkey."
            )
        return _(
            "Off. With it a stolen password opens nothing: signing in also takes a"
            " passkey, or a code from an app on your phone."
        )

    @property
    def button(self) -> str:
        if self.is_on:
            return _("Passkeys, app and recovery codes")
        return _("Switch it on")


@login_required
def profile(request: HttpRequest) -> HttpResponse:
    form = Profile(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings")
    return render(request, "accounts/settings/settings.html", {"form": form})


@login_required
def mails(request: HttpRequest) -> HttpResponse:
    form = Mails(request.POST or None, instance=signed_in(request))
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("settings_mail")
    return render(request, "accounts/settings/mails.html", {"form": form})


@login_required
def security(request: HttpRequest) -> HttpResponse:
    """Password, second factor, and where the person is signed in."""
    user = signed_in(request)
    others = [
        {
            "client": session.client or _("A browser"),
            "seen_on": sessions.seen_on(session),
        }
        for session in sessions.others(request, user)
    ]
    return render(
        request,
        "accounts/settings/security.html",
        {
            "others": others,
            "client": request.session.get(sessions.CLIENT) or _("A browser"),
            "second_factor": SecondFactor(is_on=is_mfa_enabled(user)),
        },
    )


@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    return _if_invited(request, totp_views.activate_totp)


@login_required
def new_passkey(request: HttpRequest) -> HttpResponse:
    if not passkeys.are_possible():
        return redirect("mfa_index")
    return _if_invited(request, passkey_views.add_webauthn)


def _if_invited(
    request: HttpRequest, view: Callable[[HttpRequest], HttpResponseBase]
) -> HttpResponse:
    """allauth's page; for staff, only with another admin's link."""
    person = signed_in(request)
    if not invitations.may_set(request, person):
        facts = {"why": invitations.why_not(person, is_opened=False)}
        return render(request, "accounts/settings/not_invited.html", facts, status=403)
    return cast("HttpResponse", view(request))


@login_required
def second_factor_link(request: HttpRequest, token: str) -> HttpResponse:
    if invitations.open_link(request, token):
        return redirect("mfa_index")
    facts = {"why": invitations.why_not(signed_in(request), is_opened=True)}
    return render(request, "accounts/settings/not_invited.html", facts, status=404)


@require_POST
@login_required
def end_sessions(request: HttpRequest) -> HttpResponse:
    ended = sessions.end_others(request, signed_in(request))
    text = ngettext(
        "Signed out in %(ended)d other browser.",
        "Signed out in %(ended)d other browsers.",
        ended,
    )
    messages.success(request, text % {"ended": ended})
    return redirect("settings_security")


@require_POST
@login_required
def dismiss(request: HttpRequest) -> HttpResponse:
    """Put a notice away, and go back to the page that showed it."""
    number = request.POST.get("notice", "")
    if number.isascii() and number.isdecimal() and len(number) < 19:
        notices.put_away(signed_in(request), int(number))
    there = request.POST.get("next", "")
    return redirect(there if is_our_path(there) else "/month")


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def mail_off(request: HttpRequest, token: str) -> HttpResponse:
    """Switch one kind of mail off from inside such a mail, signed in or not.

    Mail programs post here on their own (RFC 8058), so there is no form token; the signed
    address is the proof, and can do nothing else.
    """
    try:
        person_id, switch = composing.read_off(token)
    except signing.BadSignature as forged:
        raise Http404 from forged
    if request.method == "POST" and switch in composing.SWITCHES.values():
        User.objects.filter(pk=person_id).update(**{switch: False})
    done = request.method == "POST"
    facts = {
        "heading": _("Switched off") if done else _("Switch this mail off?"),
        "label": Mails.Meta.labels[switch],
        "done": done,
    }
    return render(request, "accounts/settings/mail_off.html", facts)
