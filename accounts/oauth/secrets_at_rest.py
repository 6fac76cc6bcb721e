"""How codes and tokens rest: as hashes, and until they are revoked (promise A6)."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

# The column takes no null; nothing of ours looks at it.
NEVER = datetime(9999, 12, 31, tzinfo=UTC)


def hash_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
