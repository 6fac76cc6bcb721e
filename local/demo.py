"""The demo: people and drawings of our own making, three closed months and a running one.

Everything is done through the code that pages and workers run through; only the
clock is moved. It is one transaction of the owner, so that an interrupted start
leaves nothing half made.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urljoin

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User, new_public_id
from buttons import importing
from buttons.anywhere import pasting
from buttons.clicks import flattring, subscribing
from buttons.legacy import revenue_reports
from buttons.models import Thing
from buttons.pictures import keeping
from buttons.signals.listings import Entry
from buttons.things import addresses
from flattr import months
from flattr.database import clock, roles
from local import pictures, travelling
from local.cast import (
    ANNA_FLATTRS,
    ANNA_GIVES,
    CREATORS,
    ELSEWHERE,
    IBANS,
    NEWCOMER,
    PASSWORD,
    READERS,
    STAFF,
    UNCLAIMED,
    Somebody,
)
from local.posts import NEIGHBOURS, POSTS
from payouts.earnings import destinations, reviewing
from payouts.gifts import handing_over, offering
from payouts.models import Payout
from payouts.models.payout_states import State as PayoutState
from payouts.operations import due
from payouts.payments import budgeting, paying_in

REPORT = Path(__file__).with_name("flattr-revenue-201305.csv")
SAMPLE = "sample data of 2013"
# Those that stand on the demo blog.
PUBLIC_IDS = {name: one.public_id for name, one in NEIGHBOURS.items()}


@contextmanager
def alone() -> Iterator[None]:
    """A transaction of the owner, one at a time: another command waits for its end."""
    with roles.as_owner(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('the demo'))")
        yield


def is_there() -> bool:
    return User.objects.filter(username="mila", email="mila@demo.example").exists()


def make() -> None:
    """Tell the demo's story, from three months ago until now, unless another command
    has just told it."""
    with alone():
        if is_there():
            return
        chance = random.Random(2013)  # noqa: S311 (a story, not a secret)
        now = timezone.now()
        first = months.shifted(months.period_of(now), -3)
        travelling.move(months.start(first) + timedelta(days=1, hours=8))
        secret = make_password(PASSWORD)
        people = {
            one.username: sign_up(one, secret) for one in READERS + CREATORS + STAFF
        }
        for name, iban in IBANS.items():
            maker = people[name]
            destinations.change(maker, maker, maker.name, iban)
        things = make_things(people)
        for one in READERS:
            open_budget(people[one.username], one.budget)
        for month in range(3):
            live_through(months.shifted(first, month), people, things, chance)
        begin_month(people, things, chance, now)
        budgeting.choose(sign_up(NEWCOMER, secret), NEWCOMER.budget)
        travelling.move(timezone.now())
        paste_feeds(people["mila"])


def sign_up(one: Somebody, secret: str) -> User:
    user = User.objects.create(
        username=one.username,
        email=f"{one.username}@demo.example",
        first_name=one.first,
        last_name=one.last,
        about=one.about,
        city=one.city,
        url=one.url,
        links=list(one.links),
        shows_flattrs=one.shows_flattrs,
        password=secret,
        public_id=PUBLIC_IDS.get(one.username) or new_public_id(),
        is_staff=one.staff,
        is_superuser=one.staff,
        date_joined=clock.now(),
    )
    EmailAddress.objects.create(
        user=user, email=user.email, verified=True, primary=True
    )
    if pictures.has(one.username):
        user.picture = keeping.keep(user, pictures.body_of(one.username)).digest
    return user


def make_things(people: dict[str, User]) -> list[Thing]:
    """Posts of the demo blog, things elsewhere, and the catalogue of 2013."""
    blog = settings.DEMO_BLOG_URL
    posts = [
        (post.owner, post.category, f"{blog}/{post.slug}", post.title, post.picture)
        for post in POSTS
    ]
    made = []
    for owner, category, address, title, picture in posts + ELSEWHERE:
        thing = make_thing(people[owner], category, address, title)
        if picture:
            source = urljoin(address, f"/pictures/{picture}.webp")
            thing.picture = keeping.keep(
                thing, pictures.body_of(picture), source
            ).digest
        made.append(thing)
    lines = revenue_reports.read_report(REPORT.read_bytes())
    importing.register_report(lines, people["konscience"], SAMPLE)
    make_thing(None, "text", *UNCLAIMED)
    return made + list(Thing.objects.filter(owner=people["konscience"])[:4])


def make_thing(owner: User | None, category: str, address: str, title: str) -> Thing:
    url = addresses.normalise(address)
    now = clock.now()
    return Thing.objects.create(
        url=url,
        host=addresses.host_of(url),
        title=title,
        category=category,
        owner=owner,
        proved_at=now if owner else None,
        proof=revenue_reports.PROOF if owner else "",
        created_at=now,
    )


def open_budget(reader: User, amount: int) -> None:
    budgeting.choose(reader, amount)
    paying_in.pay_simulated(reader, amount * 6)


def give_too(anna: User) -> None:
    """A creator flattrs others, and lets everybody see whom."""
    open_budget(anna, ANNA_GIVES)
    for thing in Thing.objects.filter(url__in=ANNA_FLATTRS).order_by("id"):
        flattring.flattr_thing(anna, thing)


def paste_feeds(mila: User) -> None:
    """A reader asks about what she follows: posts of the blog, and a page without an
    author. The first minute has it looked at."""
    blog = settings.DEMO_BLOG_URL
    posts = [Entry(f"{blog}/{post.slug}", post.title) for post in POSTS]
    pasting.paste(mila, "What I follow", [*posts, Entry(*UNCLAIMED)])


def live_through(
    period: int, people: dict[str, User], things: list[Thing], chance: random.Random
) -> None:
    """A month of clicks, its close, and what staff do twelve days later."""
    for day in (3, 11, 24):
        travelling.move(months.start(period) + timedelta(days=day, hours=18))
        click_around(people, things, chance, share=0.3)
    give_once(people["mila"], things[0], 500)
    give_once(people["yuki"], people["haken"], 200)
    travelling.move(clock.now() + timedelta(hours=2))
    handing_over.hand_over()
    travelling.move(months.end(period) + timedelta(minutes=3))
    with constraints_checked():
        due.close_months()
    due.notify_of_closes()
    due.make_figures()
    after = months.end(period) + timedelta(days=11, hours=9)
    if after < timezone.now():
        travelling.move(after)
        finish_due()
        pay_out(people["ada"], people["ben"])


def begin_month(
    people: dict[str, User], things: list[Thing], chance: random.Random, now: datetime
) -> None:
    """The running month so far: some clicks, a promise and a subscription."""
    travelling.move(now)
    finish_due()
    begin_review(people["ada"])
    click_around(people, things, chance, share=0.25)
    waiting = Thing.objects.get(url=UNCLAIMED[0])
    flattring.flattr_thing(people["mila"], waiting)
    flattring.flattr_thing(people["yuki"], waiting)
    subscribing.subscribe(people["mila"], Thing.objects.get(url=ELSEWHERE[0][2]))
    give_too(people["anna"])
    # One that Mila can still take back for an hour.
    give_once(people["mila"], people["haken"], 300)


def give_once(reader: User, whom: User | Thing, amount: int) -> None:
    """A gift to somebody, or to the owner of a thing for it."""
    thing = whom if isinstance(whom, Thing) else None
    creator = None if isinstance(whom, Thing) else whom
    offering.give(reader, creator, amount, thing=thing)


def finish_due() -> None:
    """What the minute's tick does beside the close; mails go out with the real one."""
    due.mature_lots()
    due.ask_for_payouts()


