from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.buttons.hook import receiving
from tests.buttons.hook.receiving import Program


@pytest.fixture
def program(settings: Settings) -> Iterator[Program]:
    with receiving.program() as made:
        settings.PROOF_HOSTS = [made.name]
        yield made
