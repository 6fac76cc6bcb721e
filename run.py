#!/usr/bin/env python3
"""Set everything up, then run it. Needs nothing but Python.

python3 run.py up [--state DIR] [--port N]     the platform, with demo data
python3 run.py test [--all | --integrations | --hostile] [pytest's arguments]
python3 run.py test --mutants [M4,M7]          whether tests see code broken on purpose
python3 run.py manage COMMAND …                Django's commands
python3 run.py bench NAME [options]            how fast it is; --help tells the names
python3 run.py lock                            the locks of requirements/, anew

`--state DIR` or FLATTR_STATE names where it keeps its data, else `.local/`.

The packages of a hashed lock go into `.venv/`, by uv where it can be had and by pip
where not; then this file runs again inside it. Until then it uses the standard
library only, in words that an older Python understands.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / ".stamp"
OUR_UV = VENV / ".uv"
BYTECODE = VENV / ".bytecode"
REQUIREMENTS = ROOT / "requirements"
LOCKS = ("base", "local", "dev")
OLDEST, NEWEST = (3, 11), (3, 13)
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"

# Verb: the lock it needs.
VERBS = {"up": "local", "manage": "local", "test": "dev", "bench": "dev"}


def main(arguments: list[str]) -> int:
    verb = arguments[0] if arguments else "--help"
    if verb == "lock":
        use_a_fitting_python()
        return write_locks()
    if verb not in VERBS:
        print(__doc__)
        return 0 if verb in ("-h", "--help", "help") else 2
    keep_bytecode()
    lock = VERBS[verb]
    if not is_set_up(lock):
        use_a_fitting_python()
        set_up(lock)
    if Path(sys.prefix).resolve() != VENV:
        run_again(PYTHON)
    entry = importlib.import_module("local.running.entry")
    return int(entry.main(verb, take_state(arguments[1:])))


def take_state(arguments: list[str]) -> list[str]:
    """What is left when `--state DIR` has gone into FLATTR_STATE."""
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        if word == "--":
            return [*rest, word, *words]
        name, _, value = word.partition("=")
        if name != "--state":
            rest.append(word)
            continue
        folder = value or next(words, "")
        if not folder:
            sys.exit("--state needs a directory.")
        os.environ["FLATTR_STATE"] = str(Path(folder).resolve())
    return rest


def run_again(python: str | Path) -> None:
    """Become this file once more, under another Python."""
    sys.stdout.flush()
    os.execv(python, [str(python), str(ROOT / "run.py"), *sys.argv[1:]])  # noqa: S606


# --- Python


def keep_bytecode() -> None:
    """Have Python compile each module once, not in each of a dozen processes, also where
    it was told to leave nothing about: what it compiled lies in `.venv/`."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ.setdefault("PYTHONPYCACHEPREFIX", str(BYTECODE))


def use_a_fitting_python() -> None:
    """Go on as the newest of Python 3.11 to 3.13 here, unless this is one of them."""
    if OLDEST <= sys.version_info[:2] <= NEWEST:
        return
    for python in other_pythons():
        if fits(python):
            run_again(python)
    this = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Flattr needs Python 3.11, 3.12 or 3.13; this is {this}.")


def other_pythons() -> Iterator[str]:
    home = Path.home()
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        name = f"python3.{minor}"
        on_path = shutil.which(name)
        if on_path:
            yield on_path
        for folder, pattern in (
            (Path("/usr/local/bin"), name),
            (Path("/opt/homebrew/bin"), name),
            (home / ".pyenv" / "versions", f"3.{minor}.*/bin/python3"),
            (home / ".local/share/uv/python", f"cpython-3.{minor}.*/bin/python3"),
        ):
            yield from sorted(map(str, folder.glob(pattern)), reverse=True)


