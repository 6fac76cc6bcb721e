"""Repositories at the forges that most programs are kept at: one address for each,
however it was written, and where its files are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from django.conf import settings

# A page, or what `git clone` is given: https, git+https, ssh, git and git@host:path.
WRITTEN = re.compile(
    r"(?:git\+)?(?:https?|ssh|git)://(?:[^/?#@\\]*@)?"
    r"([^/?#@:\\]+(?::\d{1,5}(?=/))?)[/:]([^?#\\]*).*"
    r"|[\w.-]+@([^/?#@:\\]+):([^?#\\]*).*",
    re.IGNORECASE | re.DOTALL,
)
LONGEST = 2000
NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
# What forges have of their own where elsewhere an owner stands.
THEIR_OWN = {
    *("about", "account", "admin", "api", "apps", "assets", "blog", "collections"),
    *("customer-stories", "dashboard", "enterprise", "events", "explore", "features"),
    *("groups", "help", "issues", "login", "marketplace", "notifications", "org"),
    *("orgs", "pricing", "product", "pulls", "search", "security", "settings"),
    *("sponsors", "stars", "team", "topics", "trending", "user", "users", "-"),
    *("projects", "repo", "snippets", "site", "readme", "contact", "codespaces"),
}
# What stands behind a repository's name in links into it.
WITHIN = {
    *("blob", "tree", "raw", "src", "issues", "commits", "commit", "releases", "tags"),
    *("merge_requests", "pull", "pulls", "wiki", "wikis", "archive", "-"),
}


@dataclass(frozen=True, slots=True)
class Forge:
    """How a forge writes its addresses. `raw` is where a file is as it is now, on its
    default branch: `{0}` is the repository's address, `{1}` its path, `{2}` the
    file's."""

    raw: str
    has_groups: bool = False
    owner: re.Pattern[str] = NAME


FORGES = {
    "github.com": Forge("https://raw.githubusercontent.com/{1}/HEAD/{2}"),
    "gitlab.com": Forge("{0}/-/raw/HEAD/{2}", has_groups=True),
    "codeberg.org": Forge("{0}/raw/branch/HEAD/{2}"),
    "bitbucket.org": Forge("{0}/raw/HEAD/{2}"),
    "git.sr.ht": Forge("{0}/blob/HEAD/{2}", owner=re.compile(r"~[a-z0-9_.-]{1,100}")),
}
# Stands in for a forge on one machine, where the demo and the tests are.
LOCAL = Forge("{0}/raw/HEAD/{2}")
SAME = {
    "codeload.github.com": "github.com",
    "raw.githubusercontent.com": "github.com",
    "ssh.github.com": "github.com",
    "altssh.gitlab.com": "gitlab.com",
    "altssh.bitbucket.org": "bitbucket.org",
}


@dataclass(frozen=True, slots=True)
class Repository:
    """`address` is the one page that would be flattred, `account` the page of whoever
    it belongs to."""

    address: str
    account: str
    forge: Forge

    @property
    def path(self) -> str:
        """Its owner and its name, as in `anna/garden`."""
        return self.address.split("/", 3)[3]

    def raw(self, path: str) -> str:
        """The address of a file in it, as it is on its default branch now."""
        return self.forge.raw.format(self.address, self.path, quote(path))


def repository_of(address: str) -> Repository | None:
    """The repository that an address leads to or into, or that `git` would clone.

    >>> repository_of("git@github.com:anna/garden.git").address
    'https://github.com/anna/garden'
    >>> repository_of("https://codeberg.org/anna/garden/src/branch/main/a.c").account
    'https://codeberg.org/anna'
    >>> repository_of("https://github.com/anna"), repository_of("https://bob.example/a/b")
    (None, None)
    """
    found = WRITTEN.fullmatch(address.strip()[:LONGEST])
    if found is None:
        return None
    host = (found[1] or found[3]).lower()
    path = found[2] if found[2] is not None else found[4]
    parts = [part for part in path.split("/") if part]
    if host in settings.PROOF_HOSTS:
        return _local(host, parts)
    name = host.partition(":")[0].removeprefix("www.")
    name = SAME.get(name, name)
    forge = FORGES.get(name)
    return None if forge is None else _built(f"https://{name}", forge, parts)


def _local(host: str, parts: list[str]) -> Repository | None:
    """Pages of a blog are on such a host too: only what can be no page of it is taken
    for a link into a repository."""
    if len(parts) != 2 and not (len(parts) > 2 and parts[2] in WITHIN):
        return None
    return _built(f"http://{host}", LOCAL, parts)


def _built(site: str, forge: Forge, parts: list[str]) -> Repository | None:
    if not parts or parts[0].lower() in THEIR_OWN:
        return None
    named = _before(WITHIN, parts) if forge.has_groups else parts[:2]
    if len(named) < 2 or not forge.owner.fullmatch(named[0]):
        return None
    # In `pip` and `go` what is behind an @ is a version.
    last = named[-1].partition("@")[0].removesuffix(".git")
    named = [*named[:-1], last]
    if not all(NAME.fullmatch(part) and part.strip(".") for part in named[1:]):
        return None
    return Repository(f"{site}/{'/'.join(named)}", f"{site}/{named[0]}", forge)


def _before(marks: set[str], parts: list[str]) -> list[str]:
    """A group may hold groups, so that a name has any number of parts."""
    for place, part in enumerate(parts):
        if part == "-" or (place >= 2 and part in marks):
            return parts[:place]
    return parts
