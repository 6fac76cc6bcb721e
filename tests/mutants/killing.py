"""Letting the tests loose on mutants, each in a copy of the project of its own.

A mutant is killed by a test that fails because of what it says: a comparison, a refusal
of ours or of the database's. One that does not even run proves nothing, and one that
its tests do not see is a test that is missing.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile
from xml.etree import ElementTree as ET

from local.servers import state
from local.servers.services import Services
from local.servers.state import ROOT
from tests import clones
from tests.database import fresh_state
from tests.mutants.mutant import Mutant

AT_ONCE = 2
LONGEST_SECONDS = 600
LAST_LINES = 25
# How a program fails that is broken, and not wrong.
BROKEN = (
    *("ImportError", "ModuleNotFoundError", "SyntaxError", "NameError"),
    *("AttributeError", "TypeError", "ProgrammingError", "FieldError"),
)
# Django gives the database's refusal the same name as a statement that is none.
REFUSED = "permission denied"


@dataclass(frozen=True, slots=True)
class Run:
    """What the tests said: the first that failed and how, or nothing."""

    passed: bool
    test: str
    failure: str
    seconds: float
    output: str

    @property
    def verdict(self) -> str:
        """`killed` when a test saw it, by what the test is about."""
        if not self.test:
            return "LIVES" if self.passed else "no test"
        said = self.failure.split(":", maxsplit=1)[0].rsplit(".", maxsplit=1)[-1]
        seen = said not in BROKEN or REFUSED in self.failure
        return "killed" if seen else "broken"


def kill(mutants: Sequence[Mutant]) -> bool:
    """Try each, two at a time, and print a table; whether all were killed. The tests
    have to pass without a mutant first."""
    began = time.monotonic()
    with servers():
        whole = killers(mutants)
        print(f"{len(whole)} tests without a mutant …", flush=True)  # noqa: T201
        sane = attempt([], whole)
        if not sane.passed:
            print(sane.output)  # noqa: T201
            print("They fail without a mutant, so they would prove nothing.")  # noqa: T201
            return False
        with ThreadPoolExecutor(AT_ONCE) as pool:
            runs = pool.map(lambda one: attempt([one], one.killers), mutants)
            survivors = [*told(mutants, runs)]
    seconds = time.monotonic() - began
    killed = len(mutants) - len(survivors)
    print(f"{killed} of {len(mutants)} killed, in {seconds:.0f} s")  # noqa: T201
    return not survivors


def killers(mutants: Iterable[Mutant]) -> list[str]:
    return list(dict.fromkeys(test for one in mutants for test in one.killers))


def told(mutants: Iterable[Mutant], runs: Iterable[Run]) -> Iterator[Mutant]:
    """Print what became of each; those that live."""
    for mutant, run in zip(mutants, runs, strict=True):
        took = f"{run.seconds:6.1f} s"
        print(f"{mutant.name:<4} {run.verdict:<7} {took}  {mutant.wrong}")  # noqa: T201
        for line in filter(None, [run.test, run.failure]):
            print(f"{'':24}{line[:120]}", flush=True)  # noqa: T201
        if run.verdict != "killed":
            last = run.output.splitlines()[-LAST_LINES:]
            print("\n".join(last), flush=True)  # noqa: T201
            yield mutant


@contextmanager
def servers() -> Iterator[None]:
    """The tests' servers and the template of the project as it is, kept until the end:
    each run would start the ones and make the other anew."""
    before = dict(os.environ)
    services = Services(fresh_state(), durable=False)
    with services.used() as environment:
        os.environ.update(environment | {"FLATTR_TEST_RUN": clones.new_run()})
        kept = clones.Clones()
        os.environ.clear()
        os.environ.update(before)
        yield
        kept.close()


def attempt(mutants: Sequence[Mutant], tests: Sequence[str]) -> Run:
    """Run tests in a copy of the project with these changes."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="flattr-mutant-") as folder:
        house, report = Path(folder, "house"), Path(folder, "report.xml")
        copy(house)
        for mutant in mutants:
            for change in mutant.changes:
                change.make(house)
        passed, output = run_tests(house, report, tests)
        test, failure = first_failure(report)
    seconds = time.monotonic() - began
    return Run(passed, test, failure, seconds, output)


def copy(house: Path) -> None:
    """The project's own files, as they are now."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in listed.stdout.splitlines():
        if (ROOT / name).exists():
            (house / name).parent.mkdir(parents=True, exist_ok=True)
            copyfile(ROOT / name, house / name)


def run_tests(house: Path, report: Path, tests: Sequence[str]) -> tuple[bool, str]:
    """Whether they pass, and what pytest said."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
    process = subprocess.Popen(
        [
            *command,
            "--all",
            "--hypothesis-profile=mutants",
            f"--junitxml={report}",
            *tests,
        ],
        cwd=house,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return False, f"Not done after {LONGEST_SECONDS} s."
    finally:
        # With what the tests started themselves.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    return process.returncode == 0, output


def environment() -> Mapping[str, str]:
    """Where the servers are is told by the state, which the copies share. What is
    compiled of a copy would outlive it."""
    return os.environ | {
        "FLATTR_STATE": str(state.current().path),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def first_failure(report: Path) -> tuple[str, str]:
    """The test that failed, and its exception with what that says; empty for none.
    What failed before a test began is no test that failed."""
    if not report.exists():
        return "", ""
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 (pytest wrote it)
        failed = case.find("failure")
        if failed is not None:
            name = f"{case.get('classname')}::{case.get('name')}"
            return name, failed.get("message", "").split("\n", 1)[0]
    return "", ""
