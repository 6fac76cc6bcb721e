"""Pages with the first Flattr's code, byte for byte, under its very host names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from accounts.models import User
from buttons.clicks.flattring import flattr_thing
from buttons.models import Flattr, Thing
from flattr import months
from flattr.database import clock
from tests.browser.test_pages import RULES
from tests.buttons.proofs.pages import Answer, Host, host
from tests.world.browsing import signed_in
from tests.world.people import open_budget, person, travel

FLATTR = "http://flattr.com"
API = "http://api.flattr.com"
FRAMES = "http://button.flattr.com"
POST = "http://blog.example/spring"
QUOTED = "http%3A%2F%2Fblog.example%2Fspring"
ODDLY = "?user_id=anna&URL=http://blog.example/?page_id=42&cat=3"

OUR_NAMES = "flattr.com,www.flattr.com,api.flattr.com,button.flattr.com,127.0.0.1"

REFUSED = """
    window.refused = [];
    addEventListener("securitypolicyviolation", (event) => {
        refused.push(`${event.violatedDirective} ${event.blockedURI}`);
    });
"""

THROWN = "window.thrown = []; addEventListener('error', ({ message }) => thrown.push(message));"

# A page may allow our host and nothing else, no style either.
STRICT = f"default-src 'none'; script-src {API}; connect-src {API}"
# What its own inline code needs, where an embed has some.
INLINE = (
    f"default-src 'none'; script-src {API} 'unsafe-inline'; connect-src {API}; "
    "style-src-attr 'unsafe-inline'"
)
FRAMING = (
    f"default-src 'none'; script-src 'unsafe-inline'; frame-src http: {API} {FRAMES}"
)

GLOBALS = f"""
<script type="text/javascript">
var flattr_uid = 'anna'; var flattr_tle = 'Spring notes'; var flattr_dsc = 'What grew';
var flattr_cat = 'text'; var flattr_lng = 'en_GB'; var flattr_tag = 'garden,notes';
var flattr_url = '{POST}';
</script>
<script src="{API}/button/load.js" type="text/javascript"></script>"""

LATER = f"""
<script type="text/javascript">
(function() {{
    var s = document.createElement('script'), t = document.getElementsByTagName('script')[0];
    s.type = 'text/javascript';
    s.async = true;
    s.src = '{API}/js/0.6/load.js?mode=auto&https=0';
    t.parentNode.insertBefore(s, t);
}})();
</script>"""

AUTO = f'<script src="{API}/js/0.6/load.js?mode=auto"></script>'

ANCHOR = f"""
<a class="FlattrButton" style="display:none;" href="{POST}" title=" Spring notes"
 lang="en_GB" %s>What grew</a>"""
# As on a page whose policy takes its own style away.
BARE = ANCHOR.replace(' style="display:none;"', "")
FACTS = "uid:anna;category:text;tags:garden,notes;"

EMBEDS = {
    "A, globals": (INLINE, GLOBALS),
    "A, compact": (
        INLINE,
        f"<script>var flattr_btn = 'compact'; var flattr_hide = '1';</script>{GLOBALS}",
    ),
    "B, rel": (STRICT, BARE % f'rel="flattr;{FACTS}"' + AUTO),
    "B, rev of plugins": (
        INLINE,
        ANCHOR % f'rev="flattr;{FACTS}button:compact;popout:0"' + LATER,
    ),
    "B, data": (
        STRICT,
        BARE % 'data-flattr-uid="anna" data-flattr-button="compact"' + AUTO,
    ),
    "B, own prefix and defaults": (
        STRICT,
        BARE % 'data-f-category="text"'
        + AUTO.replace("auto", "auto&html5-key-prefix=data-f&uid=anna&popout=0"),
    ),
    "B, 0.5 by hand": (
        INLINE,
        f"""<script src="{API}/js/0.5.0/load.js"></script>{ANCHOR % 'rel="flattr;uid:anna"'}
        <script>window.onload = function() {{ FlattrLoader.setup(); }};</script>""",
    ),
    "B, rendered": (
        INLINE,
        f"""<p id="place"></p><script src="{API}/js/0.6/load.js"></script>
        <script>FlattrLoader.addLoadEvent(function() {{ FlattrLoader.render({{uid: 'anna',
        url: '{POST}', title: 'Spring notes', description: 'What grew', tags: 'a,b',
        category: 'text', language: 'en_GB'}}, 'place', 'replace'); }});</script>""",
    ),
    "C, frame": (
        FRAMING,
        f"""<iframe src="{API}/button/view/?uid=anna&url={QUOTED}&title=Spring%20notes"
        width="55" height="62" title="Flattr"></iframe>""",
    ),
    "C, frame by script": (
        FRAMING,
        f"""<div id="place"></div><script>
        document.getElementById('place').innerHTML = '<iframe width="110" height="20" '
        + 'title="Flattr" src="{API}/button/view/?uid=anna&button=compact&language=en_GB'
        + '&url=' + encodeURIComponent('{POST}') + '&e=1"></iframe>';</script>""",
    ),
    "D, frame": (
        FRAMING,
        f"""<iframe src="{FRAMES}/view/?fid=%(fid)s&url={QUOTED}&popout=0"
        width="55" height="62" title="Flattr"></iframe>""",
    ),
}
GENERATIONS = ["A, globals", "B, rel", "C, frame", "D, frame"]


@pytest.fixture
def server_environment() -> dict[str, str]:
    return {"SITE_URL": FLATTR, "ALLOWED_HOSTS": OUR_NAMES}


@pytest.fixture
def blog() -> Iterator[Host]:
    """Anna's, at blog.example."""
    with host() as made:
        yield made


