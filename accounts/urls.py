from __future__ import annotations

from allauth.account import views as allauth_views
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa_views
from allauth.mfa.webauthn import views as passkey_views
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.oauth import apps, endpoints
from accounts.settings import views
from flattr.web.policy import leads_to_stripe

urlpatterns: list[URLPattern | URLResolver] = [
    path("settings", views.profile, name="settings"),
    path("notices/dismiss", views.dismiss, name="dismiss"),
    path("settings/mails", views.mails, name="settings_mail"),
    path("settings/security", views.security, name="settings_security"),
    path("settings/security/others", views.end_sessions, name="settings_end_sessions"),
    path("settings/apps", apps.access, name="settings_apps"),
    path("settings/apps/<int:pk>/limit", apps.limit, name="app_limit"),
    path("settings/apps/<int:pk>/gifts", apps.limit_gifts, name="app_gifts"),
    path("settings/apps/<int:pk>/revoke", apps.revoke, name="app_revoke"),
    path("settings/tokens", apps.make_token, name="make_token"),
    path("settings/tokens/<int:pk>/revoke", apps.revoke_token, name="revoke_token"),
    path("apps", apps.apps, name="apps"),
    path("apps/new", apps.new_app, name="app_new"),
    path("apps/<int:pk>", apps.app, name="app"),
    path("apps/<int:pk>/secret", apps.renew_secret, name="app_secret"),
    path("apps/<int:pk>/delete", apps.delete_app, name="app_delete"),
    re_path(r"^oauth/authorize/?\Z", endpoints.authorize, name="oauth_authorize"),
    re_path(r"^oauth/token/?\Z", endpoints.token, name="oauth_token"),
    path(".well-known/oauth-authorization-server", endpoints.about, name="oauth"),
    path("mails/off/<str:token>", views.mail_off, name="mail_off"),
    # Before allauth's own: these two ask for a sign-in of the last ten minutes (A3).
    path(
        "account/password/change/",
        reauthentication_required(allauth_views.password_change),
        name="account_change_password",
    ),
    path(
        "account/email/",
        reauthentication_required(allauth_views.email),
        name="account_email",
    ),
    path(
        "account/reauthenticate/",
        # Whoever was on the way to Stripe's pages goes on there afterwards.
        leads_to_stripe(allauth_views.reauthenticate),
        name="account_reauthenticate",
    ),
    path(
        "account/2fa/reauthenticate/",
        leads_to_stripe(mfa_views.reauthenticate),
        name="mfa_reauthenticate",
    ),
    path("account/2fa/totp/activate/", views.second_factor, name="mfa_activate_totp"),
    # One page shows them all, so allauth's list is none of its own.
    path("account/2fa/webauthn/", mfa_views.index, name="mfa_list_webauthn"),
    path("account/2fa/webauthn/add/", views.new_passkey, name="mfa_add_webauthn"),
    path(
        "account/2fa/webauthn/reauthenticate/",
        leads_to_stripe(passkey_views.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "account/2fa/link/<str:token>",
        views.second_factor_link,
        name="second_factor_link",
    ),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
]
