"""Who calls the till API by a name that is not ours is told so in the till's own words; a page is for people."""

import logging
from xml.etree.ElementTree import fromstring

from django.test import Client
import pytest

from tests.health.metrics import counted, scrape
from tests.tillapi.raw_calls import MODELS, as_query, call, refusal, rows

SENTENCE = "The portal does not go by this name: check the address that the till calls. Nothing was done."
REFUSED = refusal(own=[], code="host_unknown", sentence=SENTENCE)
NAMES = [
    "elsewhere.example",
    "testserver.elsewhere.example",
    "a b",
    "x_y",
    "",
    "[::1",
    "testserver:port",
    "æ",
    "x" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_another_name_is_refused_with_an_envelope_and_moves_nothing(name, till, simulator):
    order = as_query({"orderId": "order-1", "amount": "5", "terminalId": till.terminal_id}.items())
    stored, calls = rows(), len(simulator.calls.find())

    for method in ("GET", "POST"):
        for path in ("payment/start", "nothing", "//api/pos/payment/start", "/API//pos/payment/start/"):
            reply = call(method, path, token=till.token, headers={"Host": name}, **order)
            assert (reply.status, reply.json) == (400, REFUSED), path
            assert reply.headers["Content-Type"] == "application/json; charset=utf-8"
            assert reply.headers["Cache-Control"] == "no-store"
            assert reply.headers["X-Request-Id"]

    assert rows() == stored
    assert len(simulator.calls.find()) == calls


def test_a_till_that_reads_xml_is_refused_in_xml(till):
    reply = call("GET", "manage/stores", token=till.token, headers={"Host": "elsewhere", "Accept": "text/xml"})

    root = fromstring(reply.content)  # noqa: S314 - our own answer
    assert (reply.status, root.tag) == (400, f"{{{MODELS}}}UnknownHostViewModel")
    assert root.findtext(".//{*}errors/{*}string") == SENTENCE


@pytest.mark.parametrize("path", ["/api/docs/", "/api/schema/", "/api/"])
def test_all_under_the_api_is_refused_alike(path):
    reply = call("GET", path, headers={"Host": "elsewhere.example"})

    assert (reply.status, reply.json) == (400, REFUSED)


def test_nobody_is_sent_to_https_under_another_name(settings):
    settings.SECURE_SSL_REDIRECT = True

    reply = call("GET", "manage/stores", headers={"Host": "elsewhere.example"})

    assert (reply.status, reply.json) == (400, REFUSED)


def test_it_leaves_one_line_that_names_the_host_and_no_traceback(till, caplog):
    before = scrape()
    caplog.set_level(logging.WARNING)

    call("GET", "manage/stores", headers={"Host": "elsewhere.example"})

    [line] = [each for each in caplog.records if each.levelno >= logging.WARNING and each.name != "django.request"]
    assert (line.levelname, line.exc_info, line.getMessage()) == (
        "WARNING",
        None,
        "Invalid HTTP_HOST header: 'elsewhere.example'. You may need to add 'elsewhere.example' to ALLOWED_HOSTS.",
    )
    assert counted(before, "portal_till_calls_total", "endpoint", "outcome") == {("unknown", "host_unknown"): 1}


def test_a_page_under_another_name_is_a_page():
    answer = Client(raise_request_exception=False).get("/accounts/login/", headers={"Host": "elsewhere.example"})

    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (400, "text/html")
