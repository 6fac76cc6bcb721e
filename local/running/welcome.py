"""What a person reads when the platform is there: addresses, and how to sign in."""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local.servers.state import ROOT, State

Demo = Mapping[str, Any]


def text(state: State, environment: Mapping[str, str], demo: Demo) -> str:
    """`demo` is what `manage.py seed_demo --json` prints."""
    site = environment["SITE_URL"]
    addresses = {
        "Platform": f"{site}/",
        "Demo blog": environment["FLATTR_DEMO_BLOG_URL"] + "/",
        "Admin": f"{site}/admin/",
        "Mailbox": f"{site}/local/mailbox/",
    }
    if base := environment.get("STRIPE_API_BASE"):
        addresses["Payments"] = f"{base}/ (simulated: no money moves)"
    people = demo["users"]
    signing_in = {role: person["email"] for role, person in people.items()}
    travel = f"{this_command('manage', state)} travel"
    return "\n".join(
        [
            *("", "Flattr is ready.", ""),
            *_table(addresses),
            *("", "Sign in with one of these e-mail addresses:", ""),
            *_table(signing_in),
            *(
                "",
                "The whole next line is the password, the same for each of them:",
                "",
            ),
            f"  {_password(people)}",
            *(
                "",
                "To see a month end, travel there; its close follows within a minute:",
            ),
            *("", f"  {travel} +30d"),
            *(
                "",
                f"Data and logs are in {_short(state.path)}. Ctrl-C stops it all.",
                "",
            ),
        ]
    )


def _password(people: Mapping[str, Mapping[str, str]]) -> str:
    """The one that all of them have."""
    [password] = {person["password"] for person in people.values()}
    return password


def this_command(verb: str, state: State) -> str:
    """How to call run.py so that it finds this state from where the person is."""
    words = ["python3", _short(ROOT / "run.py"), verb]
    if state.path != ROOT / ".local":
        words += ["--state", _short(state.path)]
    return shlex.join(words)


def _table(rows: Mapping[str, str]) -> list[str]:
    width = max(map(len, rows))
    return [f"  {name:{width}}  {value}" for name, value in rows.items()]


def _short(path: Path) -> str:
    """As seen from the working directory, where that is shorter."""
    return min(str(path), os.path.relpath(path), key=len)
