"""The platform of the tests in the language that nobody speaks, for a web server."""

from __future__ import annotations

from tests import pseudo
from tests.settings import *

pseudo.install(LANGUAGE_CODE)
