"""Both policies, without a fee and with one."""

from __future__ import annotations

import pytest
from pytest_django import Settings


@pytest.fixture(params=["creator", "thing"])
def policy(request: pytest.FixtureRequest, settings: Settings) -> str:
    name: str = request.param
    settings.POLICY = name
    return name


@pytest.fixture(params=[0, 10])
def fee_percent(request: pytest.FixtureRequest, settings: Settings) -> int:
    percent: int = request.param
    settings.FEE_PERCENT = percent
    return percent
