from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ButtonsConfig(AppConfig):
    """Things, flattrs, the confirm page and the button."""

    name = "buttons"
    verbose_name = _("Things")
