"""Which format an answer has, by the Accept header."""

import pytest

from tests.tillapi.raw_calls import as_json, call

JSON, TEXT_JSON = "application/json; charset=utf-8", "text/json; charset=utf-8"
XML, TEXT_XML = "application/xml; charset=utf-8", "text/xml; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("application/json", JSON),
        ("text/json", TEXT_JSON),
        ("application/xml", XML),
        ("text/xml", TEXT_XML),
        ("TEXT/XML", TEXT_XML),
        ("application/*", JSON),
        ("text/html, */*;q=0.1", JSON),
        ("application/xml;q=0.5, application/json;q=0.4", XML),
        ("application/xml;q=0.4,application/json;q=0.5", JSON),
        ("text/xml, application/json;q=0", TEXT_XML),
        ("image/png, text/xml;q=0.1", TEXT_XML),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
    ],
)
def test_the_answer_has_the_format_that_the_till_prefers(accept, expected, till):
    reply = call("GET", "manage/stores", token=till.token, headers={} if accept is None else {"Accept": accept})

    assert (reply.status, reply.headers["Content-Type"]) == (200, expected)
    assert reply.content.startswith(b"<?xml" if "xml" in expected else b'{"storesIds":')


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("application/json; charset=utf-8", JSON),
        ("application/json;odata=verbose", JSON),
        ("application/xml; charset=utf-8", XML),
    ],
)
def test_a_parameter_of_the_media_type_changes_nothing(accept, expected, till):
    reply = call("GET", "manage/stores", token=till.token, headers={"Accept": accept})

    assert (reply.status, reply.headers["Content-Type"]) == (200, expected)


@pytest.mark.parametrize(
    "accept",
    [
        "image/png",
        "text/html",
        "application/json;q=0",
        "*/*;q=0",
        "json",
        ";;;",
        ",",
        "\x01",
        "x/" * 2000,
        "application/pdf",
    ],
)
def test_a_till_that_wants_nothing_we_speak_still_reads_in_json_whether_money_moved(accept, till):
    order = {"orderId": "order-1", "amount": "27.06", "terminalId": till.terminal_id}

    reply = call("POST", "payment/start", token=till.token, headers={"Accept": accept}, **as_json(order.items()))

    assert (reply.status, reply.json["success"]) == (200, True)
    assert reply.headers["Content-Type"] == JSON
    assert reply.headers["Cache-Control"] == "no-store"


def test_a_parameter_does_not_choose_the_format(till):
    reply = call("GET", "manage/stores", token=till.token, query="format=xml&accept=text/xml")

    assert reply.headers["Content-Type"] == JSON
