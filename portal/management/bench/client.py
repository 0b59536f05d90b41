"""A till that measures: one connection kept alive, and how long each call took."""

from collections.abc import Mapping
import http.client
import json
import time
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 30


class Client:
    """Calls one server; `took` is how many milliseconds the last call took."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
        self._headers = {**headers, "Content-Type": "application/json"}
        self.took = 0.0

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """The answer's status and JSON."""
        sent = None if body is None else json.dumps(body)
        began = time.perf_counter()
        self._connection.request(method, path, sent, {**self._headers, **headers})
        answer = self._connection.getresponse()
        content = answer.read()
        self.took = (time.perf_counter() - began) * 1000
        return answer.status, json.loads(content) if content else {}

    def close(self) -> None:
        self._connection.close()
