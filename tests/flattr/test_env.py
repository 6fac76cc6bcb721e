"""A bad value is refused at start, with the name of the variable in the sentence."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from flattr import env


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.flag("X_TRIED"), "maybe"),
        (lambda: env.whole("X_TRIED", 0, low=0, high=30), "31"),
        (lambda: env.whole("X_TRIED", 0, low=0, high=30), "-1"),
        (lambda: env.whole("X_TRIED", 0, low=0, high=30), "1.5"),
        (lambda: env.one_of("X_TRIED", "EUR", ("EUR", "USD")), "JPY"),
        (lambda: env.site_url("X_TRIED"), "flattr.example"),
        (lambda: env.site_url("X_TRIED"), "https://flattr.example/path"),
        (lambda: env.database("X_TRIED"), "mysql://a:b@host/name"),
        (lambda: env.database("X_TRIED"), "postgresql://a:b@host/name?options=x"),
        (lambda: env.mail("X_TRIED"), "http://mail.example"),
        (lambda: env.text("X_TRIED"), " "),
    ],
)
def test_a_bad_value_is_refused_by_name(
    read: object, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("X_TRIED", value)

    with pytest.raises(ImproperlyConfigured, match="X_TRIED"):
        read()  # type: ignore[operator]


def test_a_database_is_named_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "X_TRIED", "postgresql://app:p%40ss@/flattr?host=/run/pg&port=5433"
    )

    read = env.database("X_TRIED")

    assert (read["USER"], read["PASSWORD"], read["NAME"]) == ("app", "p@ss", "flattr")
    assert (read["HOST"], read["PORT"]) == ("/run/pg", "5433")
