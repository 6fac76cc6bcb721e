"""What `up` prints at the end is read by a person who wants to sign in."""

from __future__ import annotations

from pathlib import Path

from local.cast import PASSWORD
from local.running import welcome
from local.servers.state import State

ROLES = {"reader": "mila", "creator": "anna"}


def test_the_password_stands_alone_on_its_line_and_once() -> None:
    """It has blanks in it: beside an address its words read as a sentence."""
    users = {
        role: {"email": f"{name}@demo.example", "username": name, "password": PASSWORD}
        for role, name in ROLES.items()
    }
    environment = {
        "SITE_URL": "http://127.0.0.1:8000",
        "FLATTR_DEMO_BLOG_URL": "http://localhost:8001",
    }

    lines = welcome.text(State(Path("/srv/demo")), environment, {"users": users})

    said = [line for line in lines.splitlines() if PASSWORD in line]
    assert [line.strip() for line in said] == [PASSWORD]
    before = lines.splitlines()[: lines.splitlines().index(said[0])]
    assert "The whole next line is the password" in " ".join(before[-2:])
    assert {"  reader   mila@demo.example", "  creator  anna@demo.example"} <= set(
        before
    )
