"""What Stripe wants to know about a creator, in plain words.

Stripe names paths such as `individual.dob.day`; several paths may be one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

# By the beginning of a path, without the person it is about: what people call it.
WORDS = {
    "external_account": _("your bank account"),
    "first_name": _("your name"),
    "last_name": _("your name"),
    "dob": _("your date of birth"),
    "address": _("your address"),
    "registered_address": _("your address"),
    "email": _("your e-mail address"),
    "phone": _("your phone number"),
    "nationality": _("your nationality"),
    "id_number": _("your tax or identity number"),
    "ssn_last_4": _("your tax or identity number"),
    "verification.document": _("a picture of your passport or identity card"),
    "verification.additional_document": _("a document that shows your address"),
    "verification.proof_of_liveness": _("a picture of yourself"),
    "tos_acceptance": _("your agreement to Stripe's terms"),
    "business_type": _("whether you are a person or a company"),
    "business_profile.url": _("your website, or what you make"),
    "business_profile.product_description": _("your website, or what you make"),
    "business_profile.mcc": _("what kind of work you do"),
    "company.name": _("your company's name"),
    "company.tax_id": _("your company's tax number"),
    "company.vat_id": _("your company's tax number"),
    "company.registration_number": _("your company's registration number"),
    "company.address": _("your company's address"),
    "company.phone": _("your company's phone number"),
    "company.verification.document": _(
        "a document that shows your company is registered"
    ),
    "company.owners_provided": _("who owns your company"),
    "company.directors_provided": _("who directs your company"),
    "relationship": _("what your role in your company is"),
    "representative": _("who speaks for your company"),
    "owners": _("who owns your company"),
    "directors": _("who directs your company"),
}
WHOSE = re.compile(r"^(individual|representative|person_\w+|owners|directors)\.")

# Our code for an account that Stripe no longer knows, or not as ours.
GONE = "gone"
REASONS = {
    "requirements.pending_verification": _(
        "Stripe is checking what you told it. That can take some days."
    ),
    "under_review": _("Stripe is reviewing your account. That can take some days."),
    "listed": _("Stripe is reviewing your account. That can take some days."),
    "platform_paused": _("Stripe has paused your account. Please write to us."),
    GONE: _(
        "Your account at Stripe no longer exists, or is not open to us. Please start there"
        " again."
    ),
}
REJECTED = _(
    "Stripe has closed your account and does not pay to it. Please ask Stripe why, or"
    " name a bank account that we pay by hand."
)


def in_words(missing: Iterable[str]) -> list[str]:
    """Each question once, in the order of Stripe's.

    >>> in_words(["individual.dob.day", "individual.dob.month", "company.tax_id"])
    ['your date of birth', "your company's tax number"]
    >>> in_words(["person_1A2b.political_exposure", "company.export_license_id"])
    ['political exposure', 'company: export license id']
    """
    return list(dict.fromkeys(map(_word, missing)))


def _word(path: str) -> str:
    rest = WHOSE.sub("", path)
    parts = rest.split(".")
    for n in range(len(parts), 0, -1):
        if word := WORDS.get(".".join(parts[:n])):
            return str(word)
    return rest.replace(".", ": ").replace("_", " ")


def reason_in_words(reason: str) -> str:
    """Why Stripe does not pay to an account, in a sentence; empty if it only waits for
    answers."""
    if reason.startswith("rejected"):
        return str(REJECTED)
    return str(REASONS.get(reason, ""))
