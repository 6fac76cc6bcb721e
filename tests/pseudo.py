"""A language that nobody speaks: each letter accented, each word a third longer.

Whatever is marked for translation shows in it, so a plain word on a page is one that
was not marked, and what sticks out of a page is what a long language would break. It
stands in place of the default language: formats and addresses stay as they are.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import trans_real

PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
ACCENTED = "åƀçđéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇĐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"
LETTERS = str.maketrans(PLAIN, ACCENTED)
# Placeholders, tags and entities are no words of a language.
FIXED = re.compile(r"(%\(\w+\)\d*[a-z]|%[sdr%]|\{[^{}]*\}|<[^<>]*>|&\w+;)")
CONTEXT = "\x04"


def accented(sentence: str) -> str:
    """
    >>> accented("Pay %(amount)s in")
    'Þåýý %(amount)s îñ'
    """
    pieces = FIXED.split(sentence)
    pieces[::2] = [re.sub(r"[A-Za-z]+", longer, piece) for piece in pieces[::2]]
    return "".join(pieces)


def longer(word: re.Match[str]) -> str:
    made = word[0].translate(LETTERS)
    return made + made[-1] * (len(made) // 3)


class Pseudo:
    """What Django asks of a language."""

    def gettext(self, sentence: str) -> str:
        return accented(sentence.rpartition(CONTEXT)[2])

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return self.gettext(singular if number == 1 else plural)

    def language(self) -> str:
        return settings.LANGUAGE_CODE

    to_language = language


class Speaker(AppConfig):
    """Speaks it in a process of its own."""

    name = "tests.pseudo"

    def ready(self) -> None:
        install()


def install() -> None:
    """Speak it from here on, in this process, in place of the default language."""
    languages = vars(trans_real)
    languages["_translations"][settings.LANGUAGE_CODE] = Pseudo()
    languages["_default"] = None
    trans_real.deactivate()


@contextlib.contextmanager
def spoken() -> Iterator[None]:
    """Speak it meanwhile."""
    languages = vars(trans_real)
    before = dict(languages["_translations"])
    install()
    try:
        yield
    finally:
        languages["_translations"].clear()
        languages["_translations"].update(before)
        languages["_default"] = None
        trans_real.deactivate()
