"""One link, one meaning: what a click on an auto-submit link flattrs is what the link
proves where it stands, read by a browser on one side and by us on the other (T18)."""

from __future__ import annotations

from html import escape
from urllib.parse import quote, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as budget
from hypothesis import strategies as st
from playwright.sync_api import Page as Browser

from accounts.models import User
from buttons.proofs import evidence
from buttons.proofs.evidence import Evidence
from buttons.reading.fetching import Page
from buttons.things.submitting import Submission
from tests.buttons.proofs.pages import counting

HOST = "127.0.0.1:8000"
SITE = f"http://{HOST}"
PAGE = "https://anna.example/?page_id=42&cat=3"
SONG = "https://kit.example/song"
NESTED = f"{SITE}/submit/auto?user_id=kit&url={quote(PAGE, safe='')}"
CLICKS = """([base, pages]) => pages.map((html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    page.head.append(Object.assign(page.createElement("base"), { href: base }));
    return [...page.querySelectorAll("a")].map((link) => link.href);
})"""

starts = st.sampled_from(
    [
        *[f"{SITE}/submit/auto?"] * 3,
        *[f"//{HOST}/submit/auto?", f"{SITE}/submit/auto/?"] * 2,
        *(
            f" \n{SITE}/sub\tmit/auto?",
            f"HTTP://{HOST}/submit/auto?a#?",
            "/submit/auto?",
        ),
        *("https://flattr.com/submit/auto?", f"{SITE}/submit/./auto?"),
        *(f"http:\\\\{HOST}/submit/auto?", f"{SITE}/submit/auto?%", f"{SITE}/?"),
    ]
)
keys = st.sampled_from(
    [
        *["url", "user_id"] * 2,
        *("URL", "User_ID", "uid", "fid", "%75rl", "amp;url", " url ", "u\nrl"),
        *("title", "section", "copy", "not", "x", "url%5B%5D", ""),
    ]
)
pages = st.sampled_from([PAGE, quote(PAGE, safe=""), SONG])
values = st.sampled_from(
    [
        *[PAGE, quote(PAGE, safe=""), "kit", "mallory"] * 2,
        *(quote(quote(PAGE, safe=""), safe=""), SONG, quote(SONG, safe="")),
        *(quote(NESTED, safe=""), NESTED, NESTED.replace(HOST, "flattr.com")),
        *(f"{PAGE}#top", f"{PAGE}&x=1", PAGE.upper(), f" {PAGE}+", f"{PAGE}\u200d"),
        *("", "%00", "é", "%E9", "&#0;", "Kit", "k\u0130t", "bob'"),
    ]
)
joints = st.sampled_from(
    [*["&"] * 6, "&amp;", "&amp;", "&amp", "&amp;amp;", ";", "%26", "#", "&\n", "?"]
)
rels = st.sampled_from(["", "", "", " rel=payment", " rel='me payment'", " rel=ugc"])


@st.composite
def links(draw: st.DrawFn) -> str:
    """A link as somebody may have written it into a page."""
    href = draw(starts)
    right = [("user_id", "kit"), ("url", draw(pages))]
    wrong = draw(st.lists(st.tuples(keys, values), max_size=2))
    for key, value in draw(st.permutations([*right, *wrong])):
        href += f"{key}={value}{draw(joints)}"
    if draw(st.booleans()):
        href = escape(href)
    mark = draw(st.sampled_from(['"', '"', "'", ""]))
    return f"<a href={mark}{href}{mark}{draw(rels)}>x</a>"


def asked(client: Client, href: str) -> Submission | None:
    """What the confirm page behind a link asks about."""
    parts = urlsplit(href)
    if parts.netloc != HOST:
        return None
    page = client.get(parts.path, QUERY_STRING=parts.query, follow=True)
    question = page.context["question"] if page.status_code == 200 else None
    return question.submission if question else None


