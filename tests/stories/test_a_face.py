"""From a file to a face and back to a pattern, in two real browsers: Nora sends her
picture, everybody sees it, and Ada takes it down."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from buttons.pictures import picture_making
from local.cast import PASSWORD
from tests.browser.conftest import OpenPage, SignIn, open_page
from tests.buttons.pictures.files import photograph

__all__ = ["open_page"]

SHOWN = 'main img.face[src^="/picture/"]'
PATTERN = 'main img.face[src^="/pattern/"]'


@pytest.mark.all
def test_nora_shows_her_face_until_staff_take_it_down(
    demo: str, sign_in: SignIn, open_page: OpenPage, tmp_path: Path
) -> None:
    """A wrong file is refused in words; nothing here needs a script."""
    nora = sign_in("nora@demo.example", PASSWORD, java_script_enabled=False)
    ada = sign_in("ada@demo.example", PASSWORD)
    stranger = open_page()
    letter, photo, film = (tmp_path / name for name in ("a.pdf", "me.jpg", "film.jpg"))
    letter.write_bytes(b"%PDF-1.7 not a picture")
    photo.write_bytes(photograph())
    film.write_bytes(bytes(20_000_000))

    nora.goto("/settings/face")
    expect(nora.locator(PATTERN)).to_be_visible()
    send(nora, film)
    expect(nora.locator("main")).to_contain_text("The file is larger than 5 MB.")
    send(nora, letter)
    expect(nora.locator("main")).to_contain_text("Your picture is being made.")
    picture_making.make_files()
    nora.get_by_role("link", name="Load again").click()
    expect(nora.locator("main")).to_contain_text("not a picture that we can read")

    send(nora, photo)
    picture_making.make_files()
    nora.get_by_role("link", name="Load again").click()
    expect(nora.locator(SHOWN)).to_be_visible()
    assert loaded(nora.locator(SHOWN)) == 256
    stranger.goto("/@nora")
    assert loaded(stranger.locator(SHOWN)) == 256

    stranger.get_by_role("link", name="Report").click()
    stranger.get_by_label("Only the picture is wrong").check()
    stranger.get_by_role("button", name="Report it").click()
    take_down(ada)

    stranger.goto("/@nora")
    expect(stranger.locator(PATTERN)).to_be_visible()
    nora.goto("/settings/face")
    expect(nora.locator("main")).to_contain_text(
        "Our staff have taken this picture down"
    )
    send(nora, photo)
    picture_making.make_files()
    nora.get_by_role("link", name="Load again").click()
    expect(nora.locator("main")).to_contain_text(
        "Our staff have taken this picture down"
    )
    expect(nora.locator(PATTERN)).to_be_visible()


def send(page: Page, file: Path) -> None:
    page.get_by_label("A picture from your device").set_input_files(file)
    page.get_by_role("button", name="Send").click()


def loaded(picture: object) -> int:
    """How many pixels wide a picture is that the browser has loaded."""
    width: int = picture.evaluate("async (img) => { await img.decode(); return img.naturalWidth }")  # type: ignore[attr-defined]  # fmt: skip
    return width


def take_down(ada: Page) -> None:
    ada.goto("/admin/buttons/report/")
    ada.locator("#result_list tr", has_text="nora").get_by_role("link").first.click()
    assert loaded(ada.locator(".field-picture_ img")) == 256
    ada.get_by_role("link", name="Take the picture down").click()
    ada.get_by_label("The reason").fill("It is the face of somebody else.")
    ada.get_by_role("button", name="Take the picture down").click()
    expect(ada.locator("main")).to_contain_text("picture taken down")
