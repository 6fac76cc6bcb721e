"""A template that asks for what is not there fails the test that draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.template import Context, Engine, Origin, Template

from tests.templates import MAY_BE_ABSENT, OURS

ENGINE = Engine(builtins=["django.template.defaulttags"])


@dataclass
class Payout:
    amount: int = 7
    creator: object = None

    def shown_to(self, who: str) -> str:
        return who


def drawn(text: str, name: str = "payouts/payments/pay.html") -> str:
    template = Template(text, Origin(str(OURS / name)), engine=ENGINE)
    return str(template.render(Context({"payout": Payout(), "rows": {"a": 1}})))


@pytest.mark.parametrize(
    "text",
    [
        "{{ pay_out }}",
        "{{ payout.amuont }}",
        "{% if payout.shown_to %}a button{% endif %}",
        "{% if payout.amount and payout.shown_to %}a button{% endif %}",
        "{% if not payout.amuont %}a note{% endif %}",
        "{% for row in payout.rows %}a row{% endfor %}",
        "{% with name=payout.shown_to %}{{ name }}{% endwith %}",
        "{{ payout.amount|add:payout.more }}",
        "{{ rows.b }}",
    ],
)
def test_a_misspelt_name_or_an_uncalled_function_fails(text: str) -> None:
    with pytest.raises(
        pytest.fail.Exception, match=r"templates/payouts/payments/pay\.html"
    ):
        drawn(text)


def test_what_is_there_is_drawn() -> None:
    text = "{{ payout.amount }}{{ rows.a }}{% for name in rows %}{{ name }}{% endfor %}"

    assert drawn(text) == "71a"


def test_nothing_is_known_of_nobody() -> None:
    assert drawn("{% if payout.creator.name %}a name{% endif %}") == ""


def test_a_fact_that_a_page_has_in_some_cases_only() -> None:
    text = "{% if refusal %}{{ refusal }}{% endif %}"

    assert drawn(text, "buttons/proofs/claim.html") == ""
    with pytest.raises(pytest.fail.Exception):
        drawn(text, "payouts/payments/pay.html")


def test_templates_of_packages_are_left_alone() -> None:
    package: Any = Origin("/usr/lib/python3/admin/base.html")
    text = Template("{{ nothing }}{{ payout.shown_to }}", package, engine=ENGINE)

    assert text.render(Context({"payout": Payout()})) == ""


def test_only_what_our_templates_ask_for_may_be_absent() -> None:
    """A name that is not used any more leaves the list."""
    for template, names in MAY_BE_ABSENT.items():
        text = (OURS / template).read_text()
        assert not {name for name in names if name not in text}, template
