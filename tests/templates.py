"""Our own templates say what is there, or the test fails.

Django's are silent: a misspelt name, or a function that is not called for want of its
arguments, is an empty text and a false condition, and what it guards is never drawn.
Here it fails the test, past every `except Exception` of a template's tags. What is
asked of None may be absent, and the names below. Packages' templates are left alone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.template import base

from local.servers.state import ROOT

OURS = ROOT / "templates"
# What a page is given in some cases only, and its template asks for as a condition.
MAY_BE_ABSENT = {
    "base.html": {"sharing"},
    "403_form.html": {"typed"},
    "_loaf.html": {"new", "label", "low"},
    "account/password_reset_from_key.html": {"token_fail"},
    "accounts/oauth/access.html": {"made"},
    "buttons/_thing.html": {"no_owner"},
    "buttons/anywhere/anywhere.html": {"typed", "refusal"},
    "buttons/abuse/appeal.html": {"why"},
    "buttons/proofs/claim.html": {"thing", "refusal"},
    "buttons/legacy/frame.html": {"count", "popout", "title"},
    "buttons/things/snippet.html": {"about"},
    "mfa/index.html": {
        "authenticators.recovery_codes",
        "authenticators.totp",
        "authenticators.webauthn",
    },
    "payouts/leaving/export.html": {"too_many"},
}


class Uncalled(str):
    """What stands in place of a function that could not be called: nothing to a
    package's template, as always, and known again by ours."""

    __slots__ = ()


UNCALLED = Uncalled("")


class Strict(base.Variable):
    """A variable in a template of ours."""

    def __init__(self, var: str, template: str) -> None:
        super().__init__(var)
        self.template = template

    def _resolve_lookup(self, context: Any) -> Any:
        context.template.engine.string_if_invalid = UNCALLED
        try:
            value = super()._resolve_lookup(context)  # type: ignore[misc]
        except base.VariableDoesNotExist as missing:
            asked = missing.params[1]
            if asked is None or self.var in MAY_BE_ABSENT.get(self.template, ()):
                raise
            self._fail("is not there")
        if value is UNCALLED:
            self._fail("is empty: it wants arguments, is missing, or may not be called")
        return value

    def _fail(self, why: str) -> None:
        pytest.fail(f"templates/{self.template}: {self.var} {why}.")


def pytest_configure() -> None:
    read = base.FilterExpression.__init__

    def strictly(self: Any, token: str, parser: Any) -> None:
        """Read as ever, then have the variables of our templates be strict."""
        read(self, token, parser)
        name = Path(getattr(parser.origin, "name", ""))
        if not name.is_relative_to(OURS):
            return
        template = str(name.relative_to(OURS))
        if self.is_var:
            self.var = Strict(self.var.var, template)
        for _, arguments in self.filters:
            arguments[:] = [
                (is_var, Strict(arg.var, template) if is_var else arg)
                for is_var, arg in arguments
            ]

    base.FilterExpression.__init__ = strictly  # type: ignore[method-assign]
