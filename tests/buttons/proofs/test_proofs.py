"""Whose a page is: found out by reading it, kept, lost, and taken over."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Audit, Outbox, User
from buttons import tasks
from buttons.clicks import promising
from buttons.clicks.flattring import AuthorRefused, flattr_thing
from buttons.models import Flattr, Look, Promise, Proof, Refused, Thing
from buttons.proofs import hosts, looking, queueing, settling
from buttons.proofs.evidence import Evidence
from buttons.things import submitting
from buttons.things.snippets import auto_submit
from buttons.things.submitting import Submission
from flattr.database import clock
from payouts import tasks as minute
from tests.buttons.proofs import pages
from tests.buttons.proofs.pages import Answer, Host, counting
from tests.world.people import person, thing_of


def button(owner: str, url: str) -> str:
    href = auto_submit(Submission(url=url, owner_name=owner)).replace("&", "&amp;")
    return f'<a class="FlattrButton" href="{href}">Flattr this</a>'


def named(url: str, owner: str = "") -> Thing:
    """A thing as the first flattr makes it."""
    return submitting.register(Submission(url=url, owner_name=owner))


def again(thing: Thing) -> Thing:
    """Look at a page now, whatever is due; the thing after it."""
    queueing.ask_again(thing)
    looking.check_due()
    thing.refresh_from_db()
    return thing


def test_the_button_on_the_page_is_the_proof(
    alice: User, bob: User, host: Host
) -> None:
    url = host.shows("/post", f"<p>{button('bob', host.url('/post'))}")
    post = named(url, "bob")
    assert isinstance(flattr_thing(alice, post), Promise)

    assert looking.check_due() == 1

    post.refresh_from_db()
    assert (post.owner, post.proof) == (bob, "by the button on the page")
    assert promising.keep_promises() == 1
    assert Flattr.objects.get().creator == bob
    assert not Outbox.objects.filter(template="thing_taken_over").exists()


@pytest.mark.parametrize(
    ("html", "kind"),
    [
        ('<meta name="flattr:id" content="{id}">', "meta"),
        ('<link rel="payment" href="{ours}">', "payment"),
        ('<a rel="payment" href="{ours}">', "payment"),
        ('<a rel="payment" href="{site}/submit/auto?fid={id}&url={url}">', "payment"),
        ('<a rel="me nofollow" href="{site}/profile/Bob">', "me"),
        ('<link rel=me href="{site}/profile/bob">', "me"),
        ('<A HREF="{ours}">', "button"),
        ("<a href='{site}/submit/auto?user_id=bob&url={url}'>", "button"),
        ('<link rel=me href="{site}/profile/bob/">', "me"),
        ('<link rel=me href="{site}/@BOB">', "me"),
        ('<a rel="me" href="{site}/@bob/">', "me"),
        ('<a rel=me href="{site}/user/bob">', "me"),
        ('<a rel=me href="{site}/donation/give/to/bob/">', "me"),
    ],
)
def test_a_page_names_its_owner_in_many_ways(
    bob: User, host: Host, settings: Settings, html: str, kind: str
) -> None:
    url = host.url("/post")
    ours = auto_submit(Submission(url=url, owner_name="bob")).replace("&", "&amp;")
    facts = {"id": bob.public_id, "ours": ours, "site": settings.SITE_URL, "url": url}
    host.shows("/post", html.format(**facts))

    thing = again(named(url))

    assert thing.owner == bob
    assert thing.proofs.get().kind == kind


@pytest.mark.parametrize(
    "html",
    [
        "<p>Nothing",
        '<!-- <meta name="flattr:id" content="{id}"> -->',
        '<script>"<meta name=flattr:id content={id}>"</script>',
        '<textarea><meta name="flattr:id" content="{id}"></textarea>',
        '<meta name="flattr:id" content="{id}',
        '<p title="<meta name=flattr:id content={id}>">',
        '<a rel="nofollow ugc" href="{ours}">',
        '<a rel="nofollow" href="{ours}">',
        '<a rel="me ugc" href="{site}/profile/mallory">',
        '<a href="{other}">',
        '<a href="{site}/submit/auto?user_id=mallory">',
        '<a rel=payment href="{site}/submit/auto?user_id=mallory&url=">',
        '<a href="https://evil.example/submit/auto?user_id=mallory">',
        # A name of the first Flattr, which anybody may have taken here since.
        '<a href="https://flattr.com/submit/auto?user_id=mallory">',
        '<link rel="payment" href="http://flattr.com/submit/auto?user_id=mallory">',
        '<a href="https://evil.example/?{site}/profile/mallory" rel=me>',
        '<a href="{site}/profile/mallory">',
        "<a href='http://[/submit/auto?user_id=mallory'>",
    ],
)
def test_what_visitors_write_on_a_page_proves_nothing(
    bob: User, carol: User, host: Host, settings: Settings, html: str
) -> None:
    """Links marked ugc or nofollow name no owner (T18)."""
    User.objects.filter(pk=carol.pk).update(username="mallory")
    url = host.url("/post")
    ours = auto_submit(Submission(url=url, owner_name="mallory"))
    other = auto_submit(Submission(url=host.url("/else"), owner_name="mallory"))
    site = settings.SITE_URL
    facts = {"id": carol.public_id, "ours": ours, "other": other, "site": site}
    host.shows("/post", html.format(**facts))

    thing = again(named(url, "mallory"))

    assert not thing.proved
    assert not Proof.objects.exists()
    assert "names nobody" in thing.look.reason


def test_naming_a_page_for_oneself_proves_nothing(
    alice: User, bob: User, carol: User, host: Host
) -> None:
    """T18: Carol names Bob's page for herself; it becomes Bob's."""
    url = host.shows("/post", button("bob", host.url("/post")))
    post = named(url, "carol")
    assert post.owner == carol
    flattr_thing(alice, post)

    post = again(post)

    assert post.owner == bob
    told = Outbox.objects.filter(template="thing_taken_over")
    assert {mail.person for mail in told} == {bob, carol}
    row = Audit.objects.get(subject=f"thing:{post.pk}", action="thing_proved")
    assert (row.before["owner"], row.after["owner"]) == ("carol", "bob")
    promising.keep_promises()
    assert Flattr.objects.get().creator == bob


def test_a_page_that_names_several_people_proves_nothing(
    bob: User, carol: User, host: Host
) -> None:
    url = host.url("/post")
    host.shows("/post", button("bob", url) + button("carol", url))

    thing = again(named(url, "bob"))

    assert not thing.proved
    assert "several people: bob, carol" in thing.look.reason


def test_the_stronger_word_counts(bob: User, carol: User, host: Host) -> None:
    url = host.url("/post")
    meta = f'<meta name="flattr:id" content="{bob.public_id}">'
    host.shows("/post", meta + button("carol", url))

    assert again(named(url)).owner == bob


def test_a_page_that_leads_to_another_host_proves_nothing(
    bob: User, host: Host, settings: Settings
) -> None:
    """T18: an open redirect of a victim's does not make its address the thief's."""
    with pages.host() as evil:
        settings.PROOF_HOSTS = [host.name, evil.name]
        evil.shows("/", f'<meta name="flattr:id" content="{bob.public_id}">')
        host.pages["/out"] = Answer(status=302, headers={"Location": evil.url()})

        thing = again(named(host.url("/out"), "bob"))

    assert not thing.proved
    assert "another host" in thing.look.reason


def test_what_the_operator_proved_stays(bob: User, carol: User, host: Host) -> None:
    thing = thing_of(bob, "post")
    url = host.shows("/post", f'<meta name=flattr:id content="{carol.public_id}">')
    Thing.objects.filter(pk=thing.pk).update(url=url, host=host.name)

    assert again(thing).owner == bob
    assert host.asked == []


def test_a_lost_proof_is_told_and_new_flattrs_wait(
    alice: User, bob: User, host: Host
) -> None:
    url = host.shows("/post", button("bob", host.url("/post")))
    post = again(named(url, "bob"))
    flattr_thing(alice, post)
    host.shows("/post", "The button is gone")

    post = again(post)

    assert (post.proved, post.owner) == (False, bob)
    [lost] = settling.lost_of(bob)
    assert (lost.thing, lost.kind) == (post, "button")
    assert Outbox.objects.get(template="proof_lost").person == bob
    assert Flattr.objects.get().creator == bob, "shares stay the owner's at the click"

    host.shows("/post", button("bob", url))

    assert again(post).proved
    assert settling.lost_of(bob) == []


def test_a_host_that_changes_hands(
    alice: User, bob: User, carol: User, host: Host
) -> None:
    """T19: the next flattr is Carol's, the former ones stay Bob's."""
    url = host.shows("/", button("bob", host.url("/")))
    page = again(named(url, "bob"))
    flattr_thing(alice, page)
    host.shows("/", button("carol", url))

    page = again(page)

    assert page.owner == carol
    assert Flattr.objects.get().creator == bob
    assert [lost.person for lost in settling.lost_of(bob)] == [bob]
    assert settling.lost_of(carol) == []
    told = Outbox.objects.filter(template="thing_taken_over")
    assert {mail.person for mail in told} == {bob, carol}


def test_a_host_in_trouble_loses_nothing_at_once(bob: User, host: Host) -> None:
    url = host.shows("/post", button("bob", host.url("/post")))
    post = again(named(url, "bob"))
    host.pages["/post"] = Answer(status=503)

    for _ in range(3):
        assert again(post).proved
    assert not again(post).proved


def test_when_a_page_is_looked_at_again(bob: User, host: Host) -> None:
    """After 1, 6 and 24 hours, then weekly; a proved page after 30 days."""
    post = named(host.shows("/post", "Nothing yet"), "bob")
    waits = []
    for _ in range(5):
        look = again(post).look
        look.refresh_from_db()
        assert look.looked_at is not None
        waits.append(look.due_at - look.looked_at)
    host.shows("/post", button("bob", post.url))
    look = again(post).look
    look.refresh_from_db()

    hour, week = timedelta(hours=1), timedelta(days=7)
    assert waits == [hour, 6 * hour, 24 * hour, week, week]
    assert look.due_at - (look.looked_at or look.due_at) == timedelta(days=30)
    assert looking.check_due() == 0
    Look.objects.update(due_at=clock.now())
    assert looking.check_due() == 1


def test_a_new_click_on_an_unproved_page_has_it_looked_at_again(
    bob: User, host: Host
) -> None:
    post = named(host.shows("/post", "Nothing yet"), "carol")
    for _ in range(5):
        again(post)
    host.shows("/post", button("bob", post.url))

    named(post.url, "bob")
    assert looking.check_due() == 0, "it was looked at in the last hour"

    Look.objects.update(looked_at=clock.now() - timedelta(hours=2))
    named(post.url, "bob")
    assert looking.check_due() == 1
    post.refresh_from_db()
    assert post.owner == bob


def test_a_claimed_page_is_left_to_whoever_claimed_it(bob: User, host: Host) -> None:
    named(host.url("/post"), "bob")

    assert queueing.claim() is not None
    assert queueing.claim() is None


def test_staff_decide_for_good(bob: User, carol: User, host: Host) -> None:
    """T18: what Bob's visitor got into his page is undone by people."""
    staff = person("ann", is_staff=True)
    post = again(named(host.shows("/", button("carol", host.url("/"))), "carol"))
    assert post.owner == carol

    for words in ("bob", "nobody it is theirs", "ann it is mine"):
        with pytest.raises(settling.NotDecided):
            settling.decide(post, staff, words)
    with pytest.raises(settling.NotDecided):
        settling.decide(post, carol, "carol it is mine")
    settling.decide(post, staff, "bob he wrote to us from his host")

    post = again(post)
    assert (post.owner, post.proof) == (bob, "by the operator")
    row = Audit.objects.filter(action="thing_proved").latest("pk")
    assert (row.actor, row.reason) == (staff, "he wrote to us from his host")
    assert [lost.person for lost in settling.lost_of(carol)] == [carol]


