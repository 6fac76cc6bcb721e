"""Log lines: one JSON object a line in production, readable ones on a laptop."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.typing import Processor

SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
    structlog.processors.format_exc_info,
]

structlog.configure(
    processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)


def formatter(*, json: bool) -> logging.Formatter:
    last: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def brief() -> Callable[[logging.LogRecord], bool]:
    """A filter that drops the traceback when we refused a stranger's request, such as one
    for a host that is not ours: one line is enough, and our code is not at fault."""

    def strip_traceback(record: logging.LogRecord) -> bool:
        refused = getattr(record, "status_code", 500) < 500
        if refused or record.name.startswith("django.security"):
            record.exc_info = record.exc_text = None
        return True

    return strip_traceback


def without_paths() -> Callable[[logging.LogRecord], bool]:
    """A filter for Django's own lines about a request, such as "Not Found: …": the route
    stands in place of the path (T46)."""

    def replace_path(record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            match = request.resolver_match
            route = match.route if match else "no route"
            record.args = tuple(
                route if said == request.path else said for said in record.args
            )
        return True

    return replace_path


def middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """One line for each request: which view, which answer, how long.

    It contains no path, query or network address: they hold keys and show what people
    read, and the log must not reveal that (T46).
    """
    log = structlog.get_logger("flattr.requests")

    def respond(request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=uuid.uuid4().hex)
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            method=request.method,
            route=match.route if match else "",
            status=response.status_code,
            milliseconds=round((time.perf_counter() - began) * 1000, 1),
        )
        return response

    return respond
