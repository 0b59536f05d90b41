"""JSON over HTTP to a portal and a MobilePay that may be dead at any moment."""

import http.client
from typing import Any
from urllib.parse import urlencode, urlsplit

import simplejson

_TIMEOUT_SECONDS = 15


def call(
    url: str, path: str, *, token: str = "", body: Any = None, method: str = "", **query: str
) -> tuple[int, dict[str, Any]]:
    """The answer's status and JSON; 0 and nothing when there was no usable answer."""
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=_TIMEOUT_SECONDS)
    try:
        target = f"{path}?{urlencode(query)}" if query else path
        connection.request(method or ("GET" if body is None else "POST"), target, _encoded(body), headers)
        answer = connection.getresponse()
        return answer.status, simplejson.loads(answer.read() or b"{}")
    except (OSError, http.client.HTTPException, ValueError):
        return 0, {}
    finally:
        connection.close()


def _encoded(body: Any) -> str | None:
    # Amounts keep their digits.
    return None if body is None else simplejson.dumps(body, use_decimal=True)
