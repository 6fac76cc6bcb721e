"""A view that does nothing, where the platform has its own: behind the platform's
middlewares, or with FLATTR_BENCH_BARE set behind none."""

from __future__ import annotations

import os

from django.http import HttpRequest, HttpResponse
from django.urls import re_path

from tests.benchmarks.settings import *  # noqa: F403
from tests.benchmarks.settings import INSTALLED_APPS as APPS
from tests.benchmarks.settings import MIDDLEWARE as ALL

ROOT_URLCONF = __name__
BARE = "FLATTR_BENCH_BARE" in os.environ
INSTALLED_APPS = [] if BARE else APPS
MIDDLEWARE = [] if BARE else ALL


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [re_path("", nothing)]
