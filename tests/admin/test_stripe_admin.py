"""Staff see what Stripe told us, what moved there, and what nothing explains."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Audit
from payouts import chart
from payouts.events import applying, reconciling
from payouts.ledger.posting import post
from payouts.models import EventWork, Movement, Reconciliation, StripeEvent
from tests.world.browsing import signed_in
from tests.world.cards import pay_unheard
from tests.world.people import person
from tests.world.stripes import Simulator

EVENTS = "/admin/payouts/stripeevent/"
MOVEMENTS = "/admin/payouts/movement/"
LOOKS = "/admin/payouts/reconciliation/"


def dora() -> Client:
    return signed_in(person("dora", is_staff=True, is_superuser=True))


def text(client: Client, path: str) -> str:
    page = client.get(path)
    assert page.status_code == 200
    return page.content.decode()


def test_staff_see_what_does_not_agree(own_database: str, stripe: Simulator) -> None:
    """The admin lists each movement that the ledger does not explain (L11)."""
    _, paid = pay_unheard(stripe, person("alice"), 1_000)
    post(
        f"charge:{paid}",
        {chart.STRIPE_CLEARING: -1_000, chart.means(person("nina")): 1_000},
    )
    reconciling.reconcile_now()
    client = dora()

    look = Reconciliation.objects.get()
    page = text(client, f"{LOOKS}{look.pk}/change/")
    assert f"charge:{paid}" in page
    assert "the amounts differ" in page
    assert "0.40" in page
    assert Audit.objects.filter(action="reconcile_unexplained").exists()
    first = text(client, "/admin/")
    assert "1 line is not explained" in first
    assert f"{LOOKS}{look.pk}/change/" in first
    moved = Movement.objects.get()
    assert moved.reference in text(client, f"{MOVEMENTS}{moved.pk}/change/")


def test_staff_have_an_event_acted_on_again(
    own_database: str, stripe: Simulator
) -> None:
    pay_unheard(stripe, person("alice"), 1_000)
    reconciling.poll_hourly()
    applying.act()
    client = dora()
    event = StripeEvent.objects.filter(kind="payment_intent.succeeded").get()

    page = text(client, f"{EVENTS}{event.pk}/change/")
    assert "act/again/" in page
    asked = client.post(
        f"{EVENTS}act/again/?ids={event.pk}", {"text": "a question"}, follow=True
    )

    assert asked.status_code == 200
    assert EventWork.objects.get(pk=event.pk).done_at is None
    assert Audit.objects.get(action="event_again").reason == "a question"
    assert applying.act() == 1


def test_staff_read_of_events_that_do_not_mend(
    own_database: str, stripe: Simulator
) -> None:
    """Events that keep failing are counted and named for staff (H4)."""
    pay_unheard(stripe, person("alice"), 1_000)
    reconciling.poll_hourly()
    client = dora()
    assert "again and again" not in text(client, "/admin/")

    EventWork.objects.filter(event__kind="charge.succeeded").update(tries=5)

    assert "1 event fails again and again" in text(client, "/admin/")
    waiting = EventWork.objects.filter(done_at=None).count()
    assert waiting >= 4
    assert text(client, f"{EVENTS}?work__done_at__isempty=1").count("waits") == waiting


def test_a_list_asks_the_same_however_long_it_is(
    own_database: str, stripe: Simulator
) -> None:
    client = dora()
    text(client, EVENTS)

    def asked(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            text(client, path)
        return len(queries)

    pay_unheard(stripe, person("alice"), 1_000)
    reconciling.reconcile_now()
    few = [asked(path) for path in (EVENTS, MOVEMENTS, LOOKS)]
    for number in range(4):
        pay_unheard(stripe, person(f"reader-{number}"), 1_000)
    reconciling.reconcile_now()

    assert [asked(path) for path in (EVENTS, MOVEMENTS, LOOKS)] == few
    assert StripeEvent.objects.filter(received_at__lte=timezone.now()).count() > 10
