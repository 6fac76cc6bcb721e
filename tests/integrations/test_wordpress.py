"""The plugin in a real WordPress: Anna switches it on, writes a post, and is flattred."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect
from pytest_django import Settings

from accounts.models import User
from buttons.models import Flattr, Promise, Thing
from buttons.things.snippets import snippets
from buttons.things.submitting import Submission
from tests.browser.conftest import OpenPage, open_page
from tests.hostility import needs_program
from tests.integrations import wordpress
from tests.integrations.test_generators import Buttons
from tests.integrations.wordpress import INSTALLED, PROGRAMS, THEME, Blog
from tests.world.people import open_budget, person

__all__ = ["open_page"]

pytestmark = pytest.mark.integrations

TITLE = 'Tom & "Jerry": 100 % + ümlaut'
ATOM = "{http://www.w3.org/2005/Atom}link"


@pytest.fixture(scope="module")
def installed(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Blog]:
    for program, package in PROGRAMS.items():
        needs_program(pytestconfig, program, package)
    if not (INSTALLED / "wp-content" / "themes" / THEME).is_dir():
        pytest.skip(f"Its theme is not installed: {PROGRAMS['php']}")
    with wordpress.blog(tmp_path_factory.mktemp("blog")) as made:
        yield made


@pytest.fixture
def blog(installed: Blog, settings: Settings) -> Iterator[Blog]:
    """As it was just installed. What PHP complains of is no user's to find."""
    settings.PROOF_HOSTS = [installed.host]
    installed.log.unlink(missing_ok=True)
    installed.php(
        "delete_option('flattr_button'); delete_metadata('user', 0, 'flattr_name', '', true);"
        "foreach (get_posts(['numberposts' => -1]) as $one) wp_delete_post($one->ID, true);"
    )
    yield installed
    said = installed.log.read_text() if installed.log.exists() else ""
    assert "flattr-button" not in said, said


@pytest.fixture
def server_environment(blog: Blog) -> dict[str, str]:
    return {"FLATTR_PROOF_HOSTS": blog.host}


@pytest.fixture
def rita(server: str) -> User:
    rita = person("rita")
    open_budget(rita)
    return rita


def choose(blog: Blog, site: str, **more: object) -> None:
    values = {"site": site, "name": "anna", **more}
    blog.php(
        f"update_option('flattr_button', json_decode('{json.dumps(values)}', true));"
    )


def write(
    blog: Blog, slug: str, content: str = "About puddles.", **more: object
) -> str:
    """Publish a post; its address."""
    post = {
        "post_title": TITLE,
        "post_name": slug,
        "post_content": content,
        "post_status": "publish",
        "post_author": 1,
        "tags_input": ["cats & mice", "ümlaut"],
        **more,
    }
    told = json.dumps(post).replace("\\", "\\\\").replace("'", "\\'")
    return blog.php(
        f"echo get_permalink(wp_insert_post(wp_slash(json_decode('{told}', true))));"
    )


def button_of(url: str, server: str, settings: Settings, **more: str) -> object:
    """What our own page gives for the post."""
    settings.SITE_URL = server
    about = Submission(
        url,
        "anna",
        title=TITLE,
        description="About puddles.",
        language="en_US",
        tags=["cats & mice", "ümlaut"],
    )
    return Buttons(snippets(about)[0].code).found


def test_from_the_settings_to_a_proved_flattr(
    blog: Blog, server: str, rita: User, open_page: OpenPage, settings: Settings
) -> None:
    anna = person("anna")
    url = write(blog, "puddles")
    assert not Buttons(blog.read("/puddles/")).found

    set_up(open_page(), blog, server, anna)

    page = blog.read("/puddles/")
    assert Buttons(page).found == button_of(url, server, settings)
    assert f'<meta name="flattr:id" content="{anna.public_id}">' in page
    assert "button.js" not in page

    reader = open_page(rita)
    reader.goto(url)
    reader.get_by_role("link", name="Flattr this").click()
    expect(reader.locator("main")).to_contain_text(TITLE)
    reader.wait_for_timeout(1_000)
    reader.get_by_role("button", name="Flattr this").click()
    expect(reader).to_have_url(re.compile("/flattr/done/"))
    assert Promise.objects.filter(reader=rita).exists()

    call_command("tick")

    thing = Thing.objects.get()
    assert (thing.url, thing.owner, thing.proved) == (url, anna, True)
    assert Flattr.objects.get(reader=rita).creator == anna


def sign_in(page: Page, blog: Blog) -> None:
    """In the blog's own administration, which PHP serves in no hurry."""
    page.set_default_timeout(30_000)
    page.goto(f"{blog.address}/wp-login.php")
    page.fill("#user_login", wordpress.NAME)
    page.fill("#user_pass", wordpress.PASSWORD)
    page.click("#wp-submit")


def set_up(page: Page, blog: Blog, server: str, anna: User) -> None:
    """Anna fills in the settings page; her browser finds her."""
    sign_in(page, blog)
    page.goto(f"{blog.address}/wp-admin/options-general.php?page=flattr-button")
    expect(page.locator(".wrap")).to_contain_text("It appears here when")
    page.get_by_label("Platform").fill(f"{server}/")
    page.get_by_label("Your username there").fill("nobody-at-all")
    page.get_by_label("Your id there").focus()
    expect(page.locator("#flattr-found")).to_have_text(
        "Nobody there is called nobody-at-all."
    )
    page.get_by_label("Your username there").fill("anna")
    page.get_by_label("Your id there").focus()
    expect(page.locator("#flattr-found")).to_have_text("anna has an account there.")
    expect(page.get_by_label("Your id there")).to_have_value(anna.public_id)
    page.get_by_role("button", name="Save Changes").click()
    expect(page.locator(".wrap a.FlattrButton")).to_have_text("Flattr this")


