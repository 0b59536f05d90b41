"""What no form of ours can have sent is not read; tills have a limit and words of their own."""

from io import BytesIO
import json
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.http import HttpResponse
import pytest

from payments.models import Payment
from portal.accounts.models import Membership
from portal.wsgi import application
from tests.pages import one, words
from tests.tillapi.raw_calls import rows

# Around each request Django puts its database connection in order, which a test's own transaction would not survive.
pytestmark = pytest.mark.usefixtures("transactional_db")

FORM = "application/x-www-form-urlencoded"
SENTENCE = (
    "That was too much at once What was sent is far larger than any form of the portal, so it was not read. "
    "Nothing was done and no money moved. Go to the start"
)
LOGIN = "/accounts/login/"


def send(path, body, *, length=None, content_type=FORM, headers=None, cookies=""):
    """Call the portal as a web server does; gives the answer and how much of the body was read."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)) if length is None else length,
        "HTTP_COOKIE": cookies,
        "wsgi.input": BytesIO(body),
        **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
    }
    setup_testing_defaults(environ)
    started = []
    response = application(environ, lambda *line: started.append(line))
    content = b"".join(response)
    response.close()
    [(status, told)] = started
    return HttpResponse(content, status=int(status[:3]), headers=dict(told)), environ["wsgi.input"].tell()


@pytest.fixture
def removal(administrator, clerk):
    """Sends the form that takes the clerk's role away, made as long as asked."""
    pk = Membership.objects.get(user=clerk.user).pk
    token = "x" * 32
    cookies = f"sessionid={administrator.browser.cookies['sessionid'].value}; csrftoken={token}"
    path = administrator.url(f"people/{pk}/remove/")

    def run(size=0, **more):
        body = urlencode({"csrfmiddlewaretoken": token, "padding": ""}).encode()
        return send(path, body.ljust(size, b"x"), cookies=cookies, **more)

    return run


def assert_too_large(answer, read):
    assert (answer.status_code, read) == (413, 0)
    assert words(one(answer, "main")) == SENTENCE
    assert [link.get("href") for link in one(answer, "main").iter("a")] == ["/"]


def test_a_form_as_large_as_may_be_is_read(removal, settings, clerk):
    answer, read = removal(settings.PAGE_BODY_LIMIT)

    assert (answer.status_code, read) == (302, settings.PAGE_BODY_LIMIT)
    assert Membership.objects.filter(user=clerk.user).count() == 0


def test_a_larger_one_is_not_read_and_nothing_is_done(removal, settings):
    stored = rows()

    answer, read = removal(settings.PAGE_BODY_LIMIT + 1)

    assert_too_large(answer, read)
    assert rows() == stored


@pytest.mark.parametrize("content_type", [FORM, "multipart/form-data; boundary=x", "application/json", "text/plain"])
@pytest.mark.parametrize("path", ["/", LOGIN, "/no/such/page", "/qr/x.png", "/api/docs/"])
def test_it_does_not_matter_where_to_and_what_it_is(path, content_type, settings):
    answer, read = send(path, b"x" * (settings.PAGE_BODY_LIMIT + 1), content_type=content_type)

    assert_too_large(answer, read)


@pytest.mark.parametrize("length", ["-1", "+5", "1e3", "0x10", "5, 5", "five", "٣", "99999999999", "9" * 5000])
def test_a_length_that_is_none_or_beyond_reason_is_refused(removal, length):
    stored = rows()

    answer, read = removal(length=length)

    assert_too_large(answer, read)
    assert rows() == stored


def test_no_length_is_no_body(removal):
    stored = rows()

    answer, read = removal(length="")

    assert (answer.status_code, read, rows()) == (403, 0, stored)


def test_the_page_is_protected_as_all_are(settings):
    answer, _ = send(LOGIN, b"x" * (settings.PAGE_BODY_LIMIT + 1))

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert len(answer.headers["X-Request-Id"]) == 36


@pytest.mark.parametrize("path", ["/api/pos/payment/start", "/API/POS/Payment/Start/"])
def test_a_till_reads_its_own_refusal(till, simulator, settings, path):
    order = {"terminalId": till.terminal_id, "orderId": "order-1", "amount": "27.06"}
    body = json.dumps(order).encode().ljust(settings.PAGE_BODY_LIMIT + 1)
    stored, calls = rows(), len(simulator.calls.find())

    headers = {"Authorization": f"Bearer {till.token}"}
    answer, _ = send(path, body, content_type="application/json", headers=headers)

    assert (answer.status_code, json.loads(answer.content)) == (
        413,
        {
            "paymentId": None,
            "success": False,
            "errors": ["The request is larger than any till call can be. Nothing was done."],
            "errorCodes": ["body_too_large"],
        },
    )
    assert (rows(), len(simulator.calls.find()), Payment.objects.count()) == (stored, calls, 0)


def test_a_form_in_chunks_is_read_whole_or_not_at_all(removal, settings, clerk):
    stored = rows()
    chunked = {"length": "", "headers": {"Transfer-Encoding": "chunked"}}

    too_large, _ = removal(settings.PAGE_BODY_LIMIT + 1, **chunked)
    untouched = rows()
    whole, read = removal(settings.PAGE_BODY_LIMIT, **chunked)

    assert (too_large.status_code, words(one(too_large, "main")), untouched) == (413, SENTENCE, stored)
    assert (whole.status_code, read) == (302, settings.PAGE_BODY_LIMIT)
    assert Membership.objects.filter(user=clerk.user).count() == 0
