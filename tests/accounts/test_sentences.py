"""Sentences of people's and apps' pages that differ from case to case."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from accounts.models import User
from accounts.models.oauth import AccessToken, Allowance, Application
from accounts.oauth import apps
from accounts.oauth.consents import CannotBeAsked, NotOurApp, Question
from accounts.oauth.tokens import Access
from accounts.settings.views import SecondFactor
from accounts.signing_in.hooks import instead_of_waiting
from accounts.signing_in.invitations import why_not
from flattr import months

NOVEMBER = months.parse("2026-11")
FIRST, SECOND = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)


def reader_app(*, old: bool = False) -> Application:
    return Application(
        name="Reader <1>",
        website="https://reader.example/about",
        user=User(username="bob"),
        created=FIRST,
        keys_are_public=old,
    )


@pytest.mark.parametrize(
    ("is_on", "sentence", "button"),
    [
        (True, "On. After", "Passkeys, app and recovery codes"),
        (False, "Off. With it", "Switch it on"),
    ],
)
def test_the_second_factor_is_on_or_off(
    is_on: bool, sentence: str, button: str
) -> None:
    card = SecondFactor(is_on)

    assert card.sentence.startswith(sentence)
    assert card.button == button


@pytest.mark.parametrize(
    ("is_signed_in", "sentence"),
    [(True, "You can also sign out"), (False, "You do not have to wait")],
)
def test_nobody_has_to_wait(is_signed_in: bool, sentence: str) -> None:
    assert instead_of_waiting(is_signed_in=is_signed_in).startswith(sentence)


@pytest.mark.parametrize(
    ("is_opened", "sentence"),
    [(True, "for somebody else than ada."), (False, "Ask another admin for a link")],
)
def test_staff_read_why_they_set_no_second_factor(
    is_opened: bool, sentence: str
) -> None:
    assert sentence in why_not(User(username="ada"), is_opened=is_opened)


@pytest.mark.parametrize(
    ("used", "most", "sentence"),
    [
        (0, None, "In November it flattred 0 times."),
        (1, None, "In November it flattred once."),
        (2, None, "In November it flattred 2 times."),
        (1, 3, "In November it flattred 1 time, of 3 that you allow."),
        (2, 3, "In November it flattred 2 times, of 3 that you allow."),
    ],
)
def test_how_often_an_app_flattred(used: int, most: int | None, sentence: str) -> None:
    allowance = Allowance(period=NOVEMBER, used=used, most=most)
    access = Access(reader_app(), allowance, since=FIRST, period=NOVEMBER)

    assert access.how_often == sentence


@pytest.mark.parametrize(
    ("most", "sentence"),
    [
        (None, "Reader may flattr as often as it likes."),
        (1, "Reader may flattr once a month."),
        (5, "Reader may flattr up to 5 times a month."),
        (0, "Reader may flattr up to 0 times a month."),
    ],
)
def test_how_often_an_app_may_flattr(most: int | None, sentence: str) -> None:
    assert apps.how_often("Reader", most) == sentence


@pytest.mark.parametrize(
    ("people", "sentence"),
    [
        (0, "At the moment it acts for nobody."),
        (1, "It acts for 1 person. All its tokens stop working at once."),
        (2, "It acts for 2 people. All its tokens stop working at once."),
    ],
)
def test_whom_a_deleted_app_acts_for(people: int, sentence: str) -> None:
    assert apps.who_uses_it(people) == sentence


@pytest.mark.parametrize(
    ("used_at", "end"),
    [(None, "never used"), (SECOND, "last used on 2 November 2026")],
)
def test_when_an_app_and_a_token_were_used(used_at: datetime | None, end: str) -> None:
    token = AccessToken(scope="", created=FIRST, last_used_at=used_at)
    access = Access(reader_app(), Allowance(), FIRST, NOVEMBER, last_used_at=used_at)

    assert token.about == f"reading only; made on 1 November 2026, {end}"
    assert access.about == f"of reader.example, since 1 November 2026, {end}"


@pytest.mark.parametrize(
    ("old", "sentence"),
    [
        (True, "an old program; registered by the people who run Flattr"),
        (
            False,
            'claims to belong to <span class="address">reader.example</span>;'
            " registered by <bdi>bob</bdi> on 1 November 2026",
        ),
    ],
)
def test_who_asks(old: bool, sentence: str) -> None:
    question = Question(reader_app(old=old), "", [], None, [])

    assert question.who_asks.startswith(sentence)


@pytest.mark.parametrize(
    ("client_type", "sentence"),
    [
        (Application.CLIENT_PUBLIC, "it has no secret"),
        (Application.CLIENT_CONFIDENTIAL, "secret then stops working at once"),
    ],
)
def test_the_secret_of_an_app(client_type: str, sentence: str) -> None:
    assert sentence in Application(client_type=client_type).about_its_secret


def test_an_app_that_gets_no_access() -> None:
    unknown = NotOurApp()
    known = CannotBeAsked(reader_app(), "https://reader.example/cb", "No.")

    assert unknown.heading == "This app cannot get access"
    assert 'href="/apps"' in unknown.advice
    assert known.heading == "<bdi>Reader &lt;1&gt;</bdi> cannot get access"
    assert known.advice.startswith("The app made a mistake, not you")
