from __future__ import annotations

from django.apps import AppConfig


class FlattrConfig(AppConfig):
    """The kernel: the clock, the roles of the database, and what has no app."""

    name = "flattr"
    label = "flattr"
