"""Pages are taken apart as a browser takes them apart (T18)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from playwright.sync_api import Page

from buttons.reading.markup import Tag, tags

BUTTON = '<a href="/bob">'
READS = """(texts) => texts.map((text) => {
    const page = new DOMParser().parseFromString(text, "text/html");
    return [...page.querySelectorAll("a, base, iframe, link, meta, script, title")]
        .filter((one) => !one.closest("noscript"))
        .map((one) => [one.localName, Object.fromEntries([...one.attributes].map(
            ({ name, value }) => [name, value]))]);
})"""

# Foreign content (svg, math) is read as HTML, so it is left out here.
pieces = st.sampled_from(
    [
        *("<a ", "<a href=", "<link ", "<meta content=", "<p>", "<p ", "</p ", "</a"),
        *("<script>", "</script>", "<SCRIPT ", "</script ", "<script/>", "</ſcript>"),
        *("<style>", "</style>", "<textarea>", "</textarea/>", "<title>", "</title>"),
        *("<template>", "</template>", "<iframe src=x>", "</iframe>", "<xmp>"),
        *("</xmp>", "<!--", "-->", "--!>", "<!-->", "<!--->", "<!", "<?", "</", "</>"),
        *("<![CDATA[", "]]>", "<!doctype x '>'>", "</plaintext>", "<LIN\u212a rel=a>"),
        *("x", " ", "\n", "\f", "\r", "\x0b", "\xa0", "\x1c", "/", ">", "<", "=", '"'),
        *(
            "'",
            "`",
            "&",
            ";",
            "&amp",
            "&amp;",
            "&section=",
            "&copy=",
            "&notin;",
            "&not",
        ),
        *(
            "&#0;",
            "&#x80;",
            "&#129",
            "&#xD800;",
            "&#9999999999;",
            "&#1;",
            "&#x26",
            "rel=me",
        ),
        *("a", "b=c", "x='y'", 'href="', "HREF=", "\0", BUTTON),
    ]
)
texts = st.lists(pieces, min_size=1, max_size=14).map("".join)


def once(found: list[tuple[str, dict[str, str]]]) -> set[str]:
    """Each tag once: browsers may repeat one that was not closed."""
    return {repr((name, sorted(given.items()))) for name, given in found}


@budget(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=st.lists(texts, min_size=200, max_size=200))
def test_a_browser_finds_the_same_tags(page: Page, batch: list[str]) -> None:
    """T18: whatever got into Bob's page."""
    for text, read in zip(batch, page.evaluate(READS, batch), strict=True):
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        found = [(tag.name, tag.given) for tag in tags(lines) if not tag.inside]
        assert once(found) == once(read), text


@pytest.mark.parametrize(
    "html",
    [
        "<!-- --!>{}",
        "<!--><b>{}<!-- -->",
        "<script><!-- <script> </script> --></script>{}",
        "<p title='&lt;template>'>{}",
        "<template><template></template></template>{}",
        "<xmp></xmp \n>{}",
        "<style></style/>{}",
    ],
)
def test_what_browsers_show_is_found(html: str) -> None:
    found = [tag for tag in tags(html.format(BUTTON)) if tag.name != "script"]

    assert found == [Tag("a", {"href": "/bob"})]


@pytest.mark.parametrize(
    "html",
    [
        "<!--!>{}-->",
        "<plaintext></plaintext>{}",
        "<script><!-- <script></script>{}</script>-->",
        "<script></\u017fcript>{}</script>",
        "<textarea></textarea\xa0>{}</textarea>",
        "</p title='{}'>",
        '<p title="{}',
        "<lin\u212a rel=me href=/bob>",
    ],
)
def test_what_browsers_do_not_take_for_a_tag_is_not_found(html: str) -> None:
    """Comments, plain text and foreign markup name no owner (T18)."""
    assert [tag.name for tag in tags(html.format(BUTTON)) if tag.name != "script"] == []


def test_what_browsers_do_not_show_is_found_apart() -> None:
    hidden = f"<noscript><p title='</noscript>'>{BUTTON}"
    assert [*tags(hidden)] == [Tag("a", {"href": "/bob"})]
    for name in ("noscript", "template"):
        [tag] = tags(f"<{name}>{BUTTON}</{name}>")
        assert tag.inside == name


def test_titles_say_what_browsers_show(page: Page) -> None:
    """Anna's post has an ampersand in its title, Bob's never ends."""
    for html in (
        "<title>Q&amp;A &copy=&#8364; <b>so</b></title><p>x",
        "<TITLE lang=en>\n Moths </TITLE/>",
        "<!-- <title>no</title> --><title>One</title><title>Two</title>",
        "<title>never ends &eacute",
    ):
        first = next(tag for tag in tags(html) if tag.name == "title")
        page.set_content(html)
        assert " ".join(first.text.split()) == page.title(), html


def test_a_title_without_end_is_read_as_far_as_anybody_wants() -> None:
    [tag] = tags("<title>" + "&#" + "9" * 100_000)

    assert len(tag.text) <= 1_000


def test_an_xhtml_page_closes_its_scripts_at_once() -> None:
    """Bob's page came as application/xhtml+xml."""
    page = f'<head><script src="/a.js"/><title/></head><![CDATA[{BUTTON}]]>{BUTTON}'

    assert [tag.name for tag in tags(page, xml=True)] == ["script", "title", "a"]
    assert [tag.name for tag in tags(page)] == ["script"]
