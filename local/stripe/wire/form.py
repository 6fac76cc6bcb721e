"""Stripe's form encoding: `a[b][0][c]=d` is {"a": {"b": [{"c": "d"}]}}."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl


def decode(text: str) -> dict[str, Any]:
    """Nested dicts of texts.

    Lists stay dicts with "0", "1"… as keys, as only the parameter's type tells a list
    from metadata with such keys.

    >>> decode("expand[]=a&expand[]=b&metadata[x]=1")
    {'expand': {'0': 'a', '1': 'b'}, 'metadata': {'x': '1'}}
    """
    decoded: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        head, *rest = name.replace("]", "").split("[")
        place = decoded
        for key, following in zip([head, *rest], [*rest, None], strict=True):
            named = key or str(len(place))
            if following is None:
                place[named] = value
            else:
                inner = place.setdefault(named, {})
                place = inner if isinstance(inner, dict) else place
    return decoded
