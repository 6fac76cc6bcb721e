"""Signing in with a code from a mail, when a password cannot be used.

At most five such mails an hour go to one address, whoever asks for them. So that nobody
can lock the owner out by asking, a code is not bound to the browser that asked: each
code of the last hour works once, in any browser that waits for one. A code is too long
to guess and is stored nowhere: it is computed from our key and the number under which
its mail was counted.
"""

from __future__ import annotations

import contextlib
import string

from django.utils.crypto import constant_time_compare, salted_hmac

from accounts.models import User
from accounts.signing_in import attempts

MAIL = "account/email/login_code"
# Letters that nobody confuses, read aloud or printed; twelve are 52 bits.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
PARTS, PART = 3, 4
BESIDE = str.maketrans("", "", string.punctuation + string.whitespace)


def code(person: User, number: int) -> str:
    """The code in the person's mail with that number, like `BCDF-GHJK-LMNP`.

    A new password changes it.
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
    """A code in lower case, without anything between its letters.

    >>> bare("bcdf GHJK-lmnp")
    'bcdfghjklmnp'
    """
    return typed.translate(BESIDE).lower()


def use(person: User | None, email: str, typed: str) -> bool:
    """Whether the code was mailed to the person's address within the hour and is used for
    the first time.

    For `None` it is always wrong, and finding that out takes as long (A1).
    """
    numbers = attempts.counted(attempts.key_of(MAIL, email))
    if person is None:
        return False
    for number in numbers:
        if constant_time_compare(bare(typed), bare(code(person, number))):
            with contextlib.suppress(attempts.TooMany):
                return bool(attempts.count({f"code:used:{number}": attempts.ONCE}))
    return False
