"""Leaving: an account is closed, its money finds its way out, and it is erased."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import psycopg2
import pytest
from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.test import Client
from psycopg2.extensions import connection as PostgresConnection

from accounts.mail import composing
from accounts.models import Outbox, Session, User
from accounts.people import budgets
from buttons.clicks.flattring import NoMeans, NotFlattrable, flattr_thing
from buttons.models import Promise, Thing
from flattr import months
from flattr.database import clock
from payouts import chart
from payouts.leaving import by_hand, departing, leftovers
from payouts.ledger import checks, posting
from payouts.models import Payment, Payout
from payouts.moderation import suspending
from payouts.payments import paying_in
from tests.accounts.signing_in.visiting import is_signed_in, sign_in
from tests.world import earning
from tests.world.people import click, execute, open_budget, person, thing_of, travel

pytestmark = pytest.mark.usefixtures("own_database")

CLOSE = "/settings/close"


def reader(name: str = "alice", *, budget: int = 1_000, paid: int = 2_400) -> User:
    """Somebody who paid in by pretended payments."""
    found = person(name)
    open_budget(found, budget, paid=0)
    paying_in.pay_simulated(found, paid)
    return found


def visiting(somebody: User) -> Client:
    client = Client()
    sign_in(client, somebody.username, "correct horse")
    return client


def a_week_passes() -> None:
    travel(clock.now() + departing.WAIT + timedelta(minutes=1))
    departing.finish()


def means(somebody: User) -> int:
    return posting.balance(chart.means(somebody))


def erased(somebody: User) -> bool:
    somebody.refresh_from_db()
    return somebody.erased_at is not None


# --- The money of a reader


def test_what_was_not_spent_goes_back_the_way_it_came() -> None:
    """The newest payment first, each up to what it has left."""
    alice = reader(paid=2_400)
    paying_in.pay_simulated(alice, 500)

    departing.close(alice, alice)

    older, newer = Payment.objects.order_by("pk")
    assert (older.returned, newer.returned) == (2_400, 500)
    assert means(alice) == 0
    assert budgets.amount_in(alice, clock.period()) == 0


def test_a_month_that_is_over_takes_its_part_first() -> None:
    alice, bob = reader(paid=2_400), person("bob")
    click(alice, thing_of(bob, "song"))
    over = clock.period()
    travel(months.end(over) + timedelta(hours=1))

    departing.close(alice, alice)

    assert means(alice) == 1_000
    earning.close_everything()
    assert posting.balance(chart.pending(bob)) == 1_000
    assert means(alice) == 0


def test_the_running_month_is_not_paid_for_any_more() -> None:
    alice, bob = reader(), person("bob")
    click(alice, thing_of(bob, "song"))

    departing.close(alice, alice)
    earning.end_month()

    assert means(alice) == posting.balance(chart.pending(bob)) == 0


def test_a_payment_that_arrives_late_goes_back_too() -> None:
    alice = reader()
    departing.close(alice, alice)

    paying_in.pay_simulated(alice, 700)
    travel(clock.now() + timedelta(hours=1, minutes=1))
    departing.finish()

    assert means(alice) == 0


def test_closing_twice_is_closing_once() -> None:
    alice = reader()

    departing.close(alice, alice)
    once = checks.digest()
    departing.close(alice, alice)
    departing.finish()

    assert checks.digest() == once
    assert Outbox.objects.filter(person=alice, template="leaving").count() == 1


def test_nobody_who_is_suspended_leaves_with_the_money() -> None:
    alice, dora = reader(), person("dora", is_staff=True)
    suspending.suspend_person(alice, dora, "a stolen card")
    alice.refresh_from_db()

    with pytest.raises(departing.NotClosed):
        departing.close(alice, alice)

    assert means(alice) == 2_400


# --- What stops


def test_who_leaves_flattrs_no_more_and_promises_lapse() -> None:
    alice, bob = reader(), person("bob")
    flattr_thing(alice, thing_of(bob, "poem", proved=False))

    departing.close(alice, alice)

    with pytest.raises(NoMeans):
        flattr_thing(alice, thing_of(bob, "song"))
    assert not Promise.objects.exists()


def test_other_browsers_are_signed_out_at_once() -> None:
    """Closing an account ends its other sessions (A4)."""
    alice = reader()
    here, there = visiting(alice), visiting(alice)

    answer = here.post(CLOSE, {"username": "Alice"})

    assert answer.status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(there)
    assert Session.objects.filter(user=alice).count() == 1


def test_a_creator_who_left_cannot_be_flattred() -> None:
    """A8: an old button says so, before and after all is erased; given flattrs stay."""
    alice, bob = reader(), person("bob")
    song, poem = thing_of(bob, "song"), thing_of(bob, "poem")
    flattr_thing(alice, song)
    client = visiting(alice)

    departing.close(bob, bob)

    with pytest.raises(NotFlattrable):
        flattr_thing(alice, poem)
    address = f"/submit/auto?user_id=bob&url={poem.url}"
    assert b"has left" in client.get(address).content
    assert client.get("/profile/bob").status_code == 404
    assert b"has left" in client.get(f"/thing/{poem.pk}").content
    earning.end_month()
    assert posting.balance(chart.pending(bob)) == 1_000

    carol = person("carol")
    blog = thing_of(carol, "blog")
    departing.close(carol, carol)
    a_week_passes()
    assert erased(carol)
    for named in ("carol", "CAROL", carol.public_id):
        address = f"/submit/auto?user_id={named}&url={blog.url}"
        assert b"has left" in client.get(address).content
    assert not Thing.objects.filter(url=blog.url).exists()


# --- The money of a creator


def test_matured_revenue_is_asked_for_at_once() -> None:
    bob = person("bob")
    amount = earning.earn(bob)

    departing.close(bob, bob)

    payout = Payout.objects.get(creator=bob)
    assert payout.amount == amount
    a_week_passes()
    assert not erased(bob)


def test_what_is_held_keeps_a_creator_from_being_erased() -> None:
    bob = person("bob")
    earning.flattr_by_readers(bob)
    departing.close(bob, bob)

    [told] = leftovers.under_way(bob, clock.now())
    assert told == "What your readers flattred is split when the month is closed."
    earning.end_month()
    a_week_passes()
    assert not erased(bob)
    [told] = leftovers.under_way(bob, clock.now())
    assert "€60.00 is held until" in told
    earning.end_hold()
    [told] = leftovers.under_way(bob, clock.now())
    assert told == "€60.00 is ready to be paid out to you. Tell us your bank account."


def little(bob: User) -> None:
    """Bob has 5.00, less than a payout, and has closed his account a week ago."""
    earning.flattr_by_readers(bob, readers=1, budget=500)
    departing.close(bob, bob)
    earning.end_month()
    earning.end_hold()


def test_a_little_that_is_left_is_kept_and_staff_are_told() -> None:
    bob, dora = person("bob"), person("dora", is_staff=True)
    little(bob)

    a_week_passes()
    a_week_passes()

    assert not erased(bob)
    assert posting.balance(chart.revenue(bob)) == 500
    [told] = Outbox.objects.filter(person=dora)
    assert told.facts == {"leaver": bob.pk, "amount": 500}


def test_a_little_that_is_left_may_be_given_up() -> None:
    bob = person("bob")
    little(bob)

    by_hand.give_up(bob, bob)
    with pytest.raises(by_hand.NothingLeft):
        by_hand.give_up(bob, bob)
    a_week_passes()

    assert erased(bob)
    kept = "SELECT sum(amount) FROM audit_entry WHERE account_kind = 'operator'"
    assert execute(kept) == [(500,)]


def test_staff_record_what_they_paid_by_hand() -> None:
    """In the admin, where a person who is leaving says what is left of theirs."""
    bob, dora = person("bob"), person("dora", is_staff=True)
    little(bob)
    staff = visiting(dora)
    page = f"/admin/accounts/user/{bob.pk}/change/"
    act = f"/admin/accounts/user/act/paid_by_hand/?ids={bob.pk}"

    assert "€5.00 is left" in staff.get(page).content.decode()
    told = staff.post(act, {"text": "SEPA 4711"}, follow=True).content.decode()

    assert "€5.00 recorded" in told
    assert posting.balance(chart.revenue(bob)) == 0
    with pytest.raises(by_hand.NotByHand):
        by_hand.pay_by_hand(dora, dora, "to myself")


def test_nothing_of_somebody_suspended_moves() -> None:
    """Fraud is not a way to get money out by leaving."""
    alice, dora = reader(), person("dora", is_staff=True)
    User.objects.filter(pk=alice.pk).update(
        closing_at=clock.now(), leaving_due_at=clock.now()
    )
    suspending.suspend_person(alice, dora, "a stolen card")

    a_week_passes()

    assert means(alice) == 2_400
    assert not erased(alice)


def test_what_no_card_takes_is_paid_by_hand() -> None:
    """Money without a payment of its own, such as a dispute that was won later."""
    alice, dora = person("alice"), person("dora", is_staff=True)
    open_budget(alice, 1_000, paid=800)

    departing.close(alice, alice)
    a_week_passes()
    assert not erased(alice)
    with pytest.raises(by_hand.NotByHand):
        by_hand.pay_by_hand(alice, dora, " ")
    by_hand.pay_by_hand(alice, dora, "SEPA 4711")
    a_week_passes()

    assert erased(alice)
    assert means(alice) == 0


# --- Keeping it after all


def test_an_account_is_kept_by_the_link_in_the_mail() -> None:
    alice = reader()
    departing.close(alice, alice)
    told = Outbox.objects.get(person=alice, template="leaving")
    path = urlsplit(composing.links_of(told)["keep_url"]).path
    signed = path.rpartition("/")[2].partition(":")[0]  # and then the second
    assert signed not in str(told.facts)
    assert f"/settings/close/keep/{signed}:" in str(composing.message_of(told).body)
    anybody = Client()

    assert b"Keep the account?" in anybody.get(path).content
    assert User.objects.get(username="alice").closing_at is not None
    assert anybody.post(path).status_code == 200
    a_week_passes()

    assert not erased(alice)
    assert alice.closing_at is None
    assert anybody.post(path).status_code == 400
    assert anybody.post(f"{path}x").status_code == 400


def test_an_old_link_does_not_keep_an_account_that_was_closed_again() -> None:
    alice = reader()
    departing.close(alice, alice)
    old = departing.keep_url(alice)
    departing.cancel_closing(alice, alice)
    travel(clock.now() + timedelta(minutes=1))
    departing.close(alice, alice)

    with pytest.raises(departing.NotKept):
        departing.by_token(urlsplit(old).path.rsplit("/", 1)[1])


def test_an_account_is_kept_from_its_own_page() -> None:
    alice = reader()
    client = visiting(alice)
    client.post(CLOSE, {"username": "alice"})

    page = client.get(CLOSE).content
    client.post(f"{CLOSE}/keep")

    assert b"Your account is closed" in page
    alice.refresh_from_db()
    assert alice.closing_at is None


# --- The pages


def test_the_page_says_what_happens_in_figures() -> None:
    alice, bob = reader(), person("bob")
    click(alice, thing_of(bob, "song"))

    page = visiting(alice).get(CLOSE).content.decode()

    assert "€24.00" in page
    assert "is not paid for any more" in page
    assert means(alice) == 2_400


def test_only_who_types_their_name_closes_their_account() -> None:
    alice = reader()
    client = visiting(alice)

    refused = client.post(CLOSE, {"username": "bob"})

    assert refused.status_code == 400
    assert b"This is not your username." in refused.content
    assert means(alice) == 2_400


def test_closing_needs_a_login_of_the_last_ten_minutes() -> None:
    """An older sign-in is asked for the password again (A3)."""
    alice = reader()
    client = visiting(alice)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 601
    session.save()

    for path in (CLOSE, f"{CLOSE}/give-up", "/settings/export"):
        answer = client.post(path, {"username": "alice"})
        assert "/account/reauthenticate/" in answer.headers["Location"], path

    alice.refresh_from_db()
    assert alice.closing_at is None


# --- What the database says to it


def test_who_did_what_stays_in_the_log(
    owner_connection: PostgresConnection,
) -> None:
    """L3, T42: only words about somebody who left are taken out, by one function."""
    suspending.suspend_person(person("bob"), person("dora", is_staff=True), "spam")
    with pytest.raises(DatabaseError, match="permission denied"):
        execute("SET flattr.erasing = '1'; UPDATE audit SET reason = ''")
    for statement in (
        "UPDATE audit SET reason = ''",
        "SET flattr.erasing = '1'; UPDATE audit SET action = 'nothing'",
        "SET flattr.erasing = '1'; DELETE FROM audit",
    ):
        with (
            owner_connection.cursor() as cursor,
            pytest.raises(psycopg2.IntegrityError, match="only ever added"),
        ):
            cursor.execute(statement)


def test_nobody_is_erased_past_the_doors() -> None:
    """T47, L3: not before seven days, not with money here, not back to life."""
    alice = reader()
    with pytest.raises(DataError, match="seven days ago"):
        execute("SELECT flattr_erase_person(%s)", alice.pk)
    with pytest.raises(IntegrityError, match="not at another time"):
        execute(
            "UPDATE person SET closing_at = flattr_clock() - interval '8 days'"
            " WHERE id = %s",
            alice.pk,
        )
    with pytest.raises(IntegrityError, match="alone"):
        execute("UPDATE person SET erased_at = now() WHERE id = %s", alice.pk)
    execute("UPDATE person SET closing_at = flattr_clock() WHERE id = %s", alice.pk)
    travel(clock.now() + timedelta(days=8))
    with pytest.raises(DataError, match="still here"):
        execute("SELECT flattr_erase_person(%s)", alice.pk)

    leftovers.send_back(alice)
    assert departing.erase(alice)
    with (
        pytest.raises(IntegrityError, match="has left"),
        transaction.atomic(),
    ):
        execute("UPDATE person SET username = 'alice' WHERE id = %s", alice.pk)
