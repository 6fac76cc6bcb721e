"""What the files beside a page say: those of a repository, and the funding.json of a
host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from urllib.parse import urlsplit

from buttons.anywhere.asking_hosts import Asking
from buttons.proofs import hosts
from buttons.proofs.beside_page import FILES, covers
from buttons.reading.fetching import Page
from buttons.signals import funding_json, funding_yml, packages
from buttons.signals.kinds import Signal, Unreadable
from buttons.signals.repositories import Repository

Read = Callable[[Page], Iterable[Signal]]


def signals_for(
    asking: Asking, address: str, repository: Repository | None
) -> Iterator[Signal]:
    """The signals for a page, of files that its host or its repository has."""
    if repository is not None:
        yield from _of_repository(asking, repository)
    elif not hosts.is_shared(urlsplit(address).netloc):
        yield from _of_host(asking, address)


def _of_repository(asking: Asking, repository: Repository) -> Iterator[Signal]:
    for place in funding_yml.PLACES:
        page = asking.find(repository.raw(place), FILES)
        if page is not None:
            yield from _said(page, lambda one: funding_yml.of_text(one.text))
            break
    for name, of in (
        ("funding.json", lambda one: _covering(one, repository.address)),
        ("package.json", lambda one: packages.of_package_json(one.text)),
    ):
        page = asking.find(repository.raw(name), FILES)
        if page is not None:
            yield from _said(page, of)


def _of_host(asking: Asking, address: str) -> Iterator[Signal]:
    """What the manifest of a page's host says, if it is about that page."""
    parts = urlsplit(address)
    host = f"{parts.scheme}://{parts.netloc}"
    manifests: tuple[str, ...] = ()
    if (page := asking.find(f"{host}{funding_json.LIST}", FILES)) is not None:
        manifests = funding_json.listed(page.text, page.url)
    for manifest in manifests[:1] or [f"{host}{funding_json.FILE}"]:
        if (page := asking.find(manifest, FILES)) is not None:
            yield from _said(page, lambda one: _covering(one, address))


def _covering(page: Page, address: str) -> Iterable[Signal]:
    manifest = funding_json.of_text(page.text, page.url)
    is_listed = any(covers(one.address, address) for one in manifest.covers)
    return manifest.signals if is_listed else ()


def _said(page: Page, of: Read) -> list[Signal]:
    try:
        return list(of(page))
    except Unreadable:
        return []