def click_around(
    people: dict[str, User], things: list[Thing], chance: random.Random, share: float
) -> None:
    for one in READERS:
        for thing in things:
            if chance.random() < share:
                try:
                    with transaction.atomic():
                        flattring.flattr_thing(people[one.username], thing)
                except flattring.FlattrOnce:
                    continue


def begin_review(ada: User) -> None:
    """Ada has looked at the oldest payout that waits; Ben has not yet."""
    payout = Payout.objects.filter(state=PayoutState.HELD).order_by("id").first()
    if payout is not None:
        payout = reviewing.release(payout, ada, "Looked at: a known garden blog.")
        reviewing.approve(payout, ada, "Everything in order.")


def pay_out(ada: User, ben: User) -> None:
    """Two people look at the first payout that waits, and it is sent."""
    payout = (
        Payout.objects.filter(state__in=[PayoutState.REQUESTED, PayoutState.HELD])
        .order_by("id")
        .first()
    )
    if payout is None:
        return
    if payout.state == PayoutState.HELD:
        reviewing.release(payout, ada, "Looked at: a known garden blog.")
    for staff in (ada, ben):
        payout.refresh_from_db()
        if payout.state == PayoutState.REQUESTED:
            reviewing.approve(payout, staff, "Everything in order.")
    payout.refresh_from_db()
    if payout.state == PayoutState.APPROVED:
        reviewing.send(payout, ada, f"DEMO-{payout.pk:04d}")


@contextmanager
def constraints_checked() -> Iterator[None]:
    """A close changes tables, which cannot have checks waiting for the commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        yield
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