@budget(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(batch=st.lists(links(), min_size=200, max_size=200))
def test_a_link_proves_what_a_click_on_it_flattrs(
    db: None, client: Client, page: Browser, batch: list[str]
) -> None:
    """T18: proving implies that clicking flattrs this very page, for that very name."""
    hrefs = page.evaluate(CLICKS, [PAGE, batch])

    for html, there in zip(batch, hrefs, strict=True):
        for proof in counting(html, PAGE):
            clicked = [asked(client, href) for href in there]
            assert [
                (said.url, said.owner_name.lower(), said.by_id)
                for said in clicked
                if said is not None
            ] == [(PAGE, proof.name, proof.by_id)], html


def test_a_link_that_flattrs_another_page_proves_nothing(bob: User) -> None:
    """T18: Kit's link in a comment on Anna's page, for a song of Kit's."""
    song = quote(SONG, safe="")
    for html in (
        f'<a href="{SITE}/submit/auto?user_id=kit&amp;amp;url={song}">',
        f'<a href="{SITE}/submit/auto?user_id=kit">',
        f'<a href="{SITE}/submit/auto?user_id=kit&url=">',
        f'<a href="{SITE}/submit/auto?user_id=kit&url={PAGE}&URL={song}">',
        f'<a href="{SITE}/submit/auto?user_id=kit#&url={PAGE}">',
        f'<a href="{SITE}/submit/auto?url={quote(NESTED, safe="")}">',
    ):
        assert counting(html, PAGE) == [], html


@pytest.mark.parametrize(
    "href",
    [
        f"{SITE}/submit/auto?user_id=anna&url={PAGE}",
        f"{SITE}/submit/auto?url={PAGE}&user_id=anna",
        f"{SITE}/submit/auto/?user_id=anna&amp;url={quote(PAGE, safe='')}",
        f"//{HOST}/submit/auto?user_id=anna&amp;url={quote(PAGE, safe='')}",
        f"{SITE}/submit/auto?section=1&user_id=anna&section=2&url={PAGE}",
        f"{SITE}/submit/auto?user_id=kit&user_id=anna&url={PAGE}",
        f"{SITE}/submit/auto?user_id=anna&URL={PAGE}",
        f"{SITE}/submit/auto?user_id=anna&amp;amp;url={quote(PAGE, safe='')}",
        f" \n{SITE}/submit/auto?user_id=anna&\nurl={quote(PAGE, safe='')}#top",
        f"HTTP://{HOST}/submit/auto?user_id=anna&url={PAGE}",
    ],
)
def test_a_link_that_opens_the_right_page_is_a_proof(
    db: None, client: Client, page: Browser, href: str
) -> None:
    html = f'<a href="{href}">Flattr this</a>'
    [[there]] = page.evaluate(CLICKS, [PAGE, [html]])
    said = asked(client, there)

    assert said is not None
    assert (said.url, said.owner_name) == (PAGE, "anna")
    assert counting(html, PAGE) == [Evidence("button", "anna")]


def test_a_page_in_old_letters_sends_them_as_it_has_them(
    db: None, client: Client
) -> None:
    """Anna's page is in windows-1252: browsers send its é as %E9."""
    html = f'<a href="{SITE}/submit/auto?user_id=anna&url=http://anna.example/été">'

    for encoding, url in (
        ("windows-1252", "http://anna.example/%E9t%E9"),
        ("utf-8", "http://anna.example/%C3%A9t%C3%A9"),
    ):
        seen = evidence.seen(Page(url, html, encoding=encoding), {url})
        assert seen == [Evidence("button", "anna")]
    said = asked(client, f"{SITE}/submit/auto?url=http://anna.example/%E9t%E9")
    assert said is not None
    assert said.url == "http://anna.example/%E9t%E9"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        (f'<{SITE}/submit/auto?user_id=anna&url={PAGE}>; rel="payment"', "payment"),
        (f"</a>;rel=x, <//{HOST}/profile/anna>;title=\"a, <b>\";rel='me'", ""),
        (f'</a>;rel=x, <//{HOST}/profile/anna>;title="a, <b>";rel=me', "me"),
        (f'<{SITE}/submit/auto?user_id=anna&url={PAGE}>; rel="next"', ""),
        (f'<{SITE}/submit/auto?user_id=anna>; rel="payment"', ""),
        (f"<{SITE}/profile/anna>; rel=me; anchor='/else'", ""),
    ],
)
def test_a_host_may_send_the_link_beside_the_page(header: str, kind: str) -> None:
    """`Link: <…>; rel=payment`, for what is no HTML inside."""
    seen = evidence.seen(Page(PAGE, "<p>A song", links=(header,)), {PAGE})

    assert [one for one in seen if not one.but] == (
        [Evidence(kind, "anna")] if kind else []
    )
