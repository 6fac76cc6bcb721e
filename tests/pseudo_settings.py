"""The platform of the tests in the language that nobody speaks, for a web server."""

from __future__ import annotations

from tests.settings import *

INSTALLED_APPS = [*INSTALLED_APPS, "tests.pseudo.Speaker"]
