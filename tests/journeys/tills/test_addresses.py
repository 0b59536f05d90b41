"""Whatever stands on the request line, a till hears from the API, and never from a page."""

import re
import socket

from tests.journeys.tills.raw_till import heard_on

KNOWN, UNKNOWN = "Host: 127.0.0.1", "Host: elsewhere.example"
JSON, XML = "application/json; charset=utf-8", "application/xml; charset=utf-8"

CODE = re.compile(r"<errorCodes[^>]*><a:string>(\w+)</a:string></errorCodes>")
CALLS = (
    ("GET //api/pos/nothing HTTP/1.1", KNOWN, "", 404, JSON, "not_found"),
    ("GET /api//pos/nothing HTTP/1.1", KNOWN, "application/xml", 404, XML, "not_found"),
    ("GET ///API//POS// HTTP/1.1", KNOWN, "text/html", 404, JSON, "not_found"),
    ("GET //api/pos/manage/stores HTTP/1.1", KNOWN, "", 401, JSON, "not_authenticated"),
    ("POST /api//pos/payment/start HTTP/1.1", KNOWN, "application/xml", 401, XML, "not_authenticated"),
    ("GET /api/pos/manage/stores HTTP/1.1", UNKNOWN, "", 400, JSON, "host_unknown"),
    ("GET //api/pos/manage/stores HTTP/1.1", UNKNOWN, "application/xml", 400, XML, "host_unknown"),
    ("GET http://elsewhere.example/api/pos/manage/stores HTTP/1.1", UNKNOWN, "", 400, JSON, "host_unknown"),
    ("GET /api/pos/manage/stores HTTP/1.1", "Host:", "", 400, JSON, "host_unknown"),
    ("GET /api/pos/manage/stores HTTP/1.1", "X-No: Host", "", 400, JSON, "host_unknown"),
    ("GET /api/pos/manage/stores HTTP/1.0", "X-No: Host", "", 400, JSON, "host_unknown"),
)


def test_an_odd_address_is_answered_by_the_api(counter):
    for line, host, accept, *expected in CALLS:
        accepts = f"Accept: {accept}\r\n" if accept else ""
        with socket.create_connection(("127.0.0.1", counter.port), timeout=10) as wire:
            wire.sendall(f"{line}\r\n{host}\r\n{accepts}Connection: close\r\n\r\n".encode())
            heard = heard_on(wire)
        [code] = heard.json["errorCodes"] if heard.kind == JSON else CODE.findall(heard.body.decode())
        assert [heard.status, heard.kind, code] == expected, (line, host)
