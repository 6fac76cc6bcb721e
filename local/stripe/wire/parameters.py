"""Which parameters each request takes, read from the SDK's own typed `params`.

So the table cannot fall behind the library that the gateway uses, but for the names
that the pinned version of the API does not know yet; what it does not list is refused,
as Stripe does.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, Union
from urllib.parse import urlsplit

import typing_extensions
from stripe import params

from flattr.money import CURRENCIES
from local.stripe.wire.errors import invalid

# What the SDK's callers give to the SDK, not to Stripe.
OPTIONS = frozenset(
    {
        *("api_key", "stripe_version", "stripe_account", "stripe_context"),
        *("max_network_retries", "idempotency_key", "content_type", "headers"),
    }
)
# What the pinned version of the API calls otherwise than the library, which is written
# for a later one: Checkout takes this name from 2026-09-30 on.
EARLIER_NAMES = {
    "checkout.SessionCreateParams": {
        "allowed_payment_method_types": "payment_method_types"
    }
}
URLS = {"success_url", "cancel_url", "return_url", "refresh_url", "url"}
OPTIONAL = (typing.NotRequired, typing_extensions.NotRequired)


@dataclass
class Shape:
    """What a parameter may be; several at once where Stripe takes either."""

    scalars: set[type] = field(default_factory=set)
    choices: set[str] = field(default_factory=set)
    item: Shape | None = None
    values: Shape | None = None  # of a map with any keys, as metadata is
    fields: dict[str, Shape] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    may_be_empty: bool = False


@cache
def shape_of(name: str) -> Shape:
    """The shape of `RefundCreateParams`, say, or `checkout.SessionCreateParams`."""
    found: Any = params
    for part in name.split("."):
        found = getattr(found, part)
    shape = of_class(found)
    for later, earlier in EARLIER_NAMES.get(name, {}).items():
        shape.fields[earlier] = shape.fields.pop(later)
    return shape


def of_class(typed: Any) -> Shape:
    module = vars(__import__(typed.__module__, fromlist=["x"]))
    shape = Shape()
    for name, annotation in typed.__annotations__.items():
        if name in OPTIONS:
            continue
        shape.fields[name.rstrip("_")] = of_annotation(annotation, module)
        if typing_extensions.get_origin(annotation) not in OPTIONAL:
            shape.required.add(name.rstrip("_"))
    return shape


def of_annotation(annotation: Any, module: Mapping[str, Any]) -> Shape:
    shape = Shape()
    _add(shape, annotation, module)
    return shape


def _add(shape: Shape, annotation: Any, module: Mapping[str, Any]) -> None:
    """Let the shape be this as well."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        # The library's own annotations, not anything that was sent.
        annotation = eval(annotation, dict(module))  # noqa: S307
    origin = typing_extensions.get_origin(annotation)
    inner = typing_extensions.get_args(annotation)
    if origin in OPTIONAL:
        _add(shape, inner[0], module)
    elif origin in {Union, types.UnionType}:
        for part in inner:
            _add(shape, part, module)
    elif origin is Literal:
        shape.choices |= {str(value) for value in inner if value != ""}
        shape.may_be_empty |= "" in inner
    elif origin is list:
        shape.item = of_annotation(inner[0], module)
    elif origin is dict:
        shape.values = of_annotation(inner[1], module)
    elif typing_extensions.is_typeddict(annotation):
        made = of_class(annotation)
        shape.fields |= made.fields
        shape.required |= made.required
    elif isinstance(annotation, type) and annotation in {str, int, float, bool}:
        shape.scalars.add(annotation)
    elif getattr(annotation, "__name__", "") == "Decimal":
        shape.scalars.add(str)


def parse(name: str, decoded: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their types, or a refusal that says which one is wrong."""
    shape = shape_of(name)
    return _mapping(decoded, shape, "")


def _mapping(given: dict[str, Any], shape: Shape, path: str) -> dict[str, Any]:
    unknown = sorted(set(given) - set(shape.fields))
    if unknown:
        param = _inside(path, unknown[0])
        raise invalid(
            f"Received unknown parameter: {param}",
            param=param,
            code="parameter_unknown",
        )
    for name in sorted(shape.required - set(given)):
        param = _inside(path, name)
        raise invalid(
            f"Missing required param: {param}.", param=param, code="parameter_missing"
        )
    return {
        name: _value(value, shape.fields[name], _inside(path, name))
        for name, value in given.items()
    }


def _inside(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _value(given: Any, shape: Shape, path: str) -> Any:
    if isinstance(given, str):
        return _scalar(given, shape, path)
    if shape.item and all(key.isdigit() for key in given):
        ordered = sorted(given.items(), key=lambda pair: int(pair[0]))
        return [_value(value, shape.item, f"{path}[{key}]") for key, value in ordered]
    if shape.values:
        limits(given, path)
        return {
            key: _value(value, shape.values, _inside(path, key))
            for key, value in given.items()
        }
    if shape.fields:
        return _mapping(given, shape, path)
    raise invalid(f"Invalid {path}: must not be a hash", param=path)


def limits(given: dict[str, Any], path: str) -> None:
    """Metadata has at most fifty keys, and no long ones."""
    if not path.endswith("metadata") and not path.endswith("metadata]"):
        return
    if len(given) > 50:
        raise invalid("Metadata has at most 50 keys.", param=path)
    for key, value in given.items():
        if len(key) > 40 or len(value) > 500:
            raise invalid(
                f"Metadata keys have at most 40 characters, values 500: {key}.",
                param=f"{path}[{key}]",
            )


def _check_text(given: str, path: str) -> None:
    """Addresses, currencies and mail addresses that can be none are refused."""
    name = path.rpartition("[")[2].rstrip("]")
    parts = urlsplit(given) if name in URLS else None
    if parts and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise invalid("Not a valid URL", param=path, code="url_invalid")
    if name == "currency" and given.upper() not in CURRENCIES:
        raise invalid(f"Invalid currency: {given}", param=path)
    if name in {"email", "customer_email", "receipt_email"} and "@" not in given:
        raise invalid(
            f"Invalid email address: {given}", param=path, code="email_invalid"
        )


def _scalar(given: str, shape: Shape, path: str) -> Any:
    if given == "" and (shape.may_be_empty or shape.scalars == {str}):
        return ""
    if bool in shape.scalars and given in {"true", "false"}:
        return given == "true"
    if given in shape.choices:
        return given
    if int in shape.scalars:
        return _number(given, int, path, "Invalid integer", "parameter_invalid_integer")
    if float in shape.scalars:
        return _number(
            given, float, path, "Invalid decimal", "parameter_invalid_decimal"
        )
    if shape.choices:
        raise invalid(
            f"Invalid {path}: must be one of {', '.join(sorted(shape.choices))}",
            param=path,
        )
    if str in shape.scalars:
        _check_text(given, path)
        return given
    if bool in shape.scalars:
        raise invalid(f"Invalid boolean: {given}", param=path)
    kind = "array" if shape.item else "object"
    raise invalid(f"Invalid {kind}", param=path)


def _number(
    given: str, of: type[int] | type[float], path: str, words: str, code: str
) -> int | float:
    try:
        return of(given)
    except ValueError:
        raise invalid(f"{words}: {given}", param=path, code=code) from None
