"""Faces and works drawn for the demo: faces of 256 by 256 and works of 640 by 400
pixels, ready to be kept as they are. They are under the licence of the code."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent


def body_of(name: str) -> bytes:
    """The WebP of that name."""
    return (FOLDER / f"{name}.webp").read_bytes()


def has(name: str) -> bool:
    return (FOLDER / f"{name}.webp").is_file()
