"""Celery: beat only wakes, once a minute; what is due stands in the database."""

from __future__ import annotations

import os
from typing import Any

from celery import Celery
from celery.signals import worker_init
from django.core.exceptions import ImproperlyConfigured

from flattr.database import starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flattr.settings")

app = Celery("flattr")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_to_start(**_signal: Any) -> None:
    """Celery logs what a signal raises and goes on, but for this."""
    try:
        starting.check()
    except ImproperlyConfigured as refusal:
        raise SystemExit(str(refusal)) from refusal
