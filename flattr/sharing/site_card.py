"""The card of the site itself, for every page that has none of its own."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from flattr.sharing import kept_cards
from flattr.sharing.cards import Card, digest_of


def says() -> str:
    return _("Decide once what you give. Then click what you love.")


def address() -> str:
    return reverse("site_card", args=[_digest()])


@require_safe
def site_card(request: HttpRequest, digest: str) -> HttpResponse:
    return kept_cards.answer(request, digest, _digest(), _card, address())


def _digest() -> str:
    return digest_of("site", says(), settings.SITE_HOST)


def _card() -> Card:
    return Card((says(),), settings.SITE_HOST)
