from __future__ import annotations

from django.apps import AppConfig
from django.contrib.admin import apps as admin_apps

from flattr.celery import app as celery_app
from flattr.database import starting

# Every process knows the broker, so that the web can wake a worker too.
__all__ = ["FlattrConfig", "StaffConfig", "celery_app"]


class FlattrConfig(AppConfig):
    """The kernel: the clock, the roles of the database, and what has no app."""

    name = "flattr"
    label = "flattr"

    def ready(self) -> None:
        starting.guard_connections()


class StaffConfig(admin_apps.AdminConfig):
    """Django's admin, with a site that only shows and asks."""

    default = False
    default_site = "flattr.staff.desk.StaffSite"
