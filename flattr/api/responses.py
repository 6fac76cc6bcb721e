"""What all endpoints of the API share: formats, errors and headers, as in Flattr's REST v2.
Cookies are never read. `flattr.api.bodies` parses requests.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import PermissionDenied as DjangoPermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from flattr.database import faults
from flattr.web.refusals import Refusal

log = logging.getLogger(__name__)

Respond = Callable[[HttpRequest], HttpResponse]

ABOUT_ERRORS = f"{settings.SITE_URL}/developers/api/"

# --- Answers ---------------------------------------------------------------------


class Json(JSONRenderer):
    charset = "utf-8"

    def get_default_renderer_style(self) -> None:  # pragma: no cover
        return None


class StreamJson(Json):
    """Activities, in activity-streams JSON 1.0."""

    media_type = "application/stream+json"
    format = "as"


class Text(BaseRenderer):
    """Lines of text; an error stays JSON."""

    media_type = "text/plain"
    format = "txt"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> str:
        return data if isinstance(data, str) else json.dumps(data)


class Atom(Text):
    media_type = "application/atom+xml"
    format = "atom"


# What asks for JSON, though not by its name.
AS_JSON = {"*/*", "application/*", "application/json", "application/stream+json"}
AS_JSON |= {"text/javascript", "application/javascript", "text/json", "text/*"}


class NotAcceptable(exceptions.NotAcceptable):
    default_detail = _("The API does not speak that format.")


class Negotiation(BaseContentNegotiation):
    """A suffix overrides Accept; a caller that wants any kind of JSON, or says nothing,
    gets the endpoint's first renderer."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(
        self,
        request: Request,
        renderers: Any,
        format_suffix: str | None = None,
    ) -> tuple[Any, str]:
        if format_suffix:
            for renderer in renderers:
                if renderer.format == format_suffix:
                    return renderer, renderer.media_type
            raise NotAcceptable
        for kind in accepted(request):
            for renderer in renderers:
                if renderer.media_type == kind:
                    return renderer, renderer.media_type
            if kind in AS_JSON:
                return renderers[0], renderers[0].media_type
        raise NotAcceptable


def accepted(request: Request) -> list[str]:
    """The media types of the Accept header in its order; without one, any."""
    header = request.headers.get("Accept", "").lower()
    kinds = [kind.partition(";")[0].strip() for kind in header.split(",")]
    return [kind for kind in kinds if kind] or ["*/*"]


# --- Errors ----------------------------------------------------------------------

CODES: list[tuple[type[Exception], int, str]] = [
    (exceptions.ParseError, 400, "invalid_request"),
    (exceptions.ValidationError, 400, "invalid_parameters"),
    (exceptions.NotAuthenticated, 401, "unauthorized"),
    (exceptions.AuthenticationFailed, 401, "unauthorized"),
    (exceptions.Throttled, 403, "rate_limit_exceeded"),
    (exceptions.PermissionDenied, 403, "forbidden"),
    (DjangoPermissionDenied, 403, "forbidden"),
    (exceptions.NotFound, 404, "not_found"),
    (Http404, 404, "not_found"),
    (exceptions.MethodNotAllowed, 405, "invalid_request"),
    (exceptions.NotAcceptable, 406, "not_acceptable"),
    (exceptions.APIException, 400, "invalid_request"),
]


def error_body(code: str, text: str) -> dict[str, Any]:
    """The one shape of errors."""
    return {"error": code, "error_description": text, "error_uri": ABOUT_ERRORS}


def problem(code: str, text: str, status: int, **more: Any) -> Response:
    return Response({**error_body(code, text), **more}, status=status)


def answer_exception(
    exc: Exception,
    context: Mapping[str, Any],
) -> Response:
    """Turn every exception of an endpoint into an error of the API; an unexpected one is
    logged, and the answer reveals nothing about it."""
    if isinstance(exc, Refusal):
        return problem(exc.code, str(exc), exc.status)
    for kind, status, code in CODES:
        if isinstance(exc, kind):
            response = problem(getattr(exc, "wire_code", code), text_of(exc), status)
            if challenge := getattr(exc, "auth_header", ""):
                response["WWW-Authenticate"] = challenge
            if status == 400 and code == "invalid_request":
                # The rest of a body that was cut short must not be taken for the next request.
                response["Connection"] = "close"
            return response
    log.exception("An endpoint of the API failed", exc_info=exc)
    if faults.is_passing(exc):
        # Old clients retry after a 502.
        text = _("Our database could not do that just now. Please send it again.")
        response = problem("unavailable", str(text), 502)
        response["Retry-After"] = str(faults.RETRY_AFTER_SECONDS)
        return response
    text = _("Something went wrong on our side. Our log shows it to us.")
    return problem("server_error", str(text), 500)


def text_of(exc: Exception) -> str:
    if isinstance(exc, Http404 | DjangoPermissionDenied):
        return str(exc) or gettext("There is no such thing here.")
    return first_text(getattr(exc, "detail", ""))


def first_text(detail: Any) -> str:
    """One sentence from what DRF found wrong, with the name of the field.

    >>> first_text({"url": ["This field is required."]})
    'url: This field is required.'
    """
    if isinstance(detail, Mapping):
        name, inner = next(iter(detail.items()))
        return f"{name}: {first_text(inner)}"
    return first_text(detail[0]) if isinstance(detail, list) else str(detail)


# --- Headers ---------------------------------------------------------------------


class Shared:
    """Headers of every answer under /rest/: any page may read it, and it can do nothing in
    a browser."""

    HEADERS: ClassVar[dict[str, str]] = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "X-RateLimit-Limit, X-RateLimit-Remaining,"
        " X-RateLimit-Current, X-RateLimit-Reset, Location",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    }
    PREFLIGHT: ClassVar[dict[str, str]] = {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, PUT, PATCH, DELETE",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, Accept,"
        " Idempotency-Key",
        "Access-Control-Max-Age": "86400",
    }


def middleware(get_response: Respond) -> Respond:
    """CORS and guards for the API, before anything reads cookies."""

    def respond(request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith("/rest/"):
            return get_response(request)
        request.COOKIES.clear()
        if request.method == "OPTIONS":
            response = HttpResponse(status=204, headers=Shared.PREFLIGHT)
        elif has_nul(request):
            text = gettext("The address contains a character that nothing here has.")
            response = JsonResponse(error_body("invalid_request", text), status=400)
        else:
            response = get_response(request)
        for name, value in Shared.HEADERS.items():
            response.headers[name] = value
        if "Authorization" in request.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    return respond


def has_nul(request: HttpRequest) -> bool:
    return "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", "")
