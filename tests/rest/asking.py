"""How tests ask the API."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.oauth import tokens

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
EVERYTHING = ("flattr", "gift", "thing", "email", "extendedread")


class Caller:
    """A program that acts for somebody, or for nobody."""

    def __init__(self, person: User | None = None, *scopes: str) -> None:
        self.headers: dict[str, str] = {}
        if person is not None:
            token = tokens.make(person, "a program", scopes or EVERYTHING)
            self.headers["Authorization"] = f"Bearer {token}"

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer; `body` goes as JSON unless it is text already."""
        text = (
            body if isinstance(body, str) else "" if body is None else json.dumps(body)
        )
        known = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = known.pop("Content-Type", JSON if body is not None else "")
        return Client().generic(
            method, f"/rest/v2{path}", text, kind, headers={**self.headers, **known}
        )

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]
