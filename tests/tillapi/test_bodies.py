"""Request bodies of every kind, and bodies of no kind."""

import json
from urllib.parse import quote_plus

import pytest

from payments.models import Payment
from tests.tillapi.raw_calls import BODIES, as_json, as_query, as_xml, call, refusal, rows

JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
KINDS = {
    JSON: "JSON with one object of names and texts",
    "text/json": "JSON with one object of names and texts",
    XML: "XML without a document type",
    "text/xml": "XML without a document type",
}
UNREADABLE_JSON = (
    *("{", "}", "[]", '["orderId"]', '"orderId"', "1", "null", "true", "NaN", "{'orderId': 'x'}", "orderId=x"),
    *('{"orderId": NaN}', '{"amount": Infinity}', '{"orderId": "x"} {}', '{"orderId": "x",}', '{"orderId": "a\nb"}'),
    *("[" * 60_000, '{"a":' * 12_000, '{"a":' * 9_000 + "1" + "}" * 9_000, "<call/>"),
    *(b"\xff\xfe\xff", b'{"orderId": "\xff"}', b"\x00", b'{"orderId": "\x00"}'),
)
_LAUGHS = "".join(f'<!ENTITY l{each} "{f"&l{each - 1};" * 10}">' for each in range(1, 9))
UNREADABLE_XML = (
    *("<call>", "call", "<call></other>", "<call/><call/>", "{}", "<call><orderId>&nbsp;</orderId></call>"),
    *("<call>&#0;</call>", "<call>&#xD800;</call>", "<call>\x00</call>", "<call>\x1b</call>", b"<call>\xff</call>"),
    "<!DOCTYPE call><call/>",
    '<!DOCTYPE call SYSTEM "http://127.0.0.1:9/evil.dtd"><call/>',
    '<!DOCTYPE call [<!ENTITY x "order-1">]><call><orderId>&x;</orderId></call>',
    '<!DOCTYPE call [<!ENTITY x SYSTEM "file:///etc/passwd">]><call><orderId>&x;</orderId></call>',
    '<!DOCTYPE call [<!ENTITY % x SYSTEM "http://127.0.0.1:9/"> %x;]><call/>',
    f'<!DOCTYPE call [<!ENTITY l0 "lol">{_LAUGHS}]><call>&l8;</call>',
    b'<?xml version="1.0" encoding="no-such"?><call>\xe6</call>',
    b'<?xml version="1.0" encoding="hex"?><call>\xe6</call>',
)
UNREADABLE_FORM = (b"o\x00r\x00d\x00e", b"\xff\xfeo")
# Of these, what is no text at all.
NO_TEXT = (
    *(b"\xff\xfe\xff", b'{"orderId": "\xff"}', b"\x00", b"<call>\xff</call>", *UNREADABLE_FORM),
    b'<?xml version="1.0" encoding="no-such"?><call>\xe6</call>',
    b'<?xml version="1.0" encoding="hex"?><call>\xe6</call>',
)
NOT_UTF_8 = "The request body is not in UTF-8: send it so, or name its charset in the Content-Type."


@pytest.mark.parametrize(
    ("content_type", "bodies"),
    [
        (JSON, UNREADABLE_JSON),
        ("text/json", UNREADABLE_JSON[:3]),
        (XML, UNREADABLE_XML),
        ("text/xml", UNREADABLE_XML[:3]),
        (FORM, UNREADABLE_FORM),
    ],
)
def test_an_unreadable_body_is_refused_and_moves_nothing(content_type, bodies, till, simulator):
    stored, calls = rows(), len(simulator.calls.find())

    for body in bodies:
        octets = body if isinstance(body, bytes) else body.encode()
        sentence = NOT_UTF_8 if body in NO_TEXT else f"The request body is not readable {KINDS.get(content_type)}."
        expected = refusal(own=["paymentId"], code="body_unreadable", sentence=sentence)
        reply = call("POST", "payment/start", token=till.token, body=octets, content_type=content_type)
        assert (reply.status, reply.json) == (400, expected), body[:80]

    assert rows() == stored
    assert len(simulator.calls.find()) == calls


