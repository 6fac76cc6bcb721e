"""VAT ids, rates, and settings that contradict each other."""

from __future__ import annotations

import pytest

from flattr import vat
from tests.house.test_production import started

GERMAN = {
    "FLATTR_FEE_PERCENT": "10",
    "FLATTR_VAT_COUNTRY": "DE",
    "FLATTR_VAT_RATE": "19",
    "FLATTR_OPERATOR_VAT_ID": "DE123456789",
}


@pytest.mark.parametrize(
    "vat_id",
    [
        "ATU12345678", "BE0123456789", "BG123456789", "CY12345678X", "CZ12345678",
        "DE123456789", "DK12345678", "EE123456789", "EL123456789", "ESX1234567X",
        "FI12345678", "FRXX123456789", "HR12345678901", "HU12345678", "IE1234567WA",
        "IT12345678901", "LT123456789012", "LU12345678", "LV12345678901", "MT12345678",
        "NL123456789B01", "PL1234567890", "PT123456789", "RO12345678", "SE123456789012",
        "SI12345678", "SK1234567890",
    ],
)  # fmt: skip
def test_each_country_of_the_union_has_its_shape(vat_id: str) -> None:
    assert vat.is_shaped(vat_id)
    assert vat.is_shaped(
        vat.plain(f" {vat_id[:2].lower()} {vat_id[2:5]}.{vat_id[5:]} ")
    )
    assert not vat.is_shaped(vat_id[:-1] + "!")
    assert not vat.is_shaped(vat_id + "00000")


def test_all_27_are_there_and_nobody_else() -> None:
    assert len(vat.SHAPES) == 27
    for other in ("GB123456789", "CHE123456789", "GR123456789", "", "D", "123456789"):
        assert not vat.is_shaped(other)


@pytest.mark.parametrize("text", ["", "-1", "19,0", "19.123", "51", "1e1", "²", "NaN"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    assert vat.parse_percent(text) is None


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"FLATTR_VAT_RATE": "nineteen"}, "FLATTR_VAT_RATE is a percentage such as 19"),
        ({"FLATTR_VAT_COUNTRY": "Germany"}, "FLATTR_VAT_COUNTRY is a code of two letters"),
        ({"FLATTR_VAT_COUNTRY": ""}, "FLATTR_VAT_COUNTRY does not say whose"),
        ({"FLATTR_OPERATOR_VAT_ID": ""}, "FLATTR_OPERATOR_VAT_ID is not set"),
        ({"FLATTR_VAT_NOTE": "§ 19"}, "FLATTR_VAT_NOTE why there is none"),
        ({"FLATTR_OPERATOR_VAT_ID": "ATU12345678"}, "FLATTR_OPERATOR_VAT_ID is no VAT id of DE"),
        ({"FLATTR_VAT_RATE": "0"}, "FLATTR_FEE_PERCENT is above 0, so creators get"),
    ],
)  # fmt: skip
def test_settings_that_contradict_each_other_are_refused_at_start(
    changed: dict[str, str], says: str
) -> None:
    done = started("-c", "import flattr.settings", **{**GERMAN, **changed})

    assert done.returncode != 0
    assert says in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    "settings",
    [
        ("DE", 1_900, "DE 123 456 789", "", 10),
        ("GR", 2_400, "EL123456789", "", 10),
        ("CH", 810, "CHE-123.456.789 MWST", "", 10),
        ("", 0, "", "§ 19 UStG", 10),
        ("DE", 0, "DE123456789", "§ 19 UStG", 10),
        ("", 0, "", "", 0),
        ("DE", 1_900, "DE123456789", "", 0),
    ],
)
def test_what_fits_is_accepted(settings: tuple[str, int, str, str, int]) -> None:
    assert vat.contradiction(*settings) == ""
