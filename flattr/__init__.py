"""Flattr: a monthly budget, split evenly among the creators clicked."""

from __future__ import annotations
