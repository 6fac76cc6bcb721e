"""Every sentence on every page is marked for translation: seen in the language that
nobody speaks (tests/pseudo.py), and read in the templates branch for branch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from babel import Locale
from django.apps import apps
from django.conf import settings as django_settings
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db.models import CharField, JSONField, TextField

from flattr.site import accessibility
from tests import marks, pseudo
from tests.accounts.mail.letters import ALICE, EXAMPLES, composed
from tests.world.demo import Visit

# The same in every language: names, and what programs read.
NAMES = {
    *("flattr", "stripe", "visa", "mastercard", "utc", "eur", "api", "oauth", "url"),
    *("csv", "iban", "sepa", "html", "atom", "rss", "json", "qr", "totp", "xmlns"),
}
COMMAND = "    manage.py "
WRITTEN = (CharField, TextField, JSONField, ArrayField)


@pytest.mark.parametrize("name", marks.names_of_templates())
def test_every_sentence_of_a_template_is_marked(name: str) -> None:
    assert "\n".join(marks.unmarked(name)) == ""


def test_every_sentence_on_every_page_is_marked(
    visits: list[Visit], settings: Any, tmp_path: Path
) -> None:
    # What other tests mailed is nobody's word of the demo's.
    settings.EMAIL_FILE_PATH = str(tmp_path)
    asked = [value for visit in visits for _name, value in parse_qsl(query(visit))]
    known = sorted({*data(), *asked}, key=len, reverse=True)
    with pseudo.spoken():
        wrong = [
            f"{visit}: {run}"
            for visit in visits
            for run in marks.runs(visit.get().content.decode())
            if is_plain(run, known)
        ]

    assert "\n".join(dict.fromkeys(wrong)) == ""


@pytest.mark.parametrize("kind", EXAMPLES)
def test_every_sentence_of_every_mail_is_marked(kind: str) -> None:
    for facts in EXAMPLES[kind]:
        people = {ALICE.name, ALICE.username, django_settings.OPERATOR_LEGAL_NAME}
        known = sorted({*texts(facts), *people}, key=len, reverse=True)
        with pseudo.spoken():
            mail = composed(kind, facts)
        said = [str(mail.subject), *str(mail.body).splitlines()]

        plain = [line for line in said if is_plain(line, known)]
        assert [line for line in plain if not line.startswith(COMMAND)] == []


def texts(fact: Any) -> Iterator[str]:
    """Every text in a mail's facts, as it is in the mail."""
    if isinstance(fact, str):
        yield from filter(None, fact.splitlines())
    elif isinstance(fact, dict | list | tuple):
        for part in fact.values() if isinstance(fact, dict) else fact:
            yield from texts(part)
    if isinstance(fact, dict):
        yield from (f"{name}: {value}" for name, value in fact.items())


def query(visit: Visit) -> str:
    return visit.path.partition("?")[2]


def is_plain(run: str, known: list[str]) -> bool:
    """Whether the text has a word that is neither accented nor somebody's own."""
    if run.endswith("…") and any(value.startswith(run[:-1]) for value in known):
        return False
    run = re.sub(r"https?://\S*", " ", run)
    for value in known:
        run = run.replace(value, " ")
    run = re.sub(r"\S*(?:/|@|\w\.)\w\S*", " ", run)
    return marks.has_words(run, NAMES)


def data() -> Iterator[str]:
    """What people wrote: every text in our tables that is none of a few choices."""
    for model in apps.get_models():
        if model.__module__.partition(".")[0] not in {"accounts", "buttons", "payouts"}:
            continue
        written = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, WRITTEN) and not field.choices
        ]
        for row in model._default_manager.values_list(*written):
            yield from (text for text in texts(row) if len(text) > 1)
    # Codes, as the filters of staff's lists show them.
    for table in admin.site._registry.values():
        for kind in table.list_filter:
            yield from (code.replace("_", " ") for code in getattr(kind, "codes", ()))
    for scope in django_settings.SCOPES:
        yield f"{pseudo.accented('scope')} {scope}"
    yield ", ".join(django_settings.SCOPES)
    yield from Locale("en").territories.values()
    for name in dir(django_settings):
        if name.startswith("OPERATOR_") or name.endswith("_AUTHORITY"):
            yield from texts(getattr(django_settings, name))
    yield from (look.engine for look in accessibility.looks())
    # Django's own pictures in its admin have no marks.
    yield from ("Search", "True", "False")
