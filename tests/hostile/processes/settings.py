"""The platform's own settings with a minute that is two seconds long.

Beats and workers of these tests run by them; nothing else is different, but where a
test asks for a short visibility timeout.
"""

from __future__ import annotations

import os

from flattr import settings as real
from flattr.settings import *  # noqa: F403

CELERY_BEAT_SCHEDULE = {
    # Whoever looks for doctests imports it too, and says nothing of minutes.
    name: {**entry, "schedule": float(os.environ.get("A_MINUTE", "60"))}
    for name, entry in real.CELERY_BEAT_SCHEDULE.items()
}
if "VISIBILITY" in os.environ:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        **real.CELERY_BROKER_TRANSPORT_OPTIONS,
        "visibility_timeout": int(os.environ["VISIBILITY"]),
        # How often a worker looks for what others did not acknowledge in time.
        "unacked_restore_interval": 1,
        "unacked_restore_throttle": 1,
    }
