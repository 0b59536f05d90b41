"""In which charset a body is: what its bytes show, else what the till says, else UTF-8; and what is none of these."""

from urllib.parse import quote_from_bytes

import pytest

from payments.models import Payment
from tests.tillapi.raw_calls import as_query, call, rows

JSON, XML, FORM = "application/json", "application/xml", "application/x-www-form-urlencoded"
ORDER = "Ørkenens sønner, rød & blå"
SAID = [
    *(("latin-1", name) for name in ("iso-8859-1", "ISO-8859-1", '"iso-8859-1"', "Latin1", "iso8859-1")),
    *(("cp1252", name) for name in ("windows-1252", "Windows-1252", "cp1252")),
    ("iso8859-15", "ISO-8859-15"),
    *(("utf-8", name) for name in ("utf-8", "UTF8", "no-such", "hex", "x" * 5000, "utf-16")),
    *(("utf-8-sig", name) for name in ("utf-8", "iso-8859-1")),
    *(("utf-16", name) for name in ("utf-16", "utf-8", "iso-8859-1")),
    *(("utf-16-le", name) for name in ("utf-16", "utf-16le", "utf-8")),
    *(("utf-16-be", name) for name in ("utf-16", "utf-16be", "utf-8")),
]


def prepare(till, body, content_type):
    return call("POST", "payment/prepare", token=till.token, body=body, content_type=content_type)


def xml(till, head=""):
    return f"{head}<c><orderId>{ORDER.replace('&', '&amp;')}</orderId><terminalId>{till.terminal_id}</terminalId></c>"


@pytest.mark.parametrize("kind", [JSON, "text/json", "application/vnd.till.v1+json", "Application/Hal+JSON"])
def test_json_in_every_charset(kind, till):
    body = f'{{"orderId": "{ORDER}", "terminalId": "{till.terminal_id}"}}'

    for encoding, said in SAID:
        reply = prepare(till, body.encode(encoding), f"{kind}; charset={said}")
        assert (reply.status, Payment.objects.get().order_id) == (200, ORDER), (encoding, said)


@pytest.mark.parametrize("kind", [XML, "text/xml", "application/soap+xml", "application/till+xml"])
def test_xml_in_every_charset(kind, till):
    for encoding, said in SAID:
        reply = prepare(till, xml(till).encode(encoding), f"{kind};charset={said};action=start")
        assert (reply.status, Payment.objects.get().order_id) == (200, ORDER), (encoding, said)


@pytest.mark.parametrize("kind", [XML, "text/xml"])
def test_xml_that_says_its_charset_itself(kind, till):
    for encoding, said in SAID:
        declaration = '<?xml version="1.0" encoding="{}"?>\r\n'.format(said.strip('"')[:40])
        reply = prepare(till, xml(till, declaration).encode(encoding), kind)
        assert (reply.status, Payment.objects.get().order_id) == (200, ORDER), (encoding, said)


def test_a_form_in_every_charset_with_raw_letters(till):
    body = f"orderId={ORDER.replace('&', '%26').replace(' ', '+')}&terminalId={till.terminal_id}\r\n"

    for encoding, said in SAID:
        reply = prepare(till, body.encode(encoding), f"{FORM}; charset={said}")
        assert (reply.status, Payment.objects.get().order_id) == (200, ORDER), (encoding, said)


def test_the_content_type_comes_before_what_the_xml_says(till):
    body = f"""<?xml version='1.0' encoding='utf-8'?><c><orderId>rød</orderId>
        <terminalId>{till.terminal_id}</terminalId></c>"""

    reply = prepare(till, body.encode("latin-1"), "text/xml; charset=iso-8859-1")

    assert (reply.status, Payment.objects.get().order_id) == (200, "rød")


@pytest.mark.parametrize(("encoding", "said"), [("latin-1", "iso-8859-1"), ("cp1252", "windows-1252"), ("utf-8", "")])
def test_the_escapes_of_a_form_are_in_its_charset(encoding, said, till):
    body = f"orderId={quote_from_bytes(ORDER.encode(encoding))}&terminalId={till.terminal_id}".encode()

    reply = prepare(till, body, f"{FORM}; charset={said}")

    assert (reply.status, Payment.objects.get().order_id) == (200, ORDER)


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r\n\r\n", b" ", b"\t\r\n"])
@pytest.mark.parametrize("begin", [b"", b"\r\n"])
def test_line_breaks_around_a_form_are_not_part_of_it(begin, end, till):
    body = begin + f"terminalId={till.terminal_id}&orderId=order-1".encode() + end

    reply = prepare(till, body, FORM)

    assert (reply.status, Payment.objects.get().order_id) == (200, "order-1")


@pytest.mark.parametrize("wrong", ["%e6", "%ff", "%c3%28", "%ed%a0%80", "r%f8d", "\xe6"])
def test_what_is_not_utf_8_is_named_as_such_and_moves_nothing(wrong, till, simulator):
    stored, calls = rows(), len(simulator.calls.find())
    others = f"terminalId={till.terminal_id}&colour={wrong}"
    body = f"{others}&orderId={wrong}".encode("latin-1")

    replies = [
        call("GET", "payment/prepare", token=till.token, query=f"{others}&orderId={wrong}"),
        prepare(till, body, FORM),
        prepare(till, body, f"{FORM}; charset=utf-8"),
    ]

    sentence = "The parameter orderId must be UTF-8: its bytes or percent-escapes are not."
    for reply in replies:
        assert (reply.status, reply.codes, reply.sentences) == (400, ["parameter_invalid"], [sentence])
    assert rows() == stored
    assert len(simulator.calls.find()) == calls


def test_what_windows_has_no_letter_for_is_named_as_such(till):
    reply = prepare(till, f"orderId=%81&terminalId={till.terminal_id}".encode(), f"{FORM}; charset=windows-1252")

    sentence = "The parameter orderId must be CP1252: its bytes or percent-escapes are not."
    assert (reply.status, reply.sentences) == (400, [sentence])


def test_a_name_or_an_unknown_parameter_that_is_not_utf_8_is_passed_over(till):
    order = as_query({"orderId": "order-1", "terminalId": till.terminal_id}.items())["query"]

    reply = call("GET", "payment/prepare", token=till.token, query=f"%e6=1&colour=%e6&{order}&%ff")

    assert reply.status == 200


def test_a_query_string_of_raw_utf_8_is_read(till):
    query = f"orderId=rød&terminalId={till.terminal_id}".encode().decode("latin-1")

    reply = call("GET", "payment/prepare", token=till.token, query=query)

    assert (reply.status, Payment.objects.get().order_id) == (200, "rød")


def test_a_form_of_a_thousand_parameters_is_refused_like_such_an_address(till):
    body = "&".join(f"p{number}=x" for number in range(1001)).encode()

    reply = prepare(till, body, FORM)

    assert (reply.status, reply.codes) == (400, ["request_unusable"])
