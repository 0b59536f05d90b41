from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
import simplejson

from portal.mobilepay.simulator.core.server import SimulatorServer
from portal.mobilepay.simulator.pages.routes import DemoTill

TOKEN = "mpp_0123456789_secret"
SCRIPTS = ("/phone.js", "/till.js", "/refund.js", "/wire.js")


class Portal(ThreadingHTTPServer):
    """Notes what it is asked and answers as it was told."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), PortalHandler)
        self.asked = []
        self.answer = (200, b'{"success":true}')

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


class PortalHandler(BaseHTTPRequestHandler):
    def serve(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, body, dict(self.headers)))
        status, text = self.server.answer
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_DELETE = serve  # noqa: N815 - the names http.server looks for

    def log_message(self, *_message):
        pass


@pytest.fixture
def portal():
    with Portal() as portal:
        thread = Thread(target=portal.serve_forever, args=(0.05,))
        thread.start()
        yield portal
        portal.shutdown()
        thread.join()


@pytest.fixture
def page(world, portal):
    with SimulatorServer(world, till=DemoTill(portal.url, TOKEN)) as server:
        yield server


def browse(server, path, method="GET", body=None, **headers):
    """Status, headers by lower-case name, and the text of one answer."""
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=5)
    connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, {name.lower(): value for name, value in response.getheaders()}, text


def sentence(text):
    answer = simplejson.loads(text)
    assert answer["success"] is False
    [error] = answer["errors"]
    return error


@pytest.mark.parametrize(
    ("path", "content_type", "content"),
    [
        ("/", "text/html; charset=utf-8", "<title>Phone and till</title>"),
        ("/phone.css", "text/css; charset=utf-8", "prefers-reduced-motion"),
        ("/phone.js", "text/javascript; charset=utf-8", "acceptpayment"),
        ("/till.js", "text/javascript; charset=utf-8", "payment/status"),
        ("/wire.js", "text/javascript; charset=utf-8", "fetch("),
    ],
)
def test_the_page_and_its_parts_are_served_under_a_strict_policy(page, portal, path, content_type, content):
    status, headers, text = browse(page, path)

    assert status == 200
    assert headers["content-type"] == content_type
    assert headers["content-security-policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; "
        f"img-src 'self' {portal.url} data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    assert headers["x-content-type-options"] == "nosniff"
    assert content in text


def test_the_page_holds_no_inline_code_and_asks_nobody_else(page):
    _, _, html = browse(page, "/")
    script = "".join(browse(page, path)[2] for path in SCRIPTS)

    assert html.count("<script") == 1
    assert '<script src="/phone.js" type="module"></script>' in html
    assert "<style" not in html
    assert "style=" not in html
    assert "https://" not in html + script
    assert "innerHTML" not in script


def test_the_page_stays_small(page):
    style, *scripts = (len(browse(page, path)[2].encode()) for path in ("/phone.css", *SCRIPTS))

    assert style < 12_500
    assert sum(scripts) < 18_000


def test_a_read_of_the_till_goes_to_the_portal_with_its_query(page, portal):
    portal.answer = (200, b'{"status":"Initiated","success":true}')

    status, headers, text = browse(page, "/till/payment/status?paymentId=a%20b&x=%C3%A6")

    assert (status, text) == (200, '{"status":"Initiated","success":true}')
    assert headers["content-type"] == "application/json; charset=utf-8"
    [(method, path, body, sent)] = portal.asked
    assert (method, path, body) == ("GET", "/api/pos/payment/status?paymentId=a+b&x=%C3%A6", b"")
    assert sent["Authorization"] == f"Bearer {TOKEN}"


def test_a_deed_of_the_till_goes_to_the_portal_with_its_body_and_the_refusal_comes_back(page, portal):
    portal.answer = (409, b'{"success":false}')

    status, _, text = browse(
        page, "/till/payment/start", "POST", b"orderId=1&amount=5", content_type="application/x-www-form-urlencoded"
    )

    assert (status, text) == (409, '{"success":false}')
    [(method, path, body, sent)] = portal.asked
    assert (method, path, body) == ("POST", "/api/pos/payment/start", b"orderId=1&amount=5")
    assert sent["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent["Authorization"] == f"Bearer {TOKEN}"


def test_a_deletion_and_odd_characters_in_the_path_pass_through(page, portal):
    browse(page, "/till/manage/delete%20%3F", "DELETE")

    assert [asked[:2] for asked in portal.asked] == [("DELETE", "/api/pos/manage/delete%20%3F")]


def test_the_browser_cannot_bring_a_token_of_its_own(page, portal):
    browse(page, "/till/payments", authorization="Bearer other")

    assert portal.asked[0][3]["Authorization"] == f"Bearer {TOKEN}"


def test_the_token_is_shown_nowhere(page):
    answers = [browse(page, path) for path in ("/", "/phone.css", *SCRIPTS, "/till/payments", "/_simulator/world")]

    assert TOKEN not in repr(answers)
    assert TOKEN not in repr(DemoTill(token=TOKEN))


def test_calls_of_the_page_are_no_calls_to_mobilepay(page):
    browse(page, "/")
    browse(page, "/till/payments")

    assert page.calls.find() == []


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_other_sites_cannot_use_the_till(page, portal, site):
    status, _, text = browse(page, "/till/payment/capture?paymentId=1", sec_fetch_site=site)

    assert status == 403
    assert sentence(text) == "Only the phone page itself may use its till."
    assert portal.asked == []


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_the_page_itself_can_use_the_till(page, site):
    status, _, _ = browse(page, "/till/payments", sec_fetch_site=site)

    assert status == 200


def test_a_portal_that_does_not_answer_is_told_in_a_sentence(page, portal):
    portal.server_close()

    status, headers, text = browse(page, "/till/payments")

    assert status == 502
    assert sentence(text) == f"The portal at {portal.url} does not answer. Start it, then try again."
    assert headers["content-type"] == "application/json"


def test_a_till_without_token_says_how_to_start_it(server):
    status, _, text = browse(server, "/till/payments")

    assert status == 503
    assert sentence(text) == (
        "This till has no access token yet. Run make demo, which gives it one, "
        "or start the simulator with --till-token or DEMO_TILL_TOKEN."
    )


@pytest.mark.parametrize("url", ["https://127.0.0.1:8000", "http://shop.example:8000", "127.0.0.1:8000"])
def test_the_till_calls_no_portal_elsewhere(url):
    with pytest.raises(ValueError, match="only http on this machine"):
        DemoTill(url, TOKEN)