@pytest.fixture
def old_web(
    server: str,
    blog: Host,
    browser_type: BrowserType,
    browser_type_launch_args: dict[str, Any],
) -> Iterator[Browser]:
    """A browser for which flattr.com is the server and blog.example the blog."""
    ours = server.removeprefix("http://")
    there = blog.name.replace("localhost", "127.0.0.1")
    rules = [f"MAP flattr.com {ours}", f"MAP *.flattr.com {ours}"]
    rules += [f"MAP blog.example {there}", "MAP * ~NOTFOUND"]
    flag = f"--host-resolver-rules={','.join(rules)}"
    options = browser_type_launch_args
    opened = browser_type.launch(**{**options, "args": [*options["args"], flag]})
    yield opened
    opened.close()


@pytest.fixture
def reader(server: str) -> User:
    """Rita, in the middle of a month: at its end the confirm page asks once more."""
    travel(months.end(clock.period()) + timedelta(days=10))
    rita = person("rita")
    open_budget(rita)
    return rita


@pytest.fixture
def post(server: str, reader: User) -> Thing:
    """Anna's post, flattred once by somebody."""
    anna, otto = person("anna"), person("otto")
    open_budget(otto)
    made = Thing.objects.create(
        url=POST,
        host="blog.example",
        title="Spring notes",
        owner=anna,
        proved_at=clock.now(),
        proof="by the operator",
        created_at=clock.now(),
    )
    flattr_thing(otto, made)
    return made


@pytest.fixture
def open_page(old_web: Browser) -> Iterator[Callable[..., Page]]:
    contexts: list[BrowserContext] = []

    def open_for(user: User | None = None, **options: Any) -> Page:
        context = old_web.new_context(**options)
        contexts.append(context)
        if user:
            session = signed_in(user).cookies["s"].value
            context.add_cookies([{"name": "s", "value": session, "url": FLATTR}])
        page = context.new_page()
        page.add_init_script(REFUSED)
        return page

    yield open_for
    for context in contexts:
        context.close()


Open = Callable[..., Page]


def put(blog: Host, body: str, policy: str, path: str = "/spring") -> str:
    """Let a page with an embed be there; its address."""
    text = f'<!doctype html><html lang="en"><title>Spring</title><main>{body}</main>'
    blog.pages[path] = Answer(
        text.encode(), headers={"Content-Security-Policy": policy}
    )
    return f"http://blog.example{path}"


def button_of(page: Page) -> Any:
    framed = page.locator("iframe").count() > 0
    place: Any = page.frame_locator("iframe") if framed else page
    return place.get_by_role("link", name="Flattr")


def keep_picture(page: Page, name: str) -> None:
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=Path(folder) / f"embed {name}.png")


