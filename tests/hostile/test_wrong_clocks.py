"""Web servers and jobs whose host's clock is wrong, in whatever time zone they stand:
a click belongs to the month that the database says, and a minute is a minute (T11, T3).
"""

from __future__ import annotations

import http.client
import os
import random
import re
import subprocess
import sys
import time
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from accounts.oauth import tokens
from buttons.models import Flattr, Thing
from flattr import months
from flattr.database import clock
from local.servers import processes
from local.servers.state import ROOT
from payouts.close import closing
from payouts.ledger import checks
from payouts.models import Close
from payouts.operations import due
from tests import serving
from tests.hostile import faked
from tests.hostile.test_dates import NIGHTS
from tests.hostility import Budget
from tests.world.browsing import signed_in
from tests.world.crowd import World
from tests.world.people import open_budget, person, thing_of, travel

MANY = 100
TICKS, FASTER = 5, 30
WHEN = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]+Z)")
BERLIN, NEW_YORK = "Europe/Berlin", "America/New_York"


@pytest.mark.all
def test_clicks_at_a_months_end_by_hosts_whose_clocks_are_wrong(
    own_database: str,
) -> None:
    """S6: through two web servers, ten minutes ahead and ten behind, from some seconds
    before the border to as many after it: each click is in exactly one month, the one of
    the database's clock while it was made, and the close gives the same.

    A reader's form works at both as it does anywhere.
    """
    alice, bob = person("alice"), person("bob")
    open_budget(alice)
    songs = [thing_of(bob, f"song-{n}") for n in range(MANY)]
    token = tokens.make(alice, "mine", ["flattr"])
    session = signed_in(alice).cookies["s"].value
    border = months.end(clock.period())

    with (
        serving.platform(faked.environment("+600", BERLIN)) as ahead,
        serving.platform(faked.environment("-600", NEW_YORK)) as behind,
    ):
        for address in (ahead, behind):
            form_is_sent(Browser(address, session), songs.pop())
        # A slow machine begins as much earlier as it takes for some clicks.
        began = time.monotonic()
        assert flattr_by_api(ahead, token, songs.pop().pk) == 200
        early = timedelta(seconds=2 + 5 * (time.monotonic() - began))
        travel(border - early)
        made = []
        for number, song in enumerate(songs):
            before = wait_until(border + 2 * early * number / MANY - early)
            status = flattr_by_api((ahead, behind)[number % 2], token, song.pk)
            assert status == 200, status
            made.append((song.pk, before, clock.now()))

    assert len({months.period_of(before) for _, before, _ in made}) == 2
    given = {one.thing_id: one for one in Flattr.objects.all()}
    assert len(given) == Flattr.objects.count() == MANY
    for thing, before, after in made:
        assert before <= given[thing].received_at <= after
        assert given[thing].period == months.period_of(given[thing].received_at)
    closing.close_month(months.preceding(months.period_of(border)))
    assert not any(checks.check().values())


def wait_until(moment: datetime) -> datetime:
    """The time, which is that or later."""
    time.sleep(max(0, (moment - clock.now()).total_seconds()))
    return clock.now()


def form_is_sent(browser: Browser, thing: Thing) -> None:
    before = clock.now()
    asked = browser.get(f"/submit/auto?{urlencode({'url': thing.url})}")
    time.sleep(0.5)
    assert browser.send("/flattr/confirm", asked) == 303
    assert before <= Flattr.objects.get(thing=thing).received_at <= clock.now()


def flattr_by_api(address: str, token: str, thing: int) -> int:
    web = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
    try:
        headers = {"Authorization": f"Bearer {token}"}
        web.request("POST", f"/rest/v2/things/{thing}/flattr", headers=headers)
        return web.getresponse().status
    finally:
        web.close()


