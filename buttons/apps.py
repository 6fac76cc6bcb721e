from __future__ import annotations

from django.apps import AppConfig


class ButtonsConfig(AppConfig):
    """Things, flattrs, the confirm page and the button."""

    name = "buttons"
    verbose_name = "Things"
