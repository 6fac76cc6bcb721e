"""The style sheets, one declaration a line: `python -m local.running.styles [--check]`.

Writes every sheet as the formatter has it; with `--check` it only names those that differ.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import cssbeautifier

from local.servers.state import ROOT

FOLDERS = ("static", "local")


def main(arguments: Sequence[str]) -> int:
    """Format the sheets, or with `--check` return 1 if one is not formatted."""
    check = "--check" in arguments
    unformatted = [sheet for sheet in sheets() if sheet.read_text() != formatted(sheet)]
    for sheet in unformatted:
        print(sheet.relative_to(ROOT), "would be formatted" if check else "formatted")
        if not check:
            sheet.write_text(formatted(sheet))
    return 1 if check and unformatted else 0


def sheets() -> Iterator[Path]:
    for folder in FOLDERS:
        yield from sorted((ROOT / folder).rglob("*.css"))


def formatted(sheet: Path) -> str:
    options = cssbeautifier.default_options()
    options.indent_size = 2
    options.end_with_newline = True
    options.space_around_combinator = True
    return str(cssbeautifier.beautify(sheet.read_text(), options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