class Browser:
    """Cookies, and forms sent as they are."""

    def __init__(self, address: str, session: str) -> None:
        self.address = urlsplit(address)
        self.cookies = {"s": session}

    def get(self, path: str) -> str:
        return self._ask("GET", path, "").read().decode()

    def send(self, path: str, page: str) -> int:
        """Every field of the page's form of that address."""
        _before, _found, form = page.partition(f'action="{path}"')
        rows = re.findall(
            r'name="([^"]+)" value="([^"]*)"', form.partition("</form>")[0]
        )
        return self._ask("POST", path, urlencode(rows)).status

    def _ask(self, method: str, path: str, body: str) -> http.client.HTTPResponse:
        web = http.client.HTTPConnection(self.address.netloc, timeout=30)
        headers = {
            "Cookie": "; ".join(
                f"{name}={word}" for name, word in self.cookies.items()
            ),
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": self.address.geturl(),
        }
        web.request(method, path, body, headers)
        answer = web.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, word = cookie.partition(";")[0].partition("=")
            self.cookies[name] = word
        return answer


# --- Nights


@pytest.mark.all
def test_beat_ticks_on_through_the_nights_of_clocks(
    tmp_path: Path, seed: int, budget: Budget
) -> None:
    """T3: a minute of the host's time after the last, whether its clocks go forward or
    back in between: none is left out for an hour, none comes twice."""
    chosen = random.Random(seed).sample(NIGHTS, budget(1, len(NIGHTS)))
    for night in chosen:
        for zone in (BERLIN, NEW_YORK)[: budget(1, 2)]:
            ticks = beats(tmp_path, night, zone)

            assert ticks[0] < night < ticks[-1], (night, ticks)
            pauses = [after - before for before, after in pairwise(ticks)]
            assert min(pauses) >= timedelta(seconds=55), (night, zone, ticks)
            assert max(pauses) < timedelta(minutes=10), (night, zone, ticks)


def beats(folder: Path, night: datetime, zone: str) -> list[datetime]:
    """When beat sent its ticks, by its own clock: from three minutes before that moment
    to some after it."""
    log = folder / f"{night:%Y-%m-%d}-{zone.replace('/', '-')}"
    dial = faked.Dial(log.with_suffix(".clock"))
    words = f"--loglevel INFO --max-interval 1 --schedule {log}.schedule --pidfile="
    with log.open("w") as written:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "celery", "--app", "flattr.celery:app", "beat"),
                *words.split(),
            ],
            cwd=ROOT,
            env={**os.environ, "REDIS_URL": "memory://", **dial.environment(zone)},
            stdout=written,
            stderr=written,
            start_new_session=True,
        )

        def has_sent(many: int) -> bool:
            sent = [at for at in sent_at(log) if at > night - timedelta(minutes=5)]
            return len(sent) >= many or process.poll() is not None

        try:
            processes.wait_until(
                lambda: "beat: Starting" in log.read_text(), seconds=60, pause=0.1
            )
            dial.turn(night - timedelta(minutes=3), FASTER)
            processes.wait_until(lambda: has_sent(TICKS), seconds=60, pause=0.1)
        finally:
            process.kill()
            process.wait()
    return [at for at in sent_at(log) if at > night - timedelta(minutes=5)]


def sent_at(log: Path) -> list[datetime]:
    return [
        datetime.fromisoformat(found[1])
        for line in log.read_text().splitlines()
        if "Sending due task tick" in line and (found := WHEN.search(line))
    ]


def test_jobs_on_hosts_whose_clocks_are_wrong_close_once(
    own_database: str, seed: int
) -> None:
    """T3, S1: not ten minutes before the database says so, and after it once; what they
    close is what the books say."""
    world = World(seed=seed, readers=10, creators=5)
    world.click_around()
    month = clock.period()
    world.books.closes(month)

    travel(months.end(month) - timedelta(minutes=5))
    assert "closed" not in jobs("+600", NEW_YORK)
    assert not Close.objects.exists()

    travel(months.end(month) + timedelta(minutes=5))
    assert f"closed {months.show(month)}" in jobs("-600", BERLIN)
    assert due.close_months() == ""
    assert checks.digest(month) == world.books.digest(month)
    assert not any(checks.check().values())


def jobs(offset: str, zone: str) -> str:
    """What a tick says that it did, on a host with that clock."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "manage.py"), "tick"],
        cwd=ROOT,
        env=os.environ | faked.environment(offset, zone),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
