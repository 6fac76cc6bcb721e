"""VAT of the European Union: the shapes of its ids, and what an operator may say of it.

Shapes are those that the Commission's service VIES lists. Whether an id is given out to
anybody is asked nowhere.
"""

from __future__ import annotations

import re

DIGITS = {
    "BG": "9,10",
    "CZ": "8,10",
    "DE": "9",
    "DK": "8",
    "EE": "9",
    "EL": "9",
    "FI": "8",
    "HR": "11",
    "HU": "8",
    "IT": "11",
    "LU": "8",
    "LV": "11",
    "MT": "8",
    "PL": "10",
    "PT": "9",
    "RO": "2,10",
    "SE": "12",
    "SI": "8",
    "SK": "10",
}
SHAPES = {
    **{country: f"[0-9]{{{many}}}" for country, many in DIGITS.items()},
    "AT": "U[0-9]{8}",
    "BE": "[01][0-9]{9}",
    "CY": "[0-9]{8}[A-Z]",
    "ES": "[A-Z0-9][0-9]{7}[A-Z0-9]",
    "FR": "[A-HJ-NP-Z0-9]{2}[0-9]{9}",
    "IE": "[0-9][A-Z0-9+*][0-9]{5}[A-Z]{1,2}",
    "LT": "([0-9]{9}|[0-9]{12})",
    "NL": "[0-9]{9}B[0-9]{2}",
}
# Hundredths of a percent; Hungary's 27 % is the highest.
HIGHEST_RATE = 5_000
PERCENT = re.compile(r"([0-9]{1,2})(?:\.([0-9]{1,2}))?")


def plain(vat_id: str) -> str:
    """An id without what people write into it to read it better.

    >>> plain(" de 123.456-789 ")
    'DE123456789'
    """
    return re.sub(r"[\s.\-/]", "", vat_id).upper()


def is_shaped(vat_id: str) -> bool:
    """Whether it looks like a VAT id of the European Union.

    >>> is_shaped("DE123456789"), is_shaped("DE12"), is_shaped("CHE123456789")
    (True, False, False)
    """
    shape = SHAPES.get(vat_id[:2])
    return bool(shape and re.fullmatch(shape, vat_id[2:]))


def prefix(country: str) -> str:
    """How ids of a country begin: as its code, but for Greece."""
    return "EL" if country == "GR" else country


def percent(rate: int) -> str:
    """
    >>> percent(1_900), percent(810), percent(775)
    ('19', '8.1', '7.75')
    """
    return f"{rate // 100}.{rate % 100:02d}".rstrip("0").rstrip(".")


def parse_percent(text: str) -> int | None:
    """Hundredths of a percent, or None where it is not a rate.

    >>> parse_percent("19"), parse_percent("8.1"), parse_percent("nineteen")
    (1900, 810, None)
    """
    match = PERCENT.fullmatch(text)
    if match is None:
        return None
    rate = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))
    return rate if rate <= HIGHEST_RATE else None


def contradiction(
    country: str, rate: int, vat_id: str, note: str, fee_percent: int
) -> str:
    """What is wrong with an operator's settings of VAT taken together, in a sentence;
    empty where they fit."""
    charged = f"FLATTR_VAT_RATE says there is {percent(rate)} % VAT on invoices"
    wrong = {
        f"FLATTR_VAT_COUNTRY is a code of two letters such as DE, not {country!r}.": (
            country and not re.fullmatch("[A-Z]{2}", country)
        ),
        f"{charged}, and FLATTR_VAT_COUNTRY does not say whose.": rate and not country,
        f"{charged}, and FLATTR_OPERATOR_VAT_ID is not set: they have to name it.": (
            rate and not vat_id
        ),
        f"{charged}, and FLATTR_VAT_NOTE why there is none.": rate and note,
        f"FLATTR_OPERATOR_VAT_ID is no VAT id of {country}, which is FLATTR_VAT_COUNTRY.": (
            prefix(country) in SHAPES and vat_id and not _is_of(country, plain(vat_id))
        ),
        "FLATTR_FEE_PERCENT is above 0, so creators get invoices: say by"
        " FLATTR_VAT_COUNTRY and FLATTR_VAT_RATE which VAT is in the fee, or by"
        " FLATTR_VAT_NOTE why there is none.": fee_percent and not rate and not note,
    }
    return next((sentence for sentence, is_so in wrong.items() if is_so), "")


def _is_of(country: str, vat_id: str) -> bool:
    return vat_id.startswith(prefix(country)) and is_shaped(vat_id)
