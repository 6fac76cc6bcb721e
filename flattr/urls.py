"""Every address of the platform. Apps keep their own in `urls.py`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from accounts.rest.views import nothing
from flattr.sharing import site_card
from flattr.site import crawling, fees_page, sitemaps
from flattr.site import views as pages
from flattr.site.help import views as help_pages
from flattr.site.status import views as status_pages
from flattr.web import patterns
from payouts.rest import pages as api

API: list[URLPattern | URLResolver] = [
    path("rest/v2/openapi.json", api.openapi, name="openapi"),
    path("", include("accounts.rest.views")),
    path("", include("buttons.rest.urls")),
    path("", include("payouts.rest.urls")),
    re_path(r"^rest/v2(?:/.*)?\Z", nothing, name="api"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    # Looked at first for what programs ask, and for nothing else: to find that a call is
    # none of a hundred pages was a sixth of its work.
    re_path(r"^(?=rest/v2)", include(API)),
    path("", pages.home, name="home"),
    path("how-it-works", pages.how_it_works, name="how_it_works"),
    path("fees", fees_page.fees, name="fees"),
    path("terms", pages.terms, name="terms"),
    path("privacy", pages.privacy, name="privacy"),
    path("privacy/record", pages.record, name="record"),
    path("contact", pages.contact, name="contact"),
    path("help", help_pages.index, name="help"),
    path("help/<slug:slug>", help_pages.answer, name="answer"),
    path("status", status_pages.page, name="status"),
    path("status.json", status_pages.for_programs, name="status_json"),
    path("accessibility", pages.accessible, name="accessibility"),
    path("imprint", pages.imprint, name="imprint"),
    path("robots.txt", crawling.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    re_path(
        r"^sitemap/(?P<kind>pages|people|things)-(?P<number>[0-9]{1,9})\.xml\Z",
        sitemaps.part,
        name="sitemap_part",
    ),
    path(".well-known/security.txt", crawling.security, name="security"),
    path(
        ".well-known/change-password", crawling.change_password, name="change_password"
    ),
    path("favicon.ico", pages.favicon, name="favicon"),
    re_path(
        r"^pattern/(face|work|cover)/([0-9a-f]{16})\.svg\Z",
        patterns.pattern,
        name="pattern",
    ),
    re_path(
        r"^card/site/(?P<digest>[0-9a-f]{16})\.png\Z",
        site_card.site_card,
        name="site_card",
    ),
    path("healthz", pages.healthz, name="healthz"),
    path("", include("accounts.urls")),
    path("", include("buttons.urls")),
    path("", include("payouts.urls")),
    path("developers/api", api.documentation, name="api_page"),
    path("developers/api/", api.documentation, name="api_page_slash"),
    path("admin/", admin.site.urls),
]

handler400 = "flattr.site.views.bad_request"
handler403 = "flattr.site.views.permission_denied"
handler500 = "flattr.site.views.server_error"
