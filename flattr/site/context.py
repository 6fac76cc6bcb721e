"""Facts about the site for every template."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest

from flattr.site import shared


def site(request: HttpRequest) -> dict[str, object]:
    return {
        "sharing": shared.of(request),
        "SITE_NAME": settings.OPERATOR_NAME,
        "SITE_URL": settings.SITE_URL,
        "LOCAL": settings.LOCAL,
        "CURRENCY": settings.CURRENCY,
        "FEE_PERCENT": settings.FEE_PERCENT,
        "OPERATOR_EMAIL": settings.OPERATOR_EMAIL,
        "OPERATOR_LEGAL_NAME": settings.OPERATOR_LEGAL_NAME,
        "OPERATOR_ADDRESS": settings.OPERATOR_ADDRESS,
    }
