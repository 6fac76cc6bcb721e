"""Celery: beat only wakes, once a minute; what is due stands in the database."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flattr.settings")

app = Celery("flattr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
