"""Pages for the makers of apps, who register and manage them, and for the people for
whom apps and tokens act."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
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
from accounts.oauth.forms import AppForm, GiftLimitForm, LimitForm, TokenForm
from accounts.people.asker import signed_in
from flattr.database import clock
from flattr.templatetags.flattr import money

# Looking needs a sign-in only. Changing needs a fresh one: whoever changes a callback
# could collect tokens.
to_change = reauthentication_required(allow_get=True)

MOST_APPS = 50
MOST_TOKENS = 50


def app_of(maker: User, pk: int) -> Application:
    """The person's own app; any other is a 404 (A7)."""
    found: Application = get_object_or_404(Application, pk=pk, user=maker)
    return found


# --- For people who make apps


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
    """Register an app. Its secret is shown on the answer and never again."""
    maker = signed_in(request)
    form = AppForm(maker, request.POST or None)
    if Application.objects.filter(user=maker).count() >= MOST_APPS:
        messages.error(
            request,
            _("You have %(most)d apps already, and cannot have more.")
            % {"most": MOST_APPS},
        )
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
    """Show and change an own app: its name and where it sends people back to."""
    maker = signed_in(request)
    form = AppForm(maker, request.POST or None, instance=app_of(maker, pk))
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            form.save()
            audit.note(request, "app_changed", f"app:{pk}")
        messages.success(request, _("Saved."))
        return redirect("app", pk)
    shown = app_of(maker, pk) if form.errors else form.instance
    return _app(request, shown, form=form, status=400 if form.errors else 200)


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def renew_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Replace the secret; the old one stops working at once."""
    app = app_of(signed_in(request), pk)
    if app.is_public:
        messages.error(request, _("This app has no secret: it proves itself by PKCE."))
        return redirect("app", pk)
    with transaction.atomic():
        secret = new_secret(app)
        audit.note(request, "app_secret_renewed", f"app:{pk}")
    return _app(request, app, secret)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@to_change  # type: ignore[untyped-decorator]
def delete_app(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and on a yes delete the app and all its tokens."""
    app = app_of(signed_in(request), pk)
    if request.method == "POST":
        with transaction.atomic():
            audit.note(request, "app_deleted", f"app:{pk}")
            app.delete()
        messages.success(
            request,
            _("%(name)s is deleted, with all its tokens.") % {"name": app.name},
        )
        return redirect("apps")
    people = AccessToken.objects.filter(application=app).values("user").distinct()
    facts = {"app": app, "who_uses_it": who_uses_it(people.count())}
    return render(request, "accounts/oauth/app_delete.html", facts)


def who_uses_it(people: int) -> str:
    """What deleting an app means for those who allowed it to act."""
    if people == 0:
        return _("At the moment it acts for nobody.")
    return ngettext(
        "It acts for %(people)d person. All its tokens stop working at once.",
        "It acts for %(people)d people. All its tokens stop working at once.",
        people,
    ) % {"people": people}


def how_often(name: str, most: int | None) -> str:
    """What a limit that was just set lets an app do."""
    if most is None:
        return _("%(name)s may flattr as often as it likes.") % {"name": name}
    return ngettext(
        "%(name)s may flattr once a month.",
        "%(name)s may flattr up to %(most)d times a month.",
        most,
    ) % {"name": name, "most": most}


def how_much(name: str, most: int) -> str:
    """What a limit of gifts that was just set lets an app do."""
    if not most:
        return _("%(name)s may make no gifts.") % {"name": name}
    facts = {"name": name, "most": money(most)}
    return _("%(name)s may give up to %(most)s a month.") % facts


def new_secret(app: Application) -> str:
    """Draw a secret, store its hash and return it; empty for a public app."""
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


# --- For people for whom apps act


@never_cache
@require_safe
@login_required
def access(request: HttpRequest) -> HttpResponse:
    """Which apps may act for the person, and the person's own tokens."""
    return _access(request)


@require_POST
@login_required
def limit(request: HttpRequest, pk: int) -> HttpResponse:
    """Limit how many flattrs this app may make in a month; empty is no limit."""
    reader = signed_in(request)
    app = used_app(reader, pk)
    form = LimitForm(request.POST)
    if not form.is_valid():
        problem = {"problem": form.errors["most"][0]}
        messages.error(request, _("The limit was not changed. %(problem)s") % problem)
        return redirect("settings_apps")
    most = form.cleaned_data["most"]
    allowances.limit(reader, app, most)
    messages.success(request, how_often(app.name, most))
    return redirect("settings_apps")


@require_POST
@login_required
def limit_gifts(request: HttpRequest, pk: int) -> HttpResponse:
    """Limit what this app may give once in a month; 0 is nothing."""
    reader = signed_in(request)
    app = used_app(reader, pk)
    form = GiftLimitForm(request.POST)
    if not form.is_valid():
        problem = {"problem": form.errors["gift_most"][0]}
        messages.error(request, _("The limit was not changed. %(problem)s") % problem)
        return redirect("settings_apps")
    most = form.cleaned_data["gift_most"]
    allowances.limit_gifts(reader, app, most)
    messages.success(request, how_much(app.name, most))
    return redirect("settings_apps")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    reader = signed_in(request)
    app = used_app(reader, pk)
    tokens.revoke_app(reader, app)
    messages.success(
        request, _("%(name)s can no longer do anything for you.") % {"name": app.name}
    )
    return redirect("settings_apps")


def used_app(reader: User, pk: int) -> Application:
    """An app that may act for the reader; any other is a 404 (A7)."""
    mine = AccessToken.objects.filter(user=reader).values("application")
    found: Application = get_object_or_404(Application, pk=pk, pk__in=mine)
    return found


@never_cache
@require_POST
@login_required
@reauthentication_required  # type: ignore[untyped-decorator]
def make_token(request: HttpRequest) -> HttpResponse:
    """Make a token for oneself. It is shown on the answer and never again."""
    person = signed_in(request)
    form = TokenForm(request.POST)
    if len(tokens.own(person)) >= MOST_TOKENS:
        messages.error(
            request,
            _("You have %(most)d tokens already, and cannot have more.")
            % {"most": MOST_TOKENS},
        )
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
    messages.success(
        request, _("The token “%(name)s” no longer works.") % {"name": token.name}
    )
    return redirect("settings_apps")


def _access(request: HttpRequest, status: int = 200, **facts: Any) -> HttpResponse:
    person = signed_in(request)
    apps = tokens.apps_of(person, clock.period())
    known = {"apps": apps, "tokens": tokens.own(person)}
    return render(
        request,
        "accounts/oauth/access.html",
        {"form": TokenForm(), **known, **facts},
        status=status,
    )
