"""User ids that prove themselves: `ID.SIGNATURE`. Who merely knows an id does not see what its shopper did."""

import base64
import hashlib
import hmac
import secrets

UNGUESSABLE = 22  # characters of a base64 text of 128 bits


class Pseudonyms:
    """Signs user ids with a secret of the shop's, and knows its own signatures."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def fresh(self) -> str:
        """A new one, signed, for a browser that nobody knows."""
        return self.signed(f"v-{secrets.token_urlsafe(16)}")

    def signed(self, user_id: str) -> str:
        """The user id with its proof: base64url(HMAC-SHA256(secret, user id)), without padding, behind a dot."""
        return f"{user_id}.{self._signature(user_id)}"

    def proven(self, text: str) -> str | None:
        """The user id that the text proves; None where it proves none."""
        user_id, _, signature = text.rpartition(".")
        sound = bool(user_id) and hmac.compare_digest(signature.encode(), self._signature(user_id).encode())
        return user_id if sound else None

    def _signature(self, user_id: str) -> str:
        digest = hmac.digest(self._secret, user_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")