# --- Whole hosts


def test_a_file_on_a_host_proves_all_its_pages(bob: User, host: Host) -> None:
    post = again(named(host.shows("/post", "No button"), ""))
    assert not post.proved
    body = f"zzzzzz\n{bob.public_id}\n".encode()
    host.pages[hosts.FILE] = Answer(body, kind="text/plain")

    look = queueing.ask_host(bob, host.name)
    looking.check_due()

    look.refresh_from_db()
    post.refresh_from_db()
    assert bob.public_id in look.reason
    assert (post.owner, post.proof) == (bob, "by a file on its host")

    host.pages[hosts.FILE] = Answer(b"", kind="text/plain")
    queueing.ask_host(bob, host.name)
    looking.check_due()

    post.refresh_from_db()
    assert not post.proved
    assert {lost.host for lost in settling.lost_of(bob)} == {host.name, ""}


def test_a_hosts_word_beats_its_pages(bob: User, carol: User, host: Host) -> None:
    """T18: a button that a visitor got into a page of Bob's host."""
    url = host.shows("/post", button("carol", host.url("/post")))
    post = again(named(url, "carol"))
    assert post.owner == carol
    host.pages[hosts.FILE] = Answer(bob.public_id.encode(), kind="text/plain")

    queueing.ask_host(bob, host.name)
    looking.check_due()

    post.refresh_from_db()
    assert post.owner == bob
    assert [lost.person for lost in settling.lost_of(carol)] == [carol]


