"""Apps: registered and managed by who made them; tokens and what they can do, by
whom they act for."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from oauth2_provider.generators import generate_client_secret

from accounts import audit
from accounts.models import User
from accounts.models.oauth import AccessToken, Application
from accounts.oauth import allowances, tokens
from accounts.oauth.forms import AppForm, LimitForm, TokenForm
from accounts.people.asker import signed_in
from flattr.database import clock

# Looking is for whoever is signed in; whoever moves a callback could take tokens.
to_change = reauthentication_required(allow_get=True)

MOST_APPS = 50
MOST_TOKENS = 50


def app_of(maker: User, pk: int) -> Application:
    """The person's own app; anybody else's is not there (A7)."""
    found: Application = get_object_or_404(Application, pk=pk, user=maker)
    return found


# --- For those who make apps


@require_safe
@login_required
def apps(request: HttpRequest) -> HttpResponse:
    mine = Application.objects.filter(user=signed_in(request)).order_by("name")
    return render(request, "accounts/oauth/apps.html", {"apps": mine})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def new_app(request: HttpRequest) -> HttpResponse:
    """Register an app. Its secret stands on the answer, and nowhere after."""
    maker = signed_in(request)
    form = AppForm(maker, request.POST or None)
    if Application.objects.filter(user=maker).count() >= MOST_APPS:
        messages.error(request, f"You have {MOST_APPS} apps, which is the most.")
        return redirect("apps")
    if request.method != "POST" or not form.is_valid():
        status = 400 if form.errors else 200
        return render(
            request, "accounts/oauth/app_new.html", {"form": form}, status=status
        )
    app = form.save(commit=False)
    app.user = maker
    app.authorization_grant_type = Application.GRANT_AUTHORIZATION_CODE
    with transaction.atomic():
        secret = new_secret(app)
        audit.note(request, "app_registered", f"app:{app.pk}")
    return _app(request, app, secret)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@to_change  # type: ignore[untyped-decorator]
def app(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own app: what it is called and where it sends people back to."""
    maker = signed_in(request)
    form = AppForm(maker, request.POST or None, instance=app_of(maker, pk))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.note(request, "app_changed", f"app:{pk}")
        messages.success(request, "Saved.")
        return redirect("app", pk)
    shown = app_of(maker, pk) if form.errors else form.instance
    return _app(request, shown, form=form, status=400 if form.errors else 200)


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """A new secret in place of the old one, which stops working at once."""
    app = app_of(signed_in(request), pk)
    if app.is_public:
        messages.error(request, "This app has no secret: it proves itself by PKCE.")
        return redirect("app", pk)
    with transaction.atomic():
        secret = new_secret(app)
        audit.note(request, "app_secret_renewed", f"app:{pk}")
    return _app(request, app, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@to_change  # type: ignore[untyped-decorator]
def delete_app(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and on a yes take the app and all its tokens away."""
    app = app_of(signed_in(request), pk)
    if request.method == "POST":
        with transaction.atomic():
            audit.note(request, "app_deleted", f"app:{pk}")
            app.delete()
        messages.success(request, f"{app.name} is deleted, and all its tokens.")
        return redirect("apps")
    people = AccessToken.objects.filter(application=app).values("user").distinct()
    facts = {"app": app, "people": people.count()}
    return render(request, "accounts/oauth/app_delete.html", facts)


def new_secret(app: Application) -> str:
    """Draw a secret, keep its hash, and give it back; none for a public app."""
    secret = "" if app.is_public else str(generate_client_secret())
    app.client_secret = secret
    app.save()
    return secret


def _app(
    request: HttpRequest,
    app: Application,
    secret: str = "",
    form: AppForm | None = None,
    status: int = 200,
) -> HttpResponse:
    form = form or AppForm(signed_in(request), instance=app)
    facts = {"app": app, "form": form, "secret": secret}
    return render(request, "accounts/oauth/app.html", facts, status=status)


# --- For those for whom they act


@never_cache
@require_safe
@login_required
def access(request: HttpRequest) -> HttpResponse:
    """Which apps may act for the person, and the person's own tokens."""
    return _access(request)


@require_POST
@login_required
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """At most so many flattrs a month by this app; empty is no limit."""
    reader = signed_in(request)
    app = used_app(reader, pk)
    form = LimitForm(request.POST)
    if not form.is_valid():
        problem = form.errors["most"][0]
        messages.error(request, f"The limit was not changed. {problem}")
        return redirect("settings_apps")
    most = form.cleaned_data["most"]
    allowances.limit(reader, app, most)
    told = "as often as it likes" if most is None else f"{most} times a month at most"
    messages.success(request, f"{app.name} may flattr {told}.")
    return redirect("settings_apps")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    reader = signed_in(request)
    app = used_app(reader, pk)
    tokens.revoke_app(reader, app)
    messages.success(request, f"{app.name} can do nothing for you any more.")
    return redirect("settings_apps")


def used_app(reader: User, pk: int) -> Application:
    """An app that may act for the reader; others are not there (A7)."""
    mine = AccessToken.objects.filter(user=reader).values("application")
    found: Application = get_object_or_404(Application, pk=pk, pk__in=mine)
    return found


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def make_token(request: HttpRequest) -> HttpResponse:
    """A token for oneself; it stands on the answer, and nowhere after."""
    person = signed_in(request)
    form = TokenForm(request.POST)
    if len(tokens.own(person)) >= MOST_TOKENS:
        messages.error(request, f"You have {MOST_TOKENS} tokens, which is the most.")
        return redirect("settings_apps")
    if not form.is_valid():
        return _access(request, status=400, form=form)
    made = tokens.make(person, form.cleaned_data["name"], form.cleaned_data["scopes"])
    audit.note(request, "token_made", f"person:{person.pk}")
    return _access(request, made=made, made_name=form.cleaned_data["name"])


@require_POST
@login_required
def revoke_token(request: HttpRequest, pk: int) -> HttpResponse:
    mine = AccessToken.objects.filter(user=signed_in(request), application=None)
    token = get_object_or_404(mine, pk=pk)
    token.delete()
    messages.success(request, f"The token “{token.name}” works no more.")
    return redirect("settings_apps")


def _access(request: HttpRequest, status: int = 200, **facts: Any) -> HttpResponse:
    person = signed_in(request)
    period = clock.period()
    apps = [
        (shown, shown.allowance.used_in(period), shown.allowance.most)
        for shown in tokens.apps_of(person)
    ]
    known = {"apps": apps, "tokens": tokens.own(person), "period": period}
    return render(
        request,
        "accounts/oauth/access.html",
        {"form": TokenForm(), **known, **facts},
        status=status,
    )
