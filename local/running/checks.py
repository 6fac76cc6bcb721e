"""`run.py test`: what a change has to pass, and at the end what failed.

Every check, and the tests that ten minutes hold. `--all` adds what shows the same in
breadth, `--integrations` what needs other people's programs, `--hostile` the long runs
as well. With something to select (a path) only pytest
runs, with these arguments and in one process. All tests are run by two at once where
there are two cores; `-n0` says otherwise. With `--mutants` (or `--mutants M4,M7`) it is
asked instead whether the tests see the code broken on purpose.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from local.running import browser
from local.servers import state
from local.servers.services import Services

PYTHON = sys.executable
TOOLS = Path(PYTHON).parent
# Who is done with a file takes the next; in order, since the few tests with many
# processes take longest and are not to be the last.
WORKERS = ("-n2", "--dist=loadfile", "--no-loadscope-reorder")
# What production needs to be told, made up.
PRODUCTION = {
    "FLATTR_LOCAL": "0",
    "SITE_URL": "https://flattr.example",
    "ALLOWED_HOSTS": "flattr.example",
    "EMAIL_URL": "smtps://flattr:secret@mail.example",
    "STRIPE_API_KEY": "rk_live_made_up",
    "STRIPE_WEBHOOK_SECRET": "whsec_made_up",
    "STRIPE_CONNECT_WEBHOOK_SECRET": "whsec_made_up_too",
    "STRIPE_API_BASE": "",
    "FLATTR_PROOF_HOSTS": "",
    "FLATTR_DEMO_BLOG_URL": "",
    "FLATTR_FROM_EMAIL": "Flattr <hello@flattr.example>",
    "FLATTR_OPERATOR_EMAIL": "hello@flattr.example",
    "FLATTR_OPERATOR_LEGAL_NAME": "Flattr Cooperative",
    "FLATTR_OPERATOR_ADDRESS": "1 Harbour Street, 21119 Malmö",
    "DJANGO_SETTINGS_MODULE": "flattr.settings",
}

NO_BROWSER = "every test in a browser. Install Chromium and run this again."
NO_INTEGRATIONS = "what needs Hugo, Jekyll and the like. `--integrations` runs it."


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outcome:
    check: Check
    passed: bool
    output: str
    seconds: float


def main(arguments: Sequence[str]) -> int:
    """Run what is asked for; 1 if anything failed."""
    if arguments[:1] == ["--mutants"]:
        mutants = (PYTHON, "-m", "tests.mutants", *arguments[1:])
        return 0 if run(Check("Mutants", mutants, os.environ), show=True).passed else 1
    began = time.monotonic()
    has_browser = bool(browser.find()) or browser.install()
    outcomes: list[Outcome] = []
    types: list[Future[Outcome]] = []
    if not selects(arguments):
        with Services(state.current()).used() as environment:
            local = environment | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
            types = run_together([Check("Types", (TOOLS / "mypy", "."), local)])
            outcomes = report(run_together(quick_checks(local)))
    headline("Tests")
    outcomes.append(run(tests(arguments), show=True))
    outcomes += report(types)
    left_out = [] if has_browser else [NO_BROWSER]
    if not {"--all", "--integrations", "--hostile"} & set(arguments):
        left_out.append(NO_INTEGRATIONS)
    return summary(outcomes, time.monotonic() - began, left_out)


def selects(arguments: Sequence[str]) -> bool:
    return any(not argument.startswith("-") for argument in arguments)


def quick_checks(local: Mapping[str, str]) -> list[Check]:
    manage = (PYTHON, state.ROOT / "manage.py")
    templates = map(str, sorted((state.ROOT / "templates").rglob("*.html")))
    deploy = (*manage, "check", "--deploy", "--fail-level", "WARNING")
    return [
        Check("Lint", (TOOLS / "ruff", "check", "."), local),
        Check("Format", (TOOLS / "ruff", "format", "--check", "."), local),
        Check("Imports", (TOOLS / "lint-imports",), local),
        Check("Templates", (TOOLS / "djade", "--check", *templates), local),
        Check("Styles", (PYTHON, "-m", "local.running.styles", "--check"), local),
        Check("Migrations", (*manage, "makemigrations", "--check", "--dry-run"), local),
        Check("Production settings", deploy, {**local, **PRODUCTION}),
    ]


def tests(arguments: Sequence[str]) -> Check:
    alone = selects(arguments) or (os.cpu_count() or 1) < 2
    command = (PYTHON, "-m", "pytest", *(() if alone else WORKERS), *arguments)
    return Check("Tests", command, os.environ)


def run_together(checks: Sequence[Check]) -> list[Future[Outcome]]:
    """Two at a time, in order, while the caller goes on."""
    pool = ThreadPoolExecutor(max_workers=2)
    outcomes = [pool.submit(run, check) for check in checks]
    pool.shutdown(wait=False)
    return outcomes


def report(futures: Sequence[Future[Outcome]]) -> list[Outcome]:
    outcomes = []
    for future in futures:
        outcome = future.result()
        verdict = "ok" if outcome.passed else "FAILED"
        headline(f"{outcome.check.name}: {verdict} ({outcome.seconds:.1f} s)")
        if not outcome.passed:
            print(outcome.output, flush=True)
        outcomes.append(outcome)
    return outcomes


def run(check: Check, *, show: bool = False) -> Outcome:
    began = time.monotonic()
    done = subprocess.run(
        [str(part) for part in check.command],
        cwd=state.ROOT,
        env=dict(check.environment),
        stdout=None if show else subprocess.PIPE,
        stderr=None if show else subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - began
    return Outcome(check, done.returncode == 0, done.stdout or "", seconds)


def summary(
    outcomes: Sequence[Outcome], seconds: float, left_out: Sequence[str]
) -> int:
    failed = [outcome.check.name for outcome in outcomes if not outcome.passed]
    verdict = f"{len(failed)} failed" if failed else "all passed"
    headline(f"Checks: {verdict}, in {seconds:.0f} s")
    for name in failed:
        print(f"FAILED: {name}")
    for what in left_out:
        print(f"NOT RUN: {what}")
    return 1 if failed else 0


def headline(text: str) -> None:
    print(f"== {text}", flush=True)
