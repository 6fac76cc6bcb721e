"""Moments as the staff's pages show them, in lists, fields and tables alike; UTC."""

from __future__ import annotations

DATE_FORMAT = "Y-m-d"
DATETIME_FORMAT = "Y-m-d H:i"
