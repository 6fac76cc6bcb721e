"""What stories about lists need to say: pasting, reading and pressing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from buttons import tasks
from buttons.anywhere import reading_due
from buttons.models import PastedAddress
from buttons.things.snippets import auto_submit
from buttons.things.submitting import Submission


def button(owner: str, url: str, title: str = "") -> str:
    about = Submission(url=url, owner_name=owner, title=title)
    return f'<a href="{auto_submit(about).replace("&", "&amp;")}">Flattr this</a>'


def opml(feeds: Iterable[tuple[str, str]], title: str = "What I follow") -> str:
    lines = "".join(
        f'<outline type="rss" text="{escape(called)}" xmlUrl="{escape(url)}"/>'
        for called, url in feeds
    )
    return (
        f'<opml version="2.0"><head><title>{title}</title></head>'
        f"<body>{lines}</body></opml>"
    )


def rss(title: str, home: str, more: str = "") -> str:
    return (
        '<rss version="2.0" xmlns:podcast="https://podcastindex.org/namespace/1.0">'
        f"<channel><title>{title}</title><link>{home}</link>{more}</channel></rss>"
    )


def paste(client: Client, text: str) -> str:
    """Paste a text; the path of the list that it became."""
    return led_to(client.post("/anywhere", {"text": text}))


def paste_file(client: Client, name: str, body: bytes) -> str:
    file = SimpleUploadedFile(name, body)
    return led_to(client.post("/anywhere", {"text": "", "file": file}))


def led_to(answer: Any) -> str:
    assert answer.status_code == 302, said(answer)
    there: str = answer.headers["Location"]
    return there


def read_all() -> int:
    """Have a worker read all that is due, and look at what was flattred by it."""
    return reading_due.read_due()


def show(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def said(answer: Any) -> str:
    """The words of a page."""
    return words(answer.content.decode())


def words(page: str) -> str:
    main = page.partition("<main")[2]
    return re.sub(r"(<[^>]+>|\s)+", " ", re.sub(r"<noscript>.*?</noscript>", "", main))


def form_in(page: str) -> str:
    found = re.search(r'name="form" value="([^"]+)"', page)
    assert found
    return found[1]


def press(client: Client, path: str, name: str = "once", **sent: Any) -> Any:
    """Press a button of the list's form, for what is chosen on it as it is shown."""
    page = show(client, path)
    chosen = re.findall(r'name="chosen" value="(\d+)"[^>]* checked', page)
    form = {name: "chosen", "chosen": chosen, "form": form_in(page), **sent}
    return client.post(f"{path}/give", form)


def row_of(url: str) -> int:
    """The id of the one row of an address."""
    return PastedAddress.objects.get(reading__url=url).pk


def look_at_pages() -> None:
    """Have a worker look who owns what was flattred."""
    tasks.check_pages()
