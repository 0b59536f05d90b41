"""HEAD has the headers of GET and never a body: over HTTP/2 the web server would send one, and clients break off."""

from io import BytesIO
from wsgiref.util import setup_testing_defaults

from django.core.signals import request_finished
from django.urls import path
import pytest

from portal.urls import urlpatterns as pages
from portal.wsgi import application

# Around each request Django puts its database connection in order, which a test's own transaction would not survive.
pytestmark = pytest.mark.usefixtures("transactional_db")


def fails(_request):
    raise RuntimeError("on purpose")


urlpatterns = [*pages, path("fails/", fails)]


def answer(method, address):
    """What a web server is handed: the status line, the headers, and the body."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": address, "REMOTE_ADDR": "127.0.0.1", "wsgi.input": BytesIO()}
    setup_testing_defaults(environ)
    heads = []
    response = application(environ, lambda status, headers: heads.append((status, dict(headers))))
    body = b"".join(response)
    if method != "HEAD":
        response.close()
    [(status, headers)] = heads
    return status, headers, body


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/accounts/login/", "200 OK"),
        ("/static/portal/css/base.css", "200 OK"),
        ("/health/live", "200 OK"),
        ("/api/help/", "200 OK"),
        ("/", "302 Found"),
        ("/nowhere/", "404 Not Found"),
        ("/fails/", "500 Internal Server Error"),
    ],
)
@pytest.mark.urls("tests.web.test_head")
def test_head_is_get_without_its_body(address, status):
    got, _, body = answer("GET", address)

    said, headers, nothing = answer("HEAD", address)

    assert (got, said, nothing) == (status, status, b"")
    # A page names a token of its own each time, which is as long as any other.
    if "Content-Length" in headers:
        assert headers["Content-Length"] == str(len(body))


@pytest.mark.parametrize("path", ["/api/pos/manage/stores", "/api/pos/payment/start", "/api/pos/nowhere"])
def test_a_refused_head_has_no_body_either(path):
    status, headers, body = answer("HEAD", path)

    assert (status[:1], body) == ("4", b"")
    assert int(headers["Content-Length"]) > 0


def test_an_answer_to_head_is_closed_so_that_its_connections_are_given_back():
    finished = []
    hear = lambda **_facts: finished.append(1)  # noqa: E731 - held, or the signal forgets it
    request_finished.connect(hear)

    answer("HEAD", "/accounts/login/")
    request_finished.disconnect(hear)

    assert finished == [1]
