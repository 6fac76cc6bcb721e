"""Which picture a page names, and which icon."""

from __future__ import annotations

import pytest

from buttons.reading.fetching import Page
from buttons.reading.page_pictures import shown_by

HOST = "https://bob.example"
ICO = f"{HOST}/favicon.ico"


@pytest.mark.parametrize(
    ("html", "image"),
    [
        ("", ""),
        ('<meta property="og:image" content="/a.png">', f"{HOST}/a.png"),
        ('<meta property="og:image" content="">', ""),
        ('<meta property="og:image" content="data:image/png;base64,AA">', ""),
        ('<meta property="og:image" content="javascript:alert(1)">', ""),
        ('<meta property="og:image" content="http://[x/">', ""),
        ('<META NAME=" OG:Image " CONTENT="a.png?b&amp;c">', f"{HOST}/blog/a.png?b&c"),
        ("<meta property=og:image content=//c.example/1>", "https://c.example/1"),
        (
            "<meta property=og:image content=/1><meta property=og:image content=/2>",
            f"{HOST}/1",
        ),
        (
            "<meta name=twitter:image content=/t><meta property=og:image content=/o>",
            f"{HOST}/o",
        ),
        ("<meta name=twitter:image content=/t>", f"{HOST}/t"),
        (
            "<meta property=og:image content=data:,>"
            "<meta property=og:image:secure_url content=/s>",
            f"{HOST}/s",
        ),
        ("<!-- <meta property=og:image content=/a> -->", ""),
        ("<template><meta property=og:image content=/a></template>", ""),
        (
            "<base href=https://d.example/x/><meta property=og:image content=a>",
            "https://d.example/x/a",
        ),
    ],
)
def test_the_picture_of_a_page(html: str, image: str) -> None:
    assert shown_by(Page(f"{HOST}/blog/", html)).image == image


@pytest.mark.parametrize(
    ("html", "icon"),
    [
        ("", ICO),
        ("<link rel=icon href=/16.png>", f"{HOST}/16.png"),
        ("<link rel=icon type=image/svg+xml href=/i>", ICO),
        ("<link rel=icon href=/i.SVG>", ICO),
        ("<link rel=icon href=data:image/png;base64,AA>", ICO),
        (
            "<link rel='shortcut icon' href=/16 sizes=16x16>"
            "<link rel=icon href=/64 sizes='32x32 64X64'>"
            "<link rel=icon href=/x sizes=any>",
            f"{HOST}/64",
        ),
        (
            "<link rel=icon href=/512 sizes=512x512>"
            "<link rel=apple-touch-icon href=/180>",
            f"{HOST}/180",
        ),
        ("<link rel=icon href=/i sizes=99999999999x1>", f"{HOST}/i"),
    ],
)
def test_the_icon_of_a_page(html: str, icon: str) -> None:
    assert shown_by(Page(f"{HOST}/blog/", html)).icon == icon