def test_a_dns_record_proves_a_host(
    bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "_texts", lambda _host: {f"flattr={bob.public_id}"})

    queueing.ask_host(bob, host.name)
    looking.check_due()

    assert Proof.objects.get().kind == "dns"


@pytest.mark.parametrize(
    "name", ["github.com", "www.youtube.com", "m.facebook.com", "github.io", "co.uk"]
)
def test_a_shared_host_cannot_be_proved_as_a_whole(bob: User, name: str) -> None:
    """On a host of many people a proof counts for its page alone (T18)."""
    with pytest.raises(queueing.SharedHost):
        queueing.ask_host(bob, name)

    assert not Look.objects.exists()


def test_an_account_on_a_shared_host_proves_what_is_below_it(
    bob: User,
    carol: User,
    host: Host,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
) -> None:
    """T18: not what is below another's."""
    monkeypatch.setattr(hosts, "SHARED_BY_PATH", {host.name})
    me = f'<a rel="nofollow me" href="{settings.SITE_URL}/profile/bob">My page</a>'
    host.shows("/bob", me)
    mine = named(host.shows("/bob/garden", "A readme"), "carol")
    theirs = named(host.shows("/dora/garden", "A readme"), "bob")

    assert again(mine).owner == bob
    assert mine.proof == "by the account that the page belongs to"
    assert not again(theirs).proved


