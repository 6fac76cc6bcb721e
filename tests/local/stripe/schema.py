"""Whether an answer is what Stripe's own description says."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import jsonschema  # type: ignore[import-untyped]
import stripe as sdk

Answer = TypeVar("Answer", bound=sdk.StripeObject)
WHOLE = json.loads(
    (Path(__file__).parent / "data" / "stripe-resources.schema.json").read_text()
)
# Stripe keeps a debit of who pays by Bancontact in Checkout since 2026-09-30.
BANCONTACT = WHOLE["$defs"]["checkout_bancontact_payment_method_options"]["properties"]
BANCONTACT["setup_future_usage"]["enum"].append("off_session")
# Nothing describes them but the SDK's types.
UNDESCRIBED = {"topup", "login_link", "capability", "mandate", "setup_attempt"}


@cache
def validator(kind: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(
        {"$ref": f"#/$defs/{kind}", "$defs": WHOLE["$defs"]}
    )


def check(answer: Any) -> None:
    """Fail unless an answer, or each one of a list, fits the schema of its kind."""
    if answer.get("deleted") or answer.get("object") in UNDESCRIBED:
        assert set(answer) >= {"object"}
        return
    if answer.get("object") == "list":
        assert set(answer) >= {"data", "has_more", "url"}
        for each in answer["data"]:
            check(each)
        return
    errors = sorted(
        validator(answer["object"]).iter_errors(answer), key=lambda error: error.path
    )
    assert not errors, [(list(error.path), error.message[:200]) for error in errors]


def fits(answer: Answer) -> Answer:
    """The answer itself, once it fits."""
    assert answer.last_response is not None
    check(json.loads(answer.last_response.body))
    return answer


def check_error(failure: sdk.StripeError) -> dict[str, Any]:
    """The `error` of a refusal, once it fits too."""
    body: Any = failure.json_body
    validator("error").validate(body)
    error: dict[str, Any] = body["error"]
    return error
