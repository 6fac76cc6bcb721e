"""What a program is built on, from the file that pins it: the repositories that the
file names, and where its packages ask for funding.

The registries that packages come from are no repositories: most files name few.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from buttons.signals.kinds import Unreadable
from buttons.signals.packages import funding_of
from buttons.signals.repositories import repository_of
from buttons.signals.untrusted import object_of, table, words


class Dependency(NamedTuple):
    """A package, and the page that would be flattred for it; empty where the file
    names none."""

    name: str
    address: str


# That many say what a text is.
MOST_LINES = 1000
CONTINUED = re.compile(r"\\\r?\n")
COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
OPTION = re.compile(r"--?\w")
EDITABLE = re.compile(r"(?:-e|--editable)[\s=]\s*(\S+)")
EGG = re.compile(r"[#&]egg=([\w.-]+)", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", re.ASCII)
# packaging takes seconds for a megabyte of brackets, and all that matters is this.
DIRECT = re.compile(rf"({NAME.pattern})\s*(?:\[[^\]]*\]\s*)?@\s*(\S+)", re.ASCII)
# A line of requirements that nothing else begins like.
REQUIREMENT = re.compile(
    rf"{NAME.pattern}\s*(?:\[[^\]]*\]\s*)?(?:(?:===|[<>=!~]=|[<>])\s*[\w*]|@\s*[\w+]+:)"
    r"|git\+|(?:-e|-r|-c|--editable|--requirement|--hash)[\s=]",
    re.ASCII,
)

# Of TOML, the lines that matter as programs write them: tomllib takes ten seconds for
# a key of 40 kB, and all day for a megabyte.
HEADER = re.compile(r"\[+([^\[\]]*)\]+")
VALUE = re.compile(r"(name|source|type|url)\s*=\s*(.*)")
TEXT = re.compile(r'"([^"\\]*)"')
OF_SOURCE = re.compile(r'\b(git|url|registry)\s*=\s*"([^"\\]*)"')

GO_SUM = re.compile(r"(\S+) v\S+ h1:[A-Za-z0-9+/]+=*")
MAJOR = re.compile(r"/v\d+$")

SHORT = re.compile(r"(github|gitlab|bitbucket):(.+)")
SHORT_HOSTS = {
    "github": "github.com",
    "gitlab": "gitlab.com",
    "bitbucket": "bitbucket.org",
}
SPONSORS = re.compile(r"https://github\.com/sponsors/([\w-]+).*", re.ASCII)
# It is paid there by others than readers, and has a page for every package.
RESOLD = "https://tidelift.com/"


def is_requirements(text: str) -> bool:
    """Whether half of its lines or more could be in no other list."""
    lines = [*islice(_requirement_lines(text), MOST_LINES)]
    known = sum(bool(REQUIREMENT.match(line)) for line in lines)
    return known > 0 and 2 * known >= len(lines)


def is_go_sum(text: str) -> bool:
    return GO_SUM.fullmatch(text.strip().partition("\n")[0].strip()) is not None


def of_requirements(text: str) -> Iterator[Dependency]:
    """Of requirements.txt; other files that it names (`-r`) are not ours to read."""
    for line in _requirement_lines(text):
        if editable := EDITABLE.match(line):
            if "://" in editable[1]:
                yield _at(editable[1])
        elif OPTION.match(line):
            continue
        elif "://" in line:
            yield _direct(line)
        elif name := NAME.match(line):
            yield Dependency(name[0], "")


def of_toml(text: str) -> Iterator[Dependency]:
    """Of uv.lock, poetry.lock and Cargo.lock, which all list `[[package]]`s."""
    for package in _tables(text):
        source = package.get("source", "")
        if source.startswith("{"):
            given = OF_SOURCE.search(source)
            if given is None:
                # The program itself, and what lies beside it.
                continue
            address = "" if given[1] == "registry" else given[2]
        elif source:
            address = _text(source)
            address = address if address.startswith("git+") else ""
        else:
            kind = _text(package.get("source.type", ""))
            url = _text(package.get("source.url", ""))
            address = url if kind in {"git", "url"} else ""
        yield _at(address, _text(package.get("name", "")))


def of_go_sum(text: str) -> Iterator[Dependency]:
    """Modules are named by where they are: most by their repository."""
    for line in text.splitlines():
        if found := GO_SUM.fullmatch(line.strip()):
            yield _at(f"https://{MAJOR.sub('', found[1])}", found[1])


def of_package_lock(text: str) -> Iterator[Dependency]:
    """Of package-lock.json, all three versions; `Unreadable` if it is none."""
    whole = object_of(text)
    packages, tree = table(whole.get("packages")), table(whole.get("dependencies"))
    if "lockfileVersion" not in whole:
        raise Unreadable
    for path, package in packages.items() if packages else _walked(tree):
        _workspace, module, name = f"/{path}".rpartition("/node_modules/")
        if module and not table(package).get("link"):
            yield _of_npm(name, table(package))


def _walked(tree: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Version 1 has the packages of a package inside it."""
    waiting = [tree]
    while waiting:
        for name, package in waiting.pop().items():
            yield f"node_modules/{name}", package
            if inner := table(table(package).get("dependencies")):
                waiting.append(inner)


def _of_npm(name: str, package: dict[str, Any]) -> Dependency:
    for written in (package.get("resolved"), package.get("version")):
        if (found := _at(_in_full(words(written)), name)).address:
            return found
    pages = [page for page in funding_of(package.get("funding")) if page]
    pages.sort(key=lambda page: page.startswith(RESOLD))
    return Dependency(name, _flattred(pages[0]) if pages else "")


def _in_full(written: str) -> str:
    found = SHORT.fullmatch(written)
    return f"https://{SHORT_HOSTS[found[1]]}/{found[2]}" if found else written


def _flattred(page: str) -> str:
    """Whose sponsors are asked for is known by their own page, or their program's."""
    if sponsors := SPONSORS.fullmatch(page):
        return f"https://github.com/{sponsors[1]}"
    repository = repository_of(page)
    return repository.address if repository else page


def _at(address: str, name: str = "") -> Dependency:
    repository = repository_of(address)
    egg = EGG.search(address)
    name = name or (egg[1] if egg else "") or (repository.path if repository else "")
    return Dependency(name, repository.address if repository else "")


def _direct(line: str) -> Dependency:
    """A line with an address, with or without a name."""
    if found := DIRECT.match(line):
        return _at(found[2], found[1])
    return _at(line.split(maxsplit=1)[0])


def _requirement_lines(text: str) -> Iterator[str]:
    for line in CONTINUED.sub(" ", text.removeprefix("\ufeff")).splitlines():
        if kept := COMMENT.sub("", line).strip():
            yield kept


def _tables(text: str) -> Iterator[dict[str, str]]:
    """The lines that matter of each `[[package]]`, by the names of their tables."""
    package: dict[str, str] | None = None
    within = ""
    for line in map(str.strip, text.splitlines()):
        if line == "[[package]]":
            if package is not None:
                yield package
            package, within = {}, ""
        elif header := HEADER.fullmatch(line):
            within = header[1].removeprefix("package.") + "."
        elif package is not None and (found := VALUE.fullmatch(line)):
            package.setdefault(within + found[1], found[2])
    if package is None:
        raise Unreadable
    yield package


def _text(value: str) -> str:
    found = TEXT.fullmatch(value)
    return found[1] if found else ""
