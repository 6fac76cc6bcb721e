"""How codes and tokens are stored: as hashes, until they are revoked (promise A6)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

# The column must not be null; our code never reads it.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
