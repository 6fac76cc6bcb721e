"""What people and their banks do about debits and bank payments; see `deeds`."""

from __future__ import annotations

from local.stripe.incoming import attempts, checkout, debits, intents, setups
from local.stripe.instruments import ibans, sepa_mandates
from local.stripe.pages import paying
from local.stripe.wire.errors import Refused, Resource
from local.stripe.wire.world import World


def authenticate(world: World, intent: str, *, ok: bool = True) -> Resource:
    """Confirm at the bank, or refuse; the payment or setup intent afterwards."""
    if intent.startswith("seti_"):
        done = setups.authenticate(world, intent, ok=ok)
    else:
        done = attempts.authenticate(world, intent, ok=ok)
    checkout.follow(world, done)
    return done


def pay_by_bank(
    world: World,
    session: str,
    kind: str = "ideal",
    *,
    confirms: bool = True,
    iban: str = "",
) -> Resource:
    """Choose iDEAL, Bancontact, TWINT or Swish on the Checkout page that has this id or
    address, and confirm at the bank, or refuse; the session afterwards.

    `iban` is the account there, of which debits may be allowed for later.
    """
    intent = paying.pay_by_other(world, session, kind, iban=iban)
    if intent["status"] == "requires_action":
        authenticate(world, intent["id"], ok=confirms)
    return session_of(world, session)


def pay_by_debit(
    world: World,
    session: str,
    iban: str = "DE89370400440532013000",
    name: str = "Alice",
) -> Resource:
    """Pay by a debit, or allow debits, on the Checkout page that has this id or address;
    the session afterwards. The money comes, or does not, days later."""
    paying.pay_by_debit(world, session, iban, name=name)
    return session_of(world, session)


def session_of(world: World, session: str) -> Resource:
    return world.get("checkout.session", paying.id_of(session), "session")


def settle_debit(world: World, payment_intent: str) -> Resource:
    """The bank sends the money of a debit; the payment intent afterwards."""
    return followed(world, debits.settle(world, payment_intent))


def fail_debit(
    world: World, payment_intent: str, code: str = "insufficient_funds"
) -> Resource:
    """The bank does not send the money of a debit; the payment intent afterwards."""
    return followed(world, debits.fail(world, payment_intent, code))


def end_debit(world: World, charge: str) -> None:
    """A debit's time has come."""
    intent = debits.end(world, charge)
    if intent:
        checkout.follow(world, intent)


def followed(world: World, intent: Resource) -> Resource:
    checkout.follow(world, intent)
    return intents.retrieve(world, {}, intent["id"])


def return_debit(
    world: World, payment_intent: str, reason: str = "insufficient_funds"
) -> Resource:
    """A debit that was paid is taken back, by the bank or by the payer; the dispute."""
    return debits.give_back(world, payment_intent, reason)


def revoke_mandate(world: World, payment_method: str) -> Resource:
    """Its holder allows no more debits of an account; the mandate."""
    ended = sepa_mandates.revoke(world, payment_method)
    if not ended:
        raise Refused(f"{payment_method} has no mandate to revoke.")
    return ended[0]


def change_account(world: World, payment_method: str, iban: str) -> Resource:
    """Let a saved account behave as that test account from now on."""
    known = world.get("payment_method", payment_method)
    world.store.hide(payment_method, iban=ibans.named(iban))
    return known
