"""The platform's own settings, made fast for tests."""

from __future__ import annotations

from flattr.settings import *

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    "accounts.oauth.hashers.RandomSecretHasher",
]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
# Tests of one process have the same addresses, one after the other.
KEPT_SECONDS = 0.0
STATUS_KEPT_SECONDS = 0.0
# Each browser of a test has the middleware anew; looking through all files for each was
# a tenth of a run. They are looked for when they are asked for.
WHITENOISE_AUTOREFRESH = True
