"""`run.py bench NAME [options]`: a benchmark on a durable server of its own.

Each prints a table for people and, as its last line, one line of JSON. The server and
the migrated template stay in the state directory for the next run; everything else is
dropped at the end.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import signal
import sys
from types import FrameType, ModuleType

import django

from local.servers.processes import CannotStart
from tests.benchmarks import stage

BENCHES = {
    "close": "a month of many readers, closed and compared with the bare write",
    "click": "flattrs over HTTP, beside the INSERT alone and a bare view",
    "count": "the public count, beside a bare view",
    "pages": "pages and plans on a ledger of millions of entries",
}


def main(arguments: list[str]) -> int:
    """Run the benchmark that is named; 2 when there is none of that name."""
    name = arguments[0] if arguments else ""
    if name in {"", "-h", "--help", "help"}:
        tell()
        return 0 if name else 2
    if name not in names():
        say(f"There is no benchmark named {name}. There are: {', '.join(names())}.")
        return 2
    services = stage.prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "flattr.settings")
    django.setup()
    bench = importlib.import_module(module_of(name))
    if {"-h", "--help"} & set(arguments):
        return run(bench, ["--help"])
    signal.signal(signal.SIGTERM, end)
    try:
        with stage.server(services):
            return run(bench, arguments[1:])
    except CannotStart as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        return 130


def run(bench: ModuleType, arguments: list[str]) -> int:
    try:
        return int(bench.main(arguments))
    except SystemExit as end_of_options:
        return int(end_of_options.code or 0)


def names() -> list[str]:
    return [name for name in BENCHES if importlib.util.find_spec(module_of(name))]


def module_of(name: str) -> str:
    return f"tests.benchmarks.{name}"


def tell() -> None:
    print("python3 run.py bench NAME [options] [--state DIR]\n")  # noqa: T201
    for name in names():
        print(f"  {name:8}{BENCHES[name]}")  # noqa: T201
    print("\nOptions of one: python3 run.py bench NAME --help")  # noqa: T201


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr)  # noqa: T201


def end(_number: int, _frame: FrameType | None) -> None:
    """Leave through every `finally`, so that nothing stays behind."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
