"""oEmbed: what a program shows of a thing's page when somebody links to it. A photo and
a link, and no frame: nothing of ours runs in other people's pages."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from buttons.models import Thing
from flattr.database import replica
from flattr.templatetags.flattr import picture_url
from flattr.web import everybody

LASTS_SECONDS = 300
WIDTH, HEIGHT = 640, 400
THING = re.compile(r"/thing/([0-9]{1,18})(?:/[^/]*)?/?")


@require_safe
@replica.public
def oembed(request: HttpRequest) -> HttpResponse:
    """404 for what is no page of a thing here, 501 for another format than JSON."""
    if request.GET.get("format", "json") != "json":
        return _refused(request, _("We answer in JSON alone."), 501)
    thing = _thing(request.GET.get("url", ""))
    if thing is None:
        return _refused(request, _("That is no page of a thing here."), 404)
    response = JsonResponse(_about(thing, request))
    return everybody.answer(request, response, LASTS_SECONDS)


def address_for(thing: Thing) -> str:
    """Where the page of a thing says that it can be asked about."""
    page = settings.SITE_URL + reverse("buttons:thing", args=[thing.pk])
    return f"{settings.SITE_URL}{reverse('buttons:oembed')}?url={page}"


def _thing(url: str) -> Thing | None:
    parts = urlsplit(url)
    found = THING.fullmatch(parts.path)
    if found is None or parts.netloc not in {settings.SITE_HOST, *settings.OTHER_HOSTS}:
        return None
    return Thing.objects.listed().with_owner().filter(pk=int(found[1])).first()


def _about(thing: Thing, request: HttpRequest) -> dict[str, Any]:
    about: dict[str, Any] = {
        "version": "1.0",
        "type": "link",
        "title": thing.title,
        "provider_name": settings.OPERATOR_NAME,
        "provider_url": settings.SITE_URL,
        "cache_age": LASTS_SECONDS,
    }
    if thing.owner is not None and thing.proved:
        profile = reverse("buttons:person", args=[thing.owner.username])
        about["author_name"] = thing.owner.name_and_username
        about["author_url"] = settings.SITE_URL + profile
    picture = picture_url(thing.picture)
    if (
        picture
        and _fits(request, "maxwidth", WIDTH)
        and _fits(request, "maxheight", HEIGHT)
    ):
        about |= {"type": "photo", "url": picture, "width": WIDTH, "height": HEIGHT}
    return about


def _fits(request: HttpRequest, name: str, pixels: int) -> bool:
    given = request.GET.get(name, "")
    return not (given.isascii() and given.isdigit() and int(given[:6]) < pixels)


def _refused(request: HttpRequest, why: str, status: int) -> HttpResponse:
    response = HttpResponse(why + "\n", "text/plain; charset=utf-8", status=status)
    return everybody.answer(request, response, LASTS_SECONDS)
