"""A till of Delphi: forms in Latin-1 over one connection that it keeps, and a line break after each body."""

import socket
from typing import Any
from urllib.parse import quote_plus

from tests.journeys.tills.raw_till import READS, Heard, Till, flat, heard_on, whole_day


class FormTill(Till):
    terminal_id = "kø 1"

    def __init__(self, counter) -> None:
        super().__init__(counter)
        self._line = socket.create_connection(("127.0.0.1", self.port), timeout=10)

    def writes(self, path: str, parameters: dict[str, Any]) -> bytes:
        head = f"Host: 127.0.0.1:{self.port}\r\nUser-Agent: Mozilla/3.0 (compatible; Indy Library)\r\n"
        proof = {"bioCode": "KINO1", "accessToken": self.token}
        if path in READS:
            # An address is in UTF-8, as Indy makes it; only its forms are in the machine's own letters.
            query = "&".join(f"{name}={quote_plus(value)}" for name, value in (parameters | proof).items())
            return f"GET /api/pos/{path}?{query} HTTP/1.1\r\n{head}\r\n".encode()
        pairs = (parameters | proof | {"currencyCode": "dkk"}).items()
        form = "&".join(f"{name}={quote_plus(value, safe='æøåÆØÅ', encoding='latin-1')}" for name, value in pairs)
        body = f"{form}\r\n".encode("latin-1")
        head += "Content-Type: application/x-www-form-urlencoded; charset=ISO-8859-1\r\n"
        head += f"Content-Length: {len(body)}\r\n"
        # One more line break than it said, as ever: before the next call begins, nobody minds.
        return f"POST /api/pos/{path} HTTP/1.1\r\n{head}\r\n".encode() + body + b"\r\n"

    def hears(self, path: str, **parameters: Any) -> Heard:
        self._line.sendall(self.writes(path, parameters))
        return heard_on(self._line)

    def reads(self, heard: Heard) -> dict[str, Any]:
        assert heard.kind == "application/json; charset=utf-8"
        return flat(heard.json)

    def hang_up(self) -> None:
        self._line.close()


def test_a_till_with_forms_in_latin_1_gets_through_its_day(counter):
    till = FormTill(counter)

    whole_day(till, counter, order_id="Rød grød & fløde", amount="27.06 ", refund_order_id="Retur 1 æ", back="10")
    till.hang_up()
