"""Signing in with a code from a mail, when a password cannot be used.

At most five such mails an hour go to one address, whoever asks for them. So that
nobody keeps the owner out by asking, a code is not bound to the browser that asked:
each one of the last hour works once, in any browser that waits for one. A code is too long to be guessed and is stored nowhere: it is made of
our key and the number under which its mail was counted.
"""

from __future__ import annotations

import contextlib
import string

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from accounts.signing_in import attempts

MAIL = "account/email/login_code"
# What is told apart however it is read or printed; twelve are 52 bits.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
PARTS, PART = 3, 4
BESIDE = str.maketrans("", "", string.punctuation + string.whitespace)


def code(person: User, number: int) -> str:
    """What the counted mail `number` says to a person, as in `BCDF-GHJK-LMNP`.

    A new password makes another one of it.
    """
    facts = f"{person.pk}:{number}:{person.password}"
    digest = salted_hmac(
        "accounts.signing_in.mailed_codes", facts, algorithm="sha256"
    ).digest()
    rest, letters = int.from_bytes(digest), ""
    for _ in range(PARTS * PART):
        rest, place = divmod(rest, len(LETTERS))
        letters += LETTERS[place]
    return "-".join(letters[at : at + PART] for at in range(0, PARTS * PART, PART))


def bare(typed: str) -> str:
    """A code without what was put between its letters, whatever their case.

    >>> bare("bcdf GHJK-lmnp")
    'bcdfghjklmnp'
    """
    return typed.translate(BESIDE).lower()


def use(person: User | None, email: str, typed: str) -> bool:
    """Whether that was mailed to the person's address within the hour and is used for
    the first time.

    Nobody's code is right; the question takes as long (A1).
    """
    numbers = attempts.counted(attempts.key_of(MAIL, email))
    if person is None:
        return False
    for number in numbers:
        if constant_time_compare(bare(typed), bare(code(person, number))):
            with contextlib.suppress(attempts.TooMany):
                return bool(attempts.count({f"code:used:{number}": attempts.ONCE}))
    return False
