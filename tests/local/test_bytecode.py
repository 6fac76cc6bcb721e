"""What `run.py` starts does not compile the same packages again and again."""

from __future__ import annotations

import subprocess
import sys

import pytest

import run


def test_where_python_may_write_nothing_bytecode_is_kept_in_the_venv(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)

    run.keep_bytecode()

    ask = "import sys; print(sys.dont_write_bytecode, sys.pycache_prefix)"
    told = subprocess.check_output([sys.executable, "-c", ask], text=True)
    assert told.split() == ["False", str(run.BYTECODE)]
