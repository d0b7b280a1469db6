"""The token of our own API on its way."""

from requests import PreparedRequest
from requests.auth import AuthBase


class BearerToken(AuthBase):
    """As a header alone, it would give way to a password for that host in ~/.netrc."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, prepared: PreparedRequest) -> PreparedRequest:
        prepared.headers["Authorization"] = f"Bearer {self._token}"
        return prepared
