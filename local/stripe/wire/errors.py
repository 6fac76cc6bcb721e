"""How Stripe says no: a status, and an `error` object with what is wrong."""

from __future__ import annotations

from typing import Any

Resource = dict[str, Any]


class Refused(Exception):
    """An answer that is an error; what was changed before it was raised stays.

    `began` says whether the work had begun: only then is the answer kept under the
    request's idempotency key.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        began: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.began = began
        self.error: Resource = {"type": kind, "message": message}
        self.error |= {name: value for name, value in more.items() if value is not None}


def invalid(
    message: str, *, param: str | None = None, code: str | None = None
) -> Refused:
    """A request that cannot be read, refused before anything begins."""
    return Refused(message, param=param, code=code, began=False)


def missing(kind: str, stripe_id: str, param: str = "id") -> Refused:
    """404 for the object of the address, 400 for one that a parameter names."""
    words = kind.replace("checkout.session", "checkout session").replace("_", " ")
    return Refused(
        f"No such {words}: '{stripe_id}'",
        status=404 if param == "id" else 400,
        code="resource_missing",
        param=param,
        began=False,
    )
