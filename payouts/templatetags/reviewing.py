"""The admin's first page, for its template."""

from __future__ import annotations

from typing import Any

from django import template

from payouts.admin.home import first_page
from payouts.admin.home.first_page import FirstPage

register = template.Library()


@register.simple_tag(takes_context=True)
def dashboard(context: template.Context) -> FirstPage:
    """What whoever opened the page may see on it."""
    apps: list[Any] = context["app_list"]
    return first_page.for_staff(context["request"], apps)
