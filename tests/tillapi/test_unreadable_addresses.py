"""Query strings that the framework itself stumbles over."""

from collections.abc import Iterator
import io
import json

from django.core.signals import request_started
from django.db import close_old_connections
import pytest

from portal.wsgi import application
from tests.tillapi.raw_calls import call, rows


@pytest.fixture(autouse=True)
def _connection_outlives_the_request() -> Iterator[None]:
    """Django closes it between requests, but here it holds the test's transaction."""
    request_started.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)


@pytest.mark.parametrize("content_type", ["", "application/json; charset=utf-8"])
def test_a_thousand_parameters_are_refused_like_any_bad_parameter(content_type, till):
    query = "&".join(f"p{number}=x" for number in range(1001))

    status, envelope = _served(query, content_type, till.token)

    assert status == 400
    assert (envelope["storesIds"], envelope["success"], len(envelope["errors"])) == (None, False, 1)


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "idna", "utf-16", "utf-7", "no-such"])
def test_a_hostile_charset_in_the_content_type_breaks_nothing(charset, till):
    stored = rows()

    path, content_type = "manage/checkInStatus/byposId", f"application/json; charset={charset}"
    status, envelope = _served("posId=%41", content_type, till.token, path=path)

    assert (status, envelope["errors"]) == (
        400,
        ["The parameter posId must be a UUID such as 3974eae6-e36f-4148-b5ee-22689e528c75."],
    )
    assert rows() == stored


def test_a_query_string_of_noise_breaks_nothing(till):
    for query in ("&&&===", "=", "%", "%%%", "%zz=%zz", "a;b;c", "?" * 50, "%ff=%ff&%00=%00", "terminalId", "&" * 900):
        reply = call("GET", "manage/create", token=till.token, query=query)
        assert (reply.status, reply.codes) == (400, ["parameter_missing"]), query


def _served(query: str, content_type: str, token: str, path: str = "manage/stores") -> tuple[int, dict]:
    """What the web server would get from us: nothing stands between this call and the portal."""
    statuses: list[int] = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": f"/api/pos/{path}",
        "QUERY_STRING": query,
        "SERVER_NAME": "testserver",
        "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_AUTHORIZATION": f"Bearer {token}",
        "CONTENT_TYPE": content_type,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.url_scheme": "http",
    }
    body = application(environ, lambda status, _headers: statuses.append(int(status[:3])))
    return statuses[0], json.loads(b"".join(body))
