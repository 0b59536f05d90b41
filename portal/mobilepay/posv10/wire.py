"""One call to PoS V10: headers, the access token and its renewal, and what the answer says."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import quote
from uuid import UUID

from portal.mobilepay.http.authorised import authorised
from portal.mobilepay.http.client import HttpClient
from portal.mobilepay.http.tokens import TokenSource
from portal.mobilepay.posv10 import own_answers


class Wire:
    """Speaks for one account, whose `vat_number` says which merchant it is.

    Cheap to make: all that is shared comes in from outside.
    """

    def __init__(
        self,
        *,
        http: HttpClient,
        tokens: TokenSource,
        url: str,
        client_id: str,
        client_version: str,
        account: str,
        vat_number: str,
        correlation_id: Callable[[], str],
    ) -> None:
        self._http = http
        self._tokens = tokens
        self._root = f"{url}/pos/v10"
        self._correlation_id = correlation_id
        self._account = account
        self._headers = {
            "Accept": "application/json",
            "x-ibm-client-id": client_id,
            "x-mobilepay-client-system-version": client_version,
            "x-mobilepay-merchant-vat-number": vat_number,
        }

    def get(self, path: str) -> Any:
        """One thing, by the id in the path."""
        return self._send("GET", path, names_a_thing=True)

    def list(self, path: str, **params: str) -> Any:
        return self._send("GET", path, params=params)

    def create(self, path: str, body: Mapping[str, Any], key: UUID) -> Any:
        return self._send("POST", path, json=body, key=key)

    def tell(self, method: str, path: str, *, json: Any = None, key: UUID | None = None) -> None:
        """Something about the thing in the path; a success has no body."""
        self._send(method, path, json=json, key=key, has_body=False, names_a_thing=True)

    def _send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        key: UUID | None = None,
        has_body: bool = True,
        names_a_thing: bool = False,
    ) -> Any:
        headers = {**self._headers, "CorrelationId": self._correlation_id()}
        if key is not None:
            headers["x-mobilepay-idempotency-key"] = str(key)

        def send(token: str) -> Any:
            return self._http.send(
                method,
                self._root + path,
                read=partial(own_answers.read, has_body=has_body, names_a_thing=names_a_thing),
                headers={**headers, "Authorization": f"Bearer {token}"},
                params=params,
                json=json,
                account=self._account,
            )

        return authorised(self._tokens, send)


def segment(identifier: str) -> str:
    """An id as a part of a path."""
    return quote(identifier, safe="")
