"""PROMISES.md, held against the tests that prove it and the code that names it."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Iterator
from pathlib import Path

from local.servers.state import ROOT

APPS = ("flattr", "accounts", "buttons", "payouts")
ID = re.compile(r"\b([LSCPWHAOT]\d{1,2})\b")
LINE = re.compile(r"^\| ([LSCPWHAOT]\d{1,2}) \| (.+) \|$", re.MULTILINE)
# In the code ids stand alone in brackets: (L3), (promise T30), (S5, S9).
NAMED = re.compile(r"\((?:promises? )?((?:[LSCPWHAOT]\d{1,2}(?:[,;] )?)+)\)")


def promises() -> list[tuple[str, str]]:
    return LINE.findall((ROOT / "PROMISES.md").read_text())


@functools.cache
def parsed(path: Path) -> ast.Module:
    """Each file is read once for all that is asked of it here."""
    return ast.parse(path.read_text())


def docstrings(path: Path, *, everyday: bool = False) -> Iterator[str]:
    """The docstring of each test of a file, with its module's; `everyday`: of those
    only that every run runs."""
    tree = parsed(path)
    above = ast.get_docstring(tree) or ""
    marks = [node for node in tree.body if isinstance(node, ast.Assign)]
    if everyday and any(is_marked(node) for node in marks):
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        if everyday and any(is_marked(mark) for mark in node.decorator_list):
            continue
        yield f"{above} {ast.get_docstring(node) or ''}"


@functools.cache
def is_marked(node: ast.AST) -> bool:
    """Whether it says that a test runs with --all or --hostile only."""
    return bool(re.search(r"\bmark\.(all|hostile)\b", ast.unparse(node)))


def proved(*, everyday: bool = False) -> set[str]:
    files = (ROOT / "tests").rglob("test_*.py")
    return {
        name
        for path in files
        for told in docstrings(path, everyday=everyday)
        for name in ID.findall(told)
    }


def named_by_the_code() -> set[str]:
    files = [
        path
        for app in APPS
        for kind in ("py", "sql", "html")
        for path in (ROOT / app).rglob(f"*.{kind}")
    ]
    text = "\n".join(path.read_text() for path in files)
    return {name for group in NAMED.findall(text) for name in ID.findall(group)}


def test_each_promise_stands_once_and_is_a_sentence() -> None:
    ids = [name for name, _ in promises()]

    assert len(ids) == len(set(ids)) > 80
    assert all(text.endswith(".") for _, text in promises())


def test_each_promise_is_proved_by_a_test() -> None:
    assert {name for name, _ in promises()} - proved() == set()


def test_each_promise_is_proved_in_every_run() -> None:
    """What runs with --all or --hostile only proves it again, in breadth."""
    assert {name for name, _ in promises()} - proved(everyday=True) == set()


def test_no_test_and_no_code_names_a_promise_that_is_not_there() -> None:
    known = {name for name, _ in promises()}

    assert proved() - known == set()
    assert named_by_the_code() - known == set()


def test_no_test_says_nothing_but_an_id() -> None:
    bare = [
        f"{path.relative_to(ROOT)} {node.name}"
        for path in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.FunctionDef)
        and (told := ast.get_docstring(node))
        and not re.sub(r"[LSCPWHAOT]\d{1,2}|[\s,.;:]|and", "", told)
    ]

    assert bare == []
