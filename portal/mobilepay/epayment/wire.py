"""One call to ePayment: headers, the access token and its renewal, and what the answer says."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import UUID

from portal.mobilepay.epayment import own_answers
from portal.mobilepay.epayment.tokens import Keys
from portal.mobilepay.http.authorised import authorised
from portal.mobilepay.http.client import HttpClient, Reader
from portal.mobilepay.http.tokens import TokenSource


class Wire:
    """Speaks for one account; cheap to make, for all that is shared comes in from outside."""

    def __init__(self, *, http: HttpClient, tokens: TokenSource, url: str, keys: Keys, account: str) -> None:
        self._http = http
        self._tokens = tokens
        self._url = url
        self._account = account
        self._headers = keys.headers

    def get(self, path: str) -> Any:
        return self._send("GET", path)

    def post(self, path: str, body: Mapping[str, Any] | None, *, key: UUID | None = None) -> Any:
        return self._send("POST", path, json=body, key=key)

    def put(self, path: str, body: Mapping[str, Any], *, read: Reader = own_answers.read) -> Any:
        return self._send("PUT", path, json=body, read=read)

    def delete(self, path: str) -> Any:
        return self._send("DELETE", path)

    def _send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        key: UUID | None = None,
        read: Reader = own_answers.read,
    ) -> Any:
        keyed = {} if key is None else {"Idempotency-Key": str(key)}

        def send(token: str) -> Any:
            return self._http.send(
                method,
                self._url + path,
                read=read,
                headers={**self._headers, **keyed, "Authorization": f"Bearer {token}"},
                json=json,
                account=self._account,
            )

        return authorised(self._tokens, send)


def segment(reference: str) -> str:
    """A reference as a part of a path."""
    return quote(reference, safe="")
