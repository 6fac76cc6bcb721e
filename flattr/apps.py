from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps


class FlattrConfig(AppConfig):
    """The kernel: the clock, the roles of the database, and what has no app."""

    name = "flattr"
    label = "flattr"


class StaffConfig(admin_apps.AdminConfig):
    """Django's admin, with a site that only shows and asks."""

    default = False
    default_site = "flattr.admin.StaffSite"
