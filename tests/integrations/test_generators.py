"""A site made by each generator has the very button that our own page gives (the
generators are Debian's)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings

from buttons.things.snippets import snippets
from buttons.things.submitting import Submission
from tests.hostility import needs_program

HERE = settings.BASE_DIR / "integrations"
TITLE = 'Tom & "Jerry": 100 % <ümlaut> + more'
YAML_TITLE = "'" + TITLE + "'"
TAGS = ["cats & mice", "ümlaut"]
SITE = "https://anna.example"


@dataclass(frozen=True, slots=True)
class Button:
    """A link as a browser understands it."""

    address: str
    says: list[tuple[str, str]]
    name: str
    text: str


class Buttons(HTMLParser):
    """Every Flattr button of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Button] = []
        self.open: dict[str, str] | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("class") == "FlattrButton":
            self.open = given

    def handle_data(self, data: str) -> None:
        if self.open is None:
            return
        parts = urlsplit(self.open["href"])
        self.found.append(
            Button(
                parts._replace(query="").geturl(),
                sorted(parse_qsl(parts.query)),
                self.open["data-flattr-uid"],
                data,
            )
        )
        self.open = None


def our_own(url: str, tags: list[str]) -> list[Button]:
    about = Submission(url, "anna", title=TITLE, tags=tags)
    return Buttons(snippets(about)[0].code).found


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def front_matter() -> str:
    tags = "".join(f"  - '{tag}'\n" for tag in TAGS)
    return f"---\ntitle: {YAML_TITLE}\ntags:\n{tags}---\n"


def hugo(site: Path) -> tuple[str, str]:
    shutil.copytree(HERE / "hugo" / "layouts", site / "layouts")
    (site / "layouts" / "_default").mkdir()
    (site / "layouts" / "_default" / "single.html").write_text("{{ .Content }}")
    (site / "config.toml").write_text(
        f'baseURL = "{SITE}/"\n[params.flattr]\nsite = "{settings.SITE_URL}"\nname = "anna"\n'
    )
    (site / "content").mkdir()
    (site / "content" / "post.md").write_text(front_matter() + "{{< flattr >}}\n")
    run("hugo", cwd=site)
    return f"{SITE}/post/", (site / "public" / "post" / "index.html").read_text()


def jekyll(site: Path) -> tuple[str, str]:
    shutil.copytree(HERE / "jekyll" / "_includes", site / "_includes")
    (site / "_config.yml").write_text(
        f"url: {SITE}\nflattr:\n  site: {settings.SITE_URL}\n  name: anna\n"
    )
    (site / "post.html").write_text(front_matter() + "{% include flattr.html %}\n")
    run("jekyll", "build", cwd=site)
    return f"{SITE}/post.html", (site / "_site" / "post.html").read_text()


def sphinx(site: Path) -> tuple[str, str]:
    shutil.copy(HERE / "sphinx" / "flattr_sphinx.py", site)
    (site / "conf.py").write_text(
        "import sys\nsys.path.insert(0, '.')\n"
        "extensions = ['flattr_sphinx']\nhtml_theme = 'basic'\nsmartquotes = False\n"
        f"html_baseurl = '{SITE}/'\nflattr_site = {settings.SITE_URL!r}\n"
        "flattr_name = 'anna'\n"
    )
    (site / "index.rst").write_text(
        f"{TITLE}\n{'=' * len(TITLE)}\n\n.. toctree::\n\n   off\n"
    )
    (site / "off.rst").write_text(":flattr: no\n\nOff\n===\n")
    run("sphinx-build", "-W", ".", "made", cwd=site)
    assert not Buttons((site / "made" / "off.html").read_text()).found
    return f"{SITE}/index.html", (site / "made" / "index.html").read_text()


def mkdocs(site: Path) -> tuple[str, str]:
    shutil.copy(HERE / "mkdocs" / "flattr_mkdocs.py", site)
    (site / "mkdocs.yml").write_text(
        f"site_name: Anna\nsite_url: {SITE}/\nhooks:\n  - flattr_mkdocs.py\n"
        f"extra:\n  flattr:\n    site: {settings.SITE_URL}\n    name: anna\n"
    )
    (site / "docs").mkdir()
    (site / "docs" / "index.md").write_text("# Home\n")
    (site / "docs" / "post.md").write_text(front_matter() + "Text\n")
    (site / "docs" / "off.md").write_text("---\nflattr: false\n---\n# Off\n")
    run("mkdocs", "build", "--strict", cwd=site)
    assert not Buttons((site / "site" / "off" / "index.html").read_text()).found
    return f"{SITE}/post/", (site / "site" / "post" / "index.html").read_text()


@pytest.mark.integrations
@pytest.mark.parametrize(
    ("program", "package", "build", "tags"),
    [
        ("hugo", "hugo", hugo, TAGS),
        ("jekyll", "jekyll", jekyll, TAGS),
        # Its pages have no tags.
        ("sphinx-build", "python3-sphinx", sphinx, []),
        ("mkdocs", "mkdocs", mkdocs, TAGS),
    ],
)
def test_a_generated_page_has_the_button_of_our_own_page(
    tmp_path: Path,
    pytestconfig: pytest.Config,
    program: str,
    package: str,
    build: Callable[[Path], tuple[str, str]],
    tags: list[str],
) -> None:
    needs_program(pytestconfig, program, package)

    url, page = build(tmp_path)

    assert Buttons(page).found == our_own(url, tags)
