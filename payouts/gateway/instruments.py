"""By what somebody paid at Stripe, and what of it was kept, parsed from Stripe's answers.

Paying by Bancontact, or confirming at a bank by iDEAL to save an account, leaves a method
of another kind behind: a SEPA debit, under `generated_sepa_debit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from payouts.gateway.facts import Kept

Answer = Mapping[str, Any]

GENERATED = "generated_sepa_debit"
# Those of which pages say the name alone, or with the account's last digits.
NAMES = {
    "ideal": "iDEAL",
    "bancontact": "Bancontact",
    "twint": "TWINT",
    "swish": "Swish",
    "link": "Link",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """By what a charge was paid. `name` is what pages say: `Visa …4242`."""

    method: str = ""
    name: str = ""
    fingerprint: str = ""
    kept: Kept | None = None


def of_charge(charge: Answer, generated: Answer | None = None) -> Shown:
    """`generated` is the whole method that `generated_by` names."""
    shown = _details(charge)
    kind = str((charge.get("payment_method_details") or {}).get("type") or "")
    if kind == "card":
        return _shown(kind, _card(_id(charge), shown))
    if kind == "sepa_debit":
        mandate = str(shown.get("mandate") or "")
        return _shown(kind, _debit(_id(charge), shown, mandate))
    digits = str(shown.get("iban_last4") or "")
    name = NAMES.get(kind, kind)
    kept = _generated(generated, shown)
    if kind == "twint" and _id(charge):
        kept = _twint(_id(charge))
    return Shown(
        method=kind,
        name=f"{name} …{digits}" if digits else name,
        fingerprint=kept.fingerprint if kept else "",
        kept=kept,
    )


def of_setup(setup: Answer, generated: Answer | None = None) -> Kept | None:
    """What a completed setup intent saved; none before it has."""
    if generated is not None:
        return _generated(generated, _details(setup.get("latest_attempt")))
    method = setup.get("payment_method")
    if not isinstance(method, Mapping):
        return None
    return of_method(method, str(setup.get("mandate") or ""))


def of_method(method: Answer, mandate: str = "") -> Kept | None:
    """What can be charged again by a payment method; none for other kinds."""
    kind = method.get("type")
    if kind == "card":
        return _card(method["id"], method["card"])
    if kind == "sepa_debit":
        return _debit(method["id"], method["sepa_debit"], mandate)
    return _twint(method["id"]) if kind == "twint" else None


def generated_by(charge_or_attempt: object) -> str:
    """The id of the debit that paying at a bank left behind; empty without one."""
    return str(_details(charge_or_attempt).get(GENERATED) or "")


def _details(charge_or_attempt: object) -> Answer:
    """What it shows of the method; nothing of a mere id."""
    if not isinstance(charge_or_attempt, Mapping):
        return {}
    details = charge_or_attempt.get("payment_method_details") or {}
    return details.get(str(details.get("type"))) or {}


def _id(charge: Answer) -> str:
    return str(charge.get("payment_method") or "")


def _shown(method: str, kept: Kept) -> Shown:
    name = f"{kept.name} …{kept.last4}"
    return Shown(method, name, kept.fingerprint, kept if kept.stripe_id else None)


def _card(stripe_id: str, answer: Answer) -> Kept:
    return Kept(
        stripe_id=stripe_id,
        kind="card",
        name=str(answer.get("brand") or "card").replace("_", " ").title(),
        last4=answer.get("last4") or "",
        expires=answer["exp_year"] * 100 + answer["exp_month"],
        fingerprint=answer.get("fingerprint") or "",
    )


def _debit(stripe_id: str, answer: Answer, mandate: str) -> Kept:
    country = answer.get("country") or ""
    return Kept(
        stripe_id=stripe_id,
        kind="sepa_debit",
        name=f"SEPA debit {country}".strip(),
        last4=answer.get("last4") or "",
        expires=None,
        fingerprint=answer.get("fingerprint") or "",
        mandate_id=mandate,
    )


def _twint(stripe_id: str) -> Kept:
    return Kept(stripe_id, "twint", NAMES["twint"], "", None, "")


def _generated(method: Answer | None, shown: Answer) -> Kept | None:
    if method is None:
        return None
    mandate = str(shown.get(f"{GENERATED}_mandate") or "")
    return _debit(method["id"], method["sepa_debit"], mandate)
