"""Each room says at its door what it is for, and what of its app it imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils.text import get_text_list

from local.servers.state import ROOT

APPS = ("accounts", "buttons", "payouts")
# Django's own folders, which are no rooms.
DJANGOS = {"management", "migrations", "templatetags"}


def rooms() -> list[Path]:
    return [
        folder
        for app in APPS
        for folder in sorted((ROOT / app).iterdir())
        if folder.name not in DJANGOS and any(folder.glob("*.py"))
    ]


@pytest.mark.parametrize("room", rooms(), ids=lambda room: "/".join(room.parts[-2:]))
def test_a_room_says_what_it_imports(room: Path) -> None:
    says = ast.get_docstring(ast.parse((room / "__init__.py").read_text())) or ""
    names = sorted(set(imported(room)) - {room.name})
    says = " ".join(says.split())
    assert says.count("Of its app it imports ") == 1
    listed = get_text_list(names, "and") or "nothing"
    assert f"Of its app it imports {listed}." in says


def imported(room: Path) -> Iterator[str]:
    """The rooms and modules of its app, as the files of a room import them."""
    app = room.parent.name
    for file in room.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                whole = [name.name for name in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                whole = [f"{node.module}.{name.name}" for name in node.names]
            else:
                continue
            for parts in (name.split(".") for name in whole):
                if parts[0] == app and len(parts) > 1:
                    yield parts[1]