@pytest.mark.parametrize(
    "names",
    [
        GENERATIONS,
        pytest.param(sorted({*EMBEDS} - {*GENERATIONS}), marks=pytest.mark.all),
    ],
    ids=["one of each generation", "all others"],
)
def test_an_old_page_shows_its_count_and_leads_to_a_flattr(
    names: list[str], blog: Host, post: Thing, reader: User, open_page: Open
) -> None:
    """And its policy refuses nothing, and axe finds nothing."""
    page = open_page(reader)
    for name in names:
        policy, body = EMBEDS[name]
        page.goto(put(blog, named(body, post), policy))
        button = button_of(page)

        expect(button.locator("b")).to_have_text("1")
        compact = "compact" in body or "compact" in name
        box = button.bounding_box()
        assert (box["width"], box["height"]) == ((110, 20) if compact else (55, 62))
        assert (button.get_attribute("title") is None) == ("popout" in body)
        keep_picture(page, name)
        assert page.evaluate("refused") == []
        assert Axe().run(page, options=RULES).response["violations"] == []

        with page.expect_popup() as opened:
            button.click()
        flattr_and_undo(opened.value, reader, post)


def flattr_and_undo(window: Page, reader: User, post: Thing) -> None:
    window.wait_for_url(f"{FLATTR}/submit/auto?*")
    expect(window.locator("main")).to_contain_text("by anna")
    ready = window.get_by_role("button", name="Flattr this", disabled=False)
    expect(ready).not_to_have_attribute("aria-disabled", "true")
    ready.click()
    expect(window.locator("h1")).to_contain_text("is in your")
    assert Flattr.objects.filter(reader=reader, thing=post).count() == 1
    window.get_by_role("button", name="Undo").click()
    expect(window.locator("h1")).to_contain_text("Not flattred")
    window.close()


@pytest.mark.all
def test_a_keyboard_and_a_screen_reader_reach_every_generation(
    blog: Host, post: Thing, reader: User, open_page: Open
) -> None:
    page = open_page(reader)
    for name in GENERATIONS:
        policy, body = EMBEDS[name]
        page.goto(put(blog, named(body, post), policy))
        button = button_of(page)
        expect(button.locator("b")).to_have_text("1")
        title = f"http://{post.host}/spring" if name == "D, frame" else post.title
        told = button.evaluate("link => link.textContent")
        assert " ".join(told.split()) == f"Flattr {title} 1"

        page.keyboard.press("Tab")
        expect(button).to_be_focused()
        with page.expect_popup() as opened:
            page.keyboard.press("Enter")
        opened.value.wait_for_url(f"{FLATTR}/submit/auto?*")
        expect(opened.value.locator("main")).to_contain_text("by anna")


def named(body: str, post: Thing) -> str:
    assert post.owner
    return body.replace("%(fid)s", post.owner.public_id)


@pytest.mark.all
def test_twenty_buttons_cost_two_requests(
    blog: Host, post: Thing, open_page: Open
) -> None:
    """And know nobody: no cookie, no storage, and the policy refuses nothing."""
    anchor = BARE % f'rel="flattr;{FACTS}"'
    for policy, button, script in [(INLINE, GLOBALS, ""), (STRICT, anchor, AUTO)]:
        others = [
            button.replace(POST, f"http://blog.example/{number}")
            for number in range(19)
        ]
        page = open_page()
        ours = Requests(page, "flattr.com")
        page.goto(put(blog, "".join([button, *others, script]), policy))

        expect(page.locator("main a b")).to_have_text(["1", *["0"] * 19])
        page.wait_for_timeout(300)
        assert len(ours.asked) == 2, ours.asked
        assert not any("Cookie" in request["headers"] for request in ours.asked)
        assert page.context.cookies() == []
        assert page.evaluate("localStorage.length + sessionStorage.length") == 0
        assert page.evaluate("refused") == []


class Requests:
    """What a page asks of hosts whose name holds a word, beside what it has already."""

    def __init__(self, page: Page, word: str) -> None:
        self._word = word
        self._all: dict[str, dict[str, Any]] = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._sent)
        session.on("Network.requestServedFromCache", self._from_cache)

    @property
    def asked(self) -> list[dict[str, Any]]:
        return [asked for asked in self._all.values() if self._word in asked["url"]]

    def _sent(self, event: dict[str, Any]) -> None:
        self._all[event["requestId"]] = event["request"]

    def _from_cache(self, event: dict[str, Any]) -> None:
        self._all.pop(event["requestId"], None)


@pytest.mark.all
def test_the_count_is_asked_again_after_a_flattr(
    blog: Host, post: Thing, reader: User, open_page: Open
) -> None:
    policy, body = EMBEDS["B, rel"]
    page = open_page(reader)
    page.goto(put(blog, body, policy))
    button = button_of(page)
    expect(button.locator("b")).to_have_text("1")
    with page.expect_popup():
        button.click()
    flattr_thing(reader, post)

    page.evaluate("dispatchEvent(new Event('focus'))")

    expect(button.locator("b")).to_have_text("2")