def test_what_is_no_address_or_name_is_refused_in_a_sentence(
    blog: Blog, server: str, open_page: OpenPage
) -> None:
    choose(blog, server)
    page = open_page()
    sign_in(page, blog)
    page.goto(f"{blog.address}/wp-admin/options-general.php?page=flattr-button")

    page.get_by_label("Platform").fill("http://flattr.example/path")
    page.get_by_label("Your username there").fill("not a name")
    page.get_by_role("button", name="Save Changes").click()

    expect(page.locator("#wpbody")).to_contain_text("begins with https://")
    expect(page.locator("#wpbody")).to_contain_text("That is no username")
    expect(page.get_by_label("Platform")).to_have_value(server)
    expect(page.get_by_label("Your username there")).to_have_value("anna")


def test_feeds_have_the_link_and_the_payment_link(blog: Blog, server: str) -> None:
    choose(blog, server)
    write(blog, "puddles")
    (button,) = Buttons(blog.read("/puddles/")).found

    rss = fromstring(blog.read("/feed/"))  # noqa: S314 (our own)
    atom = fromstring(blog.read("/feed/atom/"))  # noqa: S314

    for feed in (rss.iter("item"), atom.iter("{http://www.w3.org/2005/Atom}entry")):
        (entry,) = feed
        (payment,) = (
            one.get("href") for one in entry.iter(ATOM) if one.get("rel") == "payment"
        )
        link = f'<a class="FlattrButton" data-flattr-uid="anna" href="{payment}">Flattr this</a>'
        assert Buttons(link).found == [button]
        assert "FlattrButton" in "".join(entry.itertext())


def test_an_author_has_their_own_button_and_a_block_its_place(
    blog: Blog, server: str
) -> None:
    """A post with the block has one button, where the block is; one by Bob names Bob."""
    choose(blog, server)
    block = "<p>Before</p><!-- wp:flattr/button /--><p>After</p>"
    write(blog, "block", block)
    bobs = blog.php(
        "$id = username_exists('bob') ?: wp_create_user('bob', 'x', 'bob@blog.example');"
        "update_user_meta($id, 'flattr_name', 'bobby'); echo $id;"
    )
    write(blog, "bobs", post_author=int(bobs))

    page = blog.read("/block/")
    assert len(Buttons(page).found) == 1
    assert page.index(">Before<") < page.index("FlattrButton") < page.index(">After<")
    (button,) = Buttons(blog.read("/bobs/")).found
    assert (button.name, ("user_id", "bobby") in button.says) == ("bobby", True)


def test_the_editor_knows_the_block(
    blog: Blog, server: str, open_page: OpenPage
) -> None:
    choose(blog, server)
    page = open_page()
    sign_in(page, blog)

    page.goto(f"{blog.address}/wp-admin/post-new.php")
    page.wait_for_function("window.wp && wp.blocks && wp.data.select('core/editor')")
    page.evaluate(
        "wp.data.dispatch('core/block-editor').insertBlock("
        "wp.blocks.createBlock('flattr/button'))"
    )

    block = page.locator(".wp-block-flattr-button")
    expect(block).to_contain_text("Flattr this", timeout=20_000)


def test_the_count_is_loaded_only_if_wanted_and_a_protected_post_says_nothing(
    blog: Blog, server: str
) -> None:
    choose(blog, server, script=True)
    write(blog, "secret", "The safe is behind the puddle.", post_password="x")

    page = blog.read("/secret/")

    assert re.search(rf"<script[^>]* async[^>]* src=['\"]{server}/button\.js", page)
    assert "behind the puddle" not in page
    assert "behind%20the" not in page


def test_it_leaves_nothing_behind(blog: Blog, server: str) -> None:
    choose(blog, server)
    blog.php("update_user_meta(1, 'flattr_name', 'anna');")

    left = blog.php(
        "define('WP_UNINSTALL_PLUGIN', 'flattr-button/flattr.php');"
        "require WP_PLUGIN_DIR . '/flattr-button/uninstall.php';"
        "var_export([get_option('flattr_button'), get_user_meta(1, 'flattr_name', true)]);"
    )

    assert re.sub(r"\s", "", left) == "array(0=>false,1=>'',)"


def test_the_header_claims_what_was_tried(blog: Blog) -> None:
    """WordPress and PHP, in the plugin's header and in its readme."""
    here = blog.php("global $wp_version; echo $wp_version, ' ', PHP_VERSION;").split()
    header = (wordpress.PLUGIN / "flattr.php").read_text()
    readme = (wordpress.PLUGIN / "readme.txt").read_text()

    claimed = (
        re.search(r"Requires at least: +(\S+)", header),
        re.search(r"Requires PHP: +(\S+)", header),
    )
    for found, version in zip(claimed, here, strict=True):
        assert found is not None
        assert version.startswith(found[1])
    assert f"Requires at least: {claimed[0][1]}" in readme  # type: ignore[index]
    assert f"Tested up to: {claimed[0][1]}" in readme  # type: ignore[index]


def test_the_blogs_server_asks_nobody(blog: Blog, tmp_path: Path) -> None:
    """No function of the plugin's asks over the network."""
    for file in wordpress.PLUGIN.rglob("*.php"):
        text = file.read_text()
        assert not re.search(
            r"wp_(safe_)?remote_|curl_|fsockopen|file_get_contents", text
        )
