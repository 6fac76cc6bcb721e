"""The platform as production runs it, as far as that costs time: each request is a line
in the log."""

from __future__ import annotations

from flattr.settings import *  # noqa: F403
from flattr.settings import LOGGING

LOGGING = {
    **LOGGING,
    "formatters": {"lines": {"()": "flattr.web.logs.formatter", "json": True}},
    "loggers": {},
}