@pytest.mark.all
def test_a_plugin_connects(blog: Host, reader: User, open_page: Open) -> None:
    """T26: a page names the site, and only its button tells it anything."""
    blog.pages["/admin.php?page=flattr"] = Answer(b"Not connected")
    told = f"/admin.php?page=flattr&FlattrId={reader.pk}&FlattrUsername=rita"
    blog.pages[told] = Answer(b"Connected")
    page = open_page(reader)
    page.goto(
        f"{FLATTR}/login?idCallback=http%3A%2F%2Fblog.example%2Fadmin.php%3Fpage%3Dflattr"
    )
    expect(page.locator("h1")).to_contain_text("Tell blog.example who you are?")
    assert blog.asked == []
    tell = page.get_by_role("button", name="Tell it")
    expect(tell).not_to_have_attribute("aria-disabled", "true")

    tell.click()

    expect(page.locator("body")).to_have_text("Connected")
    assert page.url == f"http://blog.example{told}"


@pytest.mark.all
def test_a_plugin_s_own_buttons_and_what_is_odd(
    blog: Host, post: Thing, open_page: Open
) -> None:
    """Quotes as WordPress escaped them, links without an address, three ways to put a
    button, a link that leads to us already, options that every button gets."""
    odd = f"""
    <a class="post FlattrButton" href="{POST}" title="My \\" rev="flattr;uid:anna;tags:a\\'b;x"> </a>
    <a class="FlattrButton" rel="flattr;uid:anna;owner:email:0a1b">No address</a>
    <a class="FlattrButton" href="http://" rel="nofollow">Broken</a>
    <a class="FlattrButton" href="{API}/submit/auto?user_id=anna&amp;url={QUOTED}">Flattr this</a>
    <a class="FlattrButton" href="https://www.flattr.com/submit/auto/?url={QUOTED}&amp;title=T">x</a>
    <a class="FlattrButton" href="http://other.example/submit/auto?url={QUOTED}">Theirs</a>
    <a id="three" href="{POST}" rel="flattr;uid:anna">Not marked</a>
    <p id="one"><i id="two"></i></p>
    <a class="FlattrButton" href="{API}/submit/auto/{ODDLY}">Unencoded</a>
    <script src="{API}/js/0.6/load.js?mode=auto&category=audio&revsharekey=k"></script>
    <script>window.onload = function() {{
        FlattrLoader.render({{url: '/relative', hidden: true}}, 'one');
        FlattrLoader.render({{}}, document.getElementById('two'), 'before');
        FlattrLoader.render({{url: '/lost'}}, 'nowhere', 'replace');
        FlattrLoader.render({{url: '/lost'}}, null);
        FlattrLoader.render({{url: '/lost'}});
        FlattrLoader.render({{url: '/lost'}}, document, 'before');
        FlattrLoader.loadButton(document.getElementById('three'));
        FlattrLoader.loadButton(document.getElementById('four'));
        FlattrLoader.setup();
    }};</script>"""
    page = open_page()
    page.add_init_script(THROWN)
    page.goto(put(blog, odd, INLINE, "/odd?a=1"))
    links = page.locator("main a")
    expect(links).to_have_count(10)

    said = [
        dict(pairs)
        for pairs in links.evaluate_all(
            "links => links.map(link => [...new URL(link.href).searchParams])"
        )
    ]

    here = "http://blog.example/odd?a=1"
    assert said[0] | {} == {
        "url": POST, "user_id": "anna", "title": "My", "tags": "a'b",
        "category": "audio", "revsharekey": "k",
    }  # fmt: skip
    assert (said[1]["url"], said[1]["owner"]) == (here, "email:0a1b")
    assert said[2]["url"].startswith("http:")
    assert (said[3]["url"], said[3]["user_id"]) == (POST, "anna")
    assert "description" not in said[3]
    assert (said[4]["url"], said[4]["title"]) == (POST, "T")
    assert said[5]["url"].startswith("http://other.example/submit/auto?")
    assert (said[6]["url"], said[6]["user_id"]) == (POST, "anna")
    assert (said[7]["url"], "hidden" in said[7]) == (here, False)
    assert said[8]["url"] == "http://blog.example/relative"
    assert said[8]["hidden"] == "true"
    # What a link sends when it is clicked is what it sends as a button.
    assert links.nth(9).evaluate("link => link.search") == ODDLY
    assert page.evaluate("thrown") == []
    assert page.evaluate("refused") == []