def fits(python: str) -> bool:
    """Ask the program itself: what stands on the PATH may be a shim of nothing."""
    ask = "import sys; print(*sys.version_info[:2])"
    try:
        answer = subprocess.run([python, "-c", ask], stdout=subprocess.PIPE, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    return OLDEST <= tuple(map(int, answer.stdout.split())) <= NEWEST


# --- Packages


def is_set_up(lock: str) -> bool:
    """Whether `.venv` holds this lock's packages, or those of tests, which hold all."""
    return PYTHON.exists() and read_stamp()[1:] in (stamp(lock)[1:], stamp("dev")[1:])


def stamp(lock: str) -> list[str]:
    """What `.venv` was made from: a lock's name and content, and a Python."""
    content = (REQUIREMENTS / f"{lock}.lock").read_bytes()
    return [lock, hashlib.sha256(content).hexdigest(), str(PYTHON.resolve())]


def read_stamp() -> list[str]:
    return STAMP.read_text().splitlines() if STAMP.exists() else []


def set_up(lock: str) -> None:
    """Put exactly one lock's packages into `.venv`; once tests ran there, theirs."""
    VENV.mkdir(exist_ok=True)
    with (VENV / ".setup").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if is_set_up(lock):
            return
        if read_stamp()[:1] == ["dev"]:
            lock = "dev"
        began = time.monotonic()
        print("Setting up .venv, once …", flush=True)
        install(REQUIREMENTS / f"{lock}.lock")
        STAMP.write_text("\n".join(stamp(lock)))
        print(f"Set up in {time.monotonic() - began:.1f} s.", flush=True)


def install(lock: Path) -> None:
    if STAMP.exists():
        STAMP.unlink()
    python = getattr(sys, "_base_executable", sys.executable)
    for uv in uvs():
        made = call(uv, "venv", "-q", "--allow-existing", "-p", python, VENV)
        if made and call(
            *(uv, "pip", "sync", "-q", "--require-hashes", "-p", PYTHON, lock)
        ):
            return
    print("uv cannot be had here; pip does the same, slowly.", flush=True)
    if not call(python, "-m", "venv", "--clear", VENV):
        sys.exit(
            "This Python can neither install uv by pip nor make a virtual environment. "
            "Give it pip or venv (on Debian: apt-get install python3-venv)."
        )
    pip = (PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", lock)
    if not call(*pip):
        sys.exit("The packages could not be installed; pip says why above.")


def uvs() -> Iterator[str]:
    """The uv on the PATH, then one of our own, which needs neither venv nor root."""
    on_path = shutil.which("uv")
    if on_path:
        yield on_path
    ours = OUR_UV / "bin" / "uv"
    lock = REQUIREMENTS / "uv.lock"
    pip = (sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check")
    if ours.exists() or call(
        *(*pip, "--target", OUR_UV, "--upgrade", "--require-hashes", "-r", lock)
    ):
        yield str(ours)


def write_locks() -> int:
    """Resolve `requirements/*.in` into locks with hashes and without any host's name."""
    VENV.mkdir(exist_ok=True)
    uv = next(uvs(), None)
    if uv is None:
        sys.exit("Locks are written by uv, which could not be installed.")
    options = [
        "-q",
        "--universal",
        "--python-version",
        "3.11",
        "--upgrade",
        "--generate-hashes",
        "--no-header",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-annotate",
    ]
    for name in ("uv", *LOCKS):
        source, lock = (REQUIREMENTS / f"{name}.{kind}" for kind in ("in", "lock"))
        print(f"requirements/{lock.name}", flush=True)
        if not call(uv, "pip", "compile", *options, source, "-o", lock):
            return 1
    return 0


def call(*command: str | Path) -> bool:
    """Run a program that trusts what the system trusts; say whether it worked."""
    defaults = {"PIP_ROOT_USER_ACTION": "ignore"}
    if Path(CERTIFICATES).exists():
        defaults["SSL_CERT_FILE"] = CERTIFICATES
    done = subprocess.run(
        [str(part) for part in command], env={**defaults, **os.environ}, check=False
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