# --- What was seen


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<p>Hello", "names nobody."),
        ("<noscript>{ours}</noscript>", "It is inside noscript, which"),
        ("<template>{ours}</template>", "It is inside template, which"),
        ('<a rel="nofollow" href="{href}">', "It is marked nofollow"),
        (
            '<a rel="ugc payment" href="{href}">',
            "a payment link for “bob”, which does not count. It is marked ugc",
        ),
        ('<a href="{site}/submit/auto?user_id=bob&url={else}">', "{else}."),
        ('<a href="{site}/submit/auto?user_id=bob">', "which address it is for."),
        ('<a href="{site}/submit/auto?user_id=bob&url=x">', "An address begins with"),
        ('<a href="{site}/submit/auto?url={again}">', "another Flattr link"),
        (
            '<a href="https://flattr.com/submit/auto?user_id=bob&url={url}">',
            "flattr.com, where other people have the names.",
        ),
        ('<a href="{site}/profile/bob">', "It is not marked rel=me"),
        (
            '<a class=FlattrButton rel="flattr;uid:bob" href={url}>',
            "load.js from this site.",
        ),
        ('<meta name="flattr:id" content="zz0zz0">', "the id “zz0zz0”."),
        ('<a href="{site}/submit/auto?user_id=bobby&url={url}">', "name “bobby”."),
        ("{long}", "the first megabyte of the page, and it names nobody."),
    ],
)
def test_bob_is_told_what_stands_on_his_page_and_why_it_does_not_count(
    bob: User, host: Host, settings: Settings, html: str, told: str
) -> None:
    url, site = host.url("/post"), settings.SITE_URL
    href = auto_submit(Submission(url=url, owner_name="bob"))
    facts = {
        "url": url,
        "site": site,
        "href": href,
        "else": host.url("/else"),
        "ours": button("bob", url),
        "again": quote(href, safe=""),
        "long": "<p>Hello" * 200_000,
    }
    host.shows("/post", html.format(**facts))

    thing = again(named(url))

    assert not thing.proved
    assert told.format(**facts) in thing.look.reason
    assert thing.look.reason.endswith(".")


