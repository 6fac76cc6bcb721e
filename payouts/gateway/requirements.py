"""What Stripe wants to know of a creator, in plain words.

Its own are paths such as `individual.dob.day`; several of them are one question.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# The beginning of a path, after whose it is, and what a person would call it.
WORDS = {
    "external_account": "your bank account",
    "first_name": "your name",
    "last_name": "your name",
    "dob": "your date of birth",
    "address": "your address",
    "registered_address": "your address",
    "email": "your e-mail address",
    "phone": "your phone number",
    "nationality": "your nationality",
    "id_number": "your tax or identity number",
    "ssn_last_4": "your tax or identity number",
    "verification.document": "a picture of your passport or identity card",
    "verification.additional_document": "a paper that shows your address",
    "verification.proof_of_liveness": "a picture of yourself",
    "tos_acceptance": "that you agree to Stripe's terms",
    "business_type": "whether you are a person or a company",
    "business_profile.url": "your website, or what you make",
    "business_profile.product_description": "your website, or what you make",
    "business_profile.mcc": "what kind of work you do",
    "company.name": "your company's name",
    "company.tax_id": "your company's tax number",
    "company.vat_id": "your company's tax number",
    "company.registration_number": "your company's number in the register",
    "company.address": "your company's address",
    "company.phone": "your company's phone number",
    "company.verification.document": "a paper that shows your company is registered",
    "company.owners_provided": "who owns your company",
    "company.directors_provided": "who directs your company",
    "relationship": "what you are in your company",
    "representative": "who speaks for your company",
    "owners": "who owns your company",
    "directors": "who directs your company",
}
WHOSE = re.compile(r"^(individual|representative|person_\w+|owners|directors)\.")

# Our word for an account that Stripe does not know any more, or not for us.
GONE = "gone"
REASONS = {
    "requirements.pending_verification": "Stripe is checking what you told it. That"
    " can take some days.",
    "under_review": "Stripe is looking at your account. That can take some days.",
    "listed": "Stripe is looking at your account. That can take some days.",
    "platform_paused": "Stripe has paused your account. Please write to us.",
    GONE: "Your account at Stripe is not there any more, or not open to us."
    " Please begin there again.",
}
REJECTED = (
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
            return word
    return rest.replace(".", ": ").replace("_", " ")


def reason_in_words(reason: str) -> str:
    """Why Stripe does not pay to an account, in a sentence; empty where it only waits
    for answers."""
    if reason.startswith("rejected"):
        return REJECTED
    return REASONS.get(reason, "")
