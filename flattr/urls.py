"""Every address of the platform. Apps keep their own in `urls.py`."""

from __future__ import annotations

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from flattr import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.home, name="home"),
    path("", include("accounts.urls")),
    path("", include("buttons.urls")),
    path("", include("payouts.urls")),
    path("admin/", admin.site.urls),
]