def test_bob_is_told_what_his_host_says_instead(
    bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "_texts", lambda _host: {"flattr=b0b", "v=spf1"})
    host.pages[hosts.FILE] = Answer(b"Bob\n\n\xe2\x80\xae\nAnna\n", "text/plain")

    kind, seen = hosts.says(host.name, "b0b123")

    assert kind == ""
    assert "no TXT record flattr=b0b123. It has “flattr=b0b” instead." in seen
    assert "It holds “bob”, “anna”, and not b0b123." in seen


@pytest.mark.parametrize("kind", ["text/plain", "application/octet-stream", ""])
def test_a_file_without_an_ending_proves_a_host(
    bob: User, host: Host, kind: str
) -> None:
    """Whatever the server takes it for, and however an editor saved it."""
    for body in (bob.public_id.encode("utf-8-sig"), bob.public_id.encode("utf-16")):
        host.pages[hosts.FILE] = Answer(body, kind=kind)

        assert hosts.says(host.name, bob.public_id)[0] == "file"


# --- Reading


def test_a_page_written_to_be_slow_is_read_in_a_moment() -> None:
    """Hostile markup costs the parser no extra time (T30)."""
    size = 1024 * 1024
    for part in ("<!--", "<", "<a b=", "<script>", "<noscript>", "<p &amp=", "</"):
        assert counting((part * size)[:size], "https://bob.example/") == []
    many = "<a rel=me " + " ".join(f"x{number}" for number in range(100_000)) + ">"
    assert counting(many, "https://bob.example/") == []
    others = button("bob", "https://bob.example/") * 2_000
    assert counting(others, "https://bob.example/else") == []


def test_a_button_for_another_page_proves_nothing_on_a_front_page() -> None:
    """T18: what a click on it flattrs is the other page."""
    link = button("bob", "https://bob.example/post")

    assert counting(link, "https://bob.example/post") == [Evidence("button", "bob")]
    assert counting(link, "https://bob.example/") == []
    assert counting(link, "https://bob.example/else") == []


# --- The worker


def test_the_tick_wakes_the_fetcher_only_when_something_is_due(
    bob: User, host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[object] = []
    monkeypatch.setattr(minute, "call", lambda task, *_: called.append(task))

    minute.tick()
    assert tasks.check_pages not in called
    named(host.url("/post"), "bob")
    minute.tick()
    assert called.count(tasks.check_pages) == 1

    tasks.check_pages()
    minute.tick()
    assert called.count(tasks.check_pages) == 1


def test_an_author_refuses_by_the_page_itself(
    alice: User, host: Host, client: Client
) -> None:
    """Nobody has an account there; what stands on the page decides."""
    url = host.shows("/post", '<meta name="flattr:id" content="none">')
    post = named(url)
    flattr_thing(alice, post)

    answer = client.post("/claim/refuse", {"url": url, "scope": "page"})
    assert answer.headers["Location"].startswith("/claim?url=")
    looking.check_due()

    assert Refused.objects.get().address == post.url
    assert not Promise.objects.exists()
    with pytest.raises(AuthorRefused):
        flattr_thing(alice, post)


def test_an_author_refuses_for_a_whole_host(
    alice: User, host: Host, client: Client
) -> None:
    post = named(host.shows("/post", "<p>Nothing"))
    client.post("/claim/refuse", {"url": post.url, "scope": "host"})
    Look.objects.filter(thing=post).delete()

    looking.check_due()
    assert not Refused.objects.exists()

    host.pages["/.well-known/flattr"] = Answer(b"none\n", "text/plain")
    client.post("/claim/refuse", {"url": post.url, "scope": "host"})
    looking.check_due()

    assert Refused.objects.get().address == host.name
    assert not Look.objects.exists()


def test_nobody_refuses_for_a_host_that_many_share(client: Client, db: None) -> None:
    url = "https://github.com/rob/poems"

    page = client.post("/claim/refuse", {"url": url, "scope": "host"}, follow=True)

    assert "cannot be proved as a whole" in page.content.decode()
    assert not Look.objects.exists()


def test_asking_for_a_refusal_has_a_limit(client: Client, db: None) -> None:
    facts = {"url": "https://rob.example/", "scope": "host"}
    told = [client.post("/claim/refuse", facts, follow=True) for _ in range(8)]

    assert "Please try again" in told[-1].content.decode()
