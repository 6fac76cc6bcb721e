"""What we need of OAuth Toolkit's inside, and nothing else of ours touches.

It stores a code as it is sent, and a token with an end and a second one that renews it.
Here a code rests as its hash, a token has no end and remembers the code that it came
from. Public methods would have to be copied whole for that, with all their checks; the
private ones that write the rows are ten lines.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from accounts.models.oauth import AccessToken
from accounts.oauth.secrets_at_rest import NEVER, hash_of


class HashedCodes(OAuth2Validator):
    """The toolkit's, which sees the hash of a code and never the code."""

    def _create_authorization_code(
        self, request: Any, code: dict[str, str], expires: datetime | None = None
    ) -> Any:
        hashed = {**code, "code": hash_of(code["code"])}
        return super()._create_authorization_code(request, hashed, expires)

    def _create_access_token(
        self,
        expires: datetime,
        request: Any,
        token: dict[str, str],
        source_refresh_token: object = None,
    ) -> AccessToken:
        made = AccessToken(
            user=request.user,
            application=request.client,
            scope=token["scope"],
            expires=NEVER,
            code_checksum=request.code,
        )
        self._set_token_value(made, token["access_token"])
        made.save()
        return made
