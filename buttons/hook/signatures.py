"""Secrets and signatures as Standard Webhooks has them (standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from accounts.signing_in import second_factor

PREFIX = "whsec_"
SECRET_BYTES = 32


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed(secret: str) -> str:
    """As it is stored: whoever reads the database can sign nothing."""
    return second_factor.keys().encrypt(secret.encode()).decode()


def opened(stored: str) -> str:
    return second_factor.keys().decrypt(stored.encode()).decode()


def headers(secret: str, uid: str, seconds: int, body: bytes) -> dict[str, str]:
    """What proves that the body is ours and new; `seconds` since 1970 is now.

    >>> headers("whsec_c2VjcmV0", "evt_1", 0, b"{}")["webhook-signature"]
    'v1,5gx4NEL3LNFMTwRtvzWjzFL9EQ1lw3OH4XCanWKjBdM='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{uid}.{seconds}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "webhook-id": uid,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
