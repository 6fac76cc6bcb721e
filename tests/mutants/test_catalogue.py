"""Mutants that still fit the code, and tests of theirs that still exist."""

from __future__ import annotations

import ast
import re

import pytest

from local.servers.state import ROOT
from tests.mutants import __main__
from tests.mutants.catalogue import MUTANTS
from tests.mutants.mutant import Change, Mutant, Rotten

ALL = pytest.mark.parametrize("mutant", MUTANTS, ids=[one.name for one in MUTANTS])


def test_they_are_numbered() -> None:
    assert [one.name for one in MUTANTS] == [f"M{number}" for number in range(1, 25)]


@ALL
def test_it_still_fits_the_code(mutant: Mutant) -> None:
    for change in mutant.changes:
        text = change.text(ROOT)

        if change.file.endswith(".py"):
            ast.parse(text)


@ALL
def test_the_tests_that_kill_it_are_there(mutant: Mutant) -> None:
    for killer in mutant.killers:
        file, _, test = killer.partition("::")

        text = (ROOT / file).read_text()

        assert re.search(rf"^def {test or 'test_'}", text, re.MULTILINE), killer


def test_a_mutant_that_fits_no_more_says_so() -> None:
    change = Change("flattr/split.py", "no such line", "")

    with pytest.raises(Rotten, match=r"flattr/split.py has this 0 times"):
        change.text(ROOT)


def test_an_unknown_mutant_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main("M4,M77") == 2
    assert "no mutant M77" in capsys.readouterr().out