@pytest.mark.parametrize("content_type", [JSON, XML, FORM])
def test_an_enormous_body_is_refused_before_it_is_read(content_type, till):
    stored = rows()

    reply = call("POST", "payment/start", token=till.token, body=b" " * 10_000_000, content_type=content_type)

    sentence = "The request is larger than any till call can be. Nothing was done."
    assert (reply.status, reply.json) == (413, refusal(own=["paymentId"], code="body_too_large", sentence=sentence))
    assert rows() == stored


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data; boundary=x",
        "text/plain",
        "text/html",
        "application/octet-stream",
        "json",
        "application/*",
        "x",
    ],
)
def test_a_body_of_another_kind_is_refused(content_type, till):
    stored = rows()

    reply = call("POST", "payment/start", token=till.token, body=b'{"orderId": "x"}', content_type=content_type)

    sentence = "The request must be JSON, XML or an HTML form."
    expected = refusal(own=["paymentId"], code="unsupported_media_type", sentence=sentence)
    assert (reply.status, reply.json) == (415, expected)
    assert rows() == stored


@pytest.mark.parametrize("content_type", ["", *KINDS, FORM])
@pytest.mark.parametrize("body", [b"", b" \r\n\t "])
def test_an_empty_body_is_no_parameters(content_type, body, till):
    query = as_query({"orderId": "order-1", "terminalId": till.terminal_id}.items())
    body = body if content_type else b""

    reply = call("POST", "payment/prepare", token=till.token, body=body, content_type=content_type, **query)

    assert (reply.status, Payment.objects.get().order_id) == (200, "order-1")


@pytest.mark.parametrize("content_type", ["Application/JSON; charset=utf-8", "text/json", f"{JSON};odata=verbose"])
def test_json_is_read_under_each_of_its_names(content_type, till):
    body = json.dumps({"orderId": "ordre-æøå", "terminalId": till.terminal_id, "ignored": {"a": [1, None]}}).encode()

    reply = call("POST", "payment/prepare", token=till.token, body=body, content_type=content_type)

    assert (reply.status, Payment.objects.get().order_id) == (200, "ordre-æøå")


@pytest.mark.parametrize("content_type", ["application/xml", "text/xml; charset=utf-8", "TEXT/XML"])
@pytest.mark.parametrize(
    "body",
    [
        "<call><orderId>ordre-æ&lt;</orderId><terminalId>{}</terminalId></call>",
        "<call><terminalId> {} </terminalId><orderId>\n ordre-æ&lt;\n</orderId></call>",
        """<?xml version="1.0" encoding="utf-8"?><c xmlns="urn:any"><terminalId>{}</terminalId>
        <orderId><![CDATA[ordre-æ<]]></orderId></c>""",
        """<a:c xmlns:a="urn:a" xmlns:b="urn:b"><!-- a till --><b:orderId kind="x">ordre-&#230;&lt;</b:orderId>
        <a:terminalId>{}</a:terminalId><other><orderId>x</orderId></other></a:c>""",
    ],
)
def test_xml_is_read_by_local_name_in_any_namespace_and_order(content_type, body, till):
    body = body.format(till.terminal_id).encode()

    reply = call("POST", "payment/prepare", token=till.token, body=body, content_type=content_type)

    assert (reply.status, Payment.objects.get().order_id) == (200, "ordre-æ<")


def test_a_form_is_read_with_plus_signs_and_percents(till):
    body = f"orderId={quote_plus('ordre æ+1%')}&terminalId={till.terminal_id}".encode()

    reply = call("POST", "payment/prepare", token=till.token, body=body, content_type=f"{FORM}; charset=UTF-8")

    assert (reply.status, Payment.objects.get().order_id) == (200, "ordre æ+1%")


@pytest.mark.parametrize("encode", BODIES)
def test_parameters_may_be_split_between_address_and_body(encode, till):
    query = as_query([("terminalId", till.terminal_id)])

    reply = call("POST", "payment/prepare", token=till.token, **query, **encode([("orderId", "order-1")]))

    assert (reply.status, Payment.objects.get().order_id) == (200, "order-1")


@pytest.mark.parametrize("encode", [as_json, as_xml])
def test_the_body_of_a_get_is_not_read(encode, till):
    query = as_query({"orderId": "order-1", "terminalId": till.terminal_id}.items())

    reply = call("GET", "payment/prepare", token=till.token, **query, **encode([("orderId", "order-2")]))

    assert (reply.status, Payment.objects.get().order_id) == (200, "order-1")
