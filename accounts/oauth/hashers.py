"""The hash of an app's secret. The secret is long and random, so nobody can guess it,
and a slow hash would only let strangers keep our processors busy."""

from __future__ import annotations

import hashlib
from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.crypto import constant_time_compare


class RandomSecretHasher(BasePasswordHasher):
    """Salted SHA-256. Never used for passwords that people choose: it is last in the
    list of hashers, and only apps' secrets name it."""

    algorithm = "random_sha256"

    def encode(self, password: str, salt: str) -> str:
        digest = hashlib.sha256(f"{salt}${password}".encode()).hexdigest()
        return f"{self.algorithm}${salt}${digest}"

    def decode(self, encoded: str) -> dict[str, Any]:
        algorithm, salt, digest = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": digest}

    def verify(self, password: str, encoded: str) -> bool:
        salt = self.decode(encoded)["salt"]
        return constant_time_compare(encoded, self.encode(password, salt))

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        return {"algorithm": self.decode(encoded)["algorithm"]}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing to do: the hash is fast."""
