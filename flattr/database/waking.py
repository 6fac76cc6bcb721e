"""Wake a worker for what was just written down as due.

Nothing is lost where that fails: the next tick finds it. A broker that is away is left
alone for a while, since people wait for the page, and Stripe for its answer (T4).
"""

from __future__ import annotations

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from flattr.database.silence import Silence

BROKER = Silence(seconds=30)

log = structlog.get_logger(__name__)


def wake(task: str) -> None:
    """Have a worker do the task of that name now."""
    if BROKER.lasts:
        return
    try:
        current_app.send_task(task, expires=55, retry=False)
    except OperationalError as away:
        BROKER.begin()
        log.warning("broker_away", failure=str(away))
