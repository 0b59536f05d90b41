"""A body that comes in chunks has no Content-Length; the web server puts it together, and the portal reads it."""

from io import BytesIO
import json
from wsgiref.util import setup_testing_defaults

import pytest

from payments.models import Payment
from portal.wsgi import application
from tests.tillapi.raw_calls import rows

# Around each request Django puts its database connection in order, which a test's own transaction would not survive.
pytestmark = pytest.mark.usefixtures("transactional_db")


def send(till, body, *, coding="chunked"):
    """Call the portal as a web server does; gives the status line, the JSON answered, and how much was read."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/api/pos/payment/start",
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {till.token}",
        "HTTP_TRANSFER_ENCODING": coding,
        "wsgi.input": BytesIO(body),
    }
    setup_testing_defaults(environ)
    lines = []
    response = application(environ, lambda status, _headers: lines.append(status))
    answered = json.loads(b"".join(response))
    response.close()
    [line] = lines
    return line, answered, environ["wsgi.input"].tell()


def a_start(till, *, size):
    """The body of a start, as long as asked: blanks mean nothing in JSON."""
    order = {"terminalId": till.terminal_id, "orderId": "order-1", "amount": "27.06"}
    return json.dumps(order).encode().ljust(size)


@pytest.mark.parametrize("coding", ["chunked", "Chunked", "gzip, chunked"])
def test_a_body_in_chunks_is_read(till, coding):
    line, answered, _ = send(till, a_start(till, size=0), coding=coding)

    payment = Payment.objects.get()
    assert (line, answered["paymentId"]) == ("200 OK", str(payment.pk))
    assert (payment.order_id, str(payment.amount)) == ("order-1", "27.06 DKK")


def test_a_body_in_chunks_may_be_as_long_as_any(till, settings):
    line, _, read = send(till, a_start(till, size=settings.TILL_BODY_LIMIT))

    assert (line, read) == ("200 OK", settings.TILL_BODY_LIMIT)
    assert Payment.objects.get().order_id == "order-1"


def test_a_body_in_chunks_that_is_too_long_is_refused_and_not_read_to_its_end(till, simulator, settings):
    stored, calls = rows(), len(simulator.calls.find())

    line, answered, read = send(till, a_start(till, size=10 * settings.TILL_BODY_LIMIT))

    assert line == "413 Request Entity Too Large"
    assert answered == {
        "paymentId": None,
        "success": False,
        "errors": ["The request is larger than any till call can be. Nothing was done."],
        "errorCodes": ["body_too_large"],
    }
    assert read == settings.PAGE_BODY_LIMIT + 1
    assert (rows(), len(simulator.calls.find())) == (stored, calls)


def test_without_chunks_and_without_a_length_there_is_no_body(till, simulator):
    stored, calls = rows(), len(simulator.calls.find())

    line, answered, read = send(till, a_start(till, size=0), coding="identity")

    assert (line, answered["errorCodes"]) == ("400 Bad Request", ["parameter_missing"] * 3)
    assert read == 0
    assert (rows(), len(simulator.calls.find())) == (stored, calls)
